// Says that something changed, at most once a second, and never forgets the last change.

import type { Cancel, Clock } from '../../access/clock.ts';

const quietMs = 1_000;

export class Reporter {
  readonly #clock: Clock;
  readonly #report: () => void;
  #cancel: Cancel | null = null;
  #saidMs: number | null = null;
  #stopped = false;

  constructor(clock: Clock, report: () => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** Never reports within this call: what changes together is reported together. */
  changed(): void {
    if (this.#cancel !== null || this.#stopped) return;
    const nowMs = this.#clock.now().sinceBootMs;
    const delayMs = this.#saidMs === null ? 0 : Math.max(this.#saidMs + quietMs - nowMs, 0);
    this.#cancel = this.#clock.after('status report', delayMs, () => {
      this.#cancel = null;
      this.#saidMs = this.#clock.now().sinceBootMs;
      this.#report();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
  }
}
