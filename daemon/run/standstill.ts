// Notices that this process stood still (stopped, swapped out, held up by a disk): what a reader gives right afterwards may
// have waited since before, and whoever held the card to it has left. An old tap opens no door.

import type { Cancel, Clock } from '../../access/clock.ts';

/** How often the main loop shows that it turns. */
const beatMs = 250;
/** A tap that waited for less is a slow answer to somebody who is still there. */
const longestMs = 3_000;
/** From its end: within this long everything that had been waiting was read. */
const settleMs = 1_000;

export class Standstill {
  readonly #clock: Clock;
  #beatAtMs: number;
  #endedAtMs = Number.NEGATIVE_INFINITY;
  #cancel: Cancel = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#beatAtMs = this.#nowMs;
    this.#beat();
  }

  /** Whether what is read now may be older than 3 s. */
  get mayBeOld(): boolean {
    const nowMs = this.#nowMs;
    return nowMs - this.#beatAtMs > longestMs || nowMs - this.#endedAtMs < settleMs;
  }

  stop(): void {
    this.#cancel();
  }

  #beat(): void {
    this.#cancel = this.#clock.after('standstill', beatMs, () => {
      const nowMs = this.#nowMs;
      if (nowMs - this.#beatAtMs > longestMs) this.#endedAtMs = nowMs;
      this.#beatAtMs = nowMs;
      this.#beat();
    });
  }

  get #nowMs(): number {
    return this.#clock.now().sinceBootMs;
  }
}
