// The controller's time: the clock, and what of it is believed (rules.md section 4). A jump that is not believed yet is kept in
// the journal, so that a restart does not take it for settled.

import type { Clock, Moment } from '../../access/clock.ts';
import { type Anchor, TrustedTime } from '../../access/time/trusted-time.ts';
import { messageOf } from '../../db/error.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { ControllerParts } from './port.ts';

const key = 'beforeJump';

export class Timekeeper {
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #log: ControllerParts['log'];
  readonly #settleMs: () => number;
  readonly #time: TrustedTime;
  #kept: boolean;

  /**
   * @param settleMs `clockSettle`, milliseconds
   * @throws DbError where the journal cannot be read
   */
  constructor({ clock, journal, log }: Pick<ControllerParts, 'clock' | 'journal' | 'log'>, settleMs: () => number) {
    this.#clock = clock;
    this.#journal = journal;
    this.#log = log;
    this.#settleMs = settleMs;
    const beforeJump = (journal.get(key) ?? null) as unknown as Anchor | null;
    this.#time = new TrustedTime(journal.lastSynchronised(), beforeJump);
    this.#kept = beforeJump !== null;
  }

  /** Reads the clock; the other methods are asked of the last reading. */
  now(): Moment {
    const at = this.#clock.now();
    this.#time.observe(at, this.#settleMs());
    if (this.#kept !== (this.#time.beforeJump !== null)) this.#keep();
    return at;
  }

  /** The least that the time can be, UTC milliseconds: of a synchronised clock what it says. */
  leastMs(at: Moment): number {
    return this.#time.leastMs(at);
  }

  /** Whether the time was known at some moment since the machine was booted. */
  knownAt(at: Moment): boolean {
    return this.#time.knownAt(at);
  }

  /** The time that cut-offs, exhaustions and presences follow, UTC milliseconds. */
  dueMs(at: Moment): number {
    return this.#time.dueMs(at);
  }

  /** A reading whose wall side is the least that it can be: what decisions go by. */
  leastAt(at: Moment): Anchor {
    return { wallMs: this.#time.leastMs(at), boot: at.boot, sinceBootMs: at.sinceBootMs };
  }

  /** A reading whose wall side is what cut-offs follow. */
  followedAt(at: Moment): Anchor {
    return { wallMs: this.#time.dueMs(at), boot: at.boot, sinceBootMs: at.sinceBootMs };
  }

  /** How long a jump of the clock still waits to be believed, in milliseconds; null: none does. */
  settlesInMs(at: Moment): number | null {
    return this.#time.settlesInMs(at, this.#settleMs());
  }

  #keep(): void {
    const { beforeJump } = this.#time;
    this.#kept = beforeJump !== null;
    try {
      const kept = beforeJump && {
        wallMs: beforeJump.wallMs,
        boot: beforeJump.boot,
        sinceBootMs: beforeJump.sinceBootMs,
      };
      this.#journal.set(key, kept);
      this.#journal.flush();
    } catch (error) {
      this.#log('error', `a jump of the clock is not on disk, a restart would believe it: ${messageOf(error)}`);
    }
  }
}
