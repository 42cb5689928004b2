// Says that something changed, at most once a second, and never forgets the last change: a report that fails is made again
// with the next one, and ends nothing.

import type { Cancel, Clock } from '../../access/clock.ts';
import { type Log, RareLog } from '../log.ts';
import { wordsOf } from './error.ts';

const quietMs = 1_000;
/** A disk that fails is told of at most this often. */
const failureLogMs = 60_000;

export class Reporter {
  readonly #clock: Clock;
  readonly #report: () => void;
  readonly #failures: RareLog;
  #cancel: Cancel | null = null;
  #saidMs: number | null = null;
  #stopped = false;

  /** @param report may throw: that is logged, and it is called again a second later. */
  constructor(clock: Clock, log: Log, report: () => void) {
    this.#clock = clock;
    this.#report = report;
    this.#failures = new RareLog(log, clock, failureLogMs);
  }

  /** Never reports within this call: what changes together is reported together. */
  changed(): void {
    if (this.#cancel !== null || this.#stopped) return;
    const nowMs = this.#clock.now().sinceBootMs;
    const delayMs = this.#saidMs === null ? 0 : Math.max(this.#saidMs + quietMs - nowMs, 0);
    this.#cancel = this.#clock.after('status report', delayMs, () => {
      this.#cancel = null;
      this.#saidMs = this.#clock.now().sinceBootMs;
      this.#try();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
  }

  #try(): void {
    try {
      this.#report();
    } catch (error) {
      const words = wordsOf(error);
      this.#failures.count('report', 1, 'error', (n) => `the status could not be reported (${n} times): ${words}`);
      this.changed();
    }
  }
}
