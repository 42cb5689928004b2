// Notices that this process stood still (stopped, swapped out, held up by a disk, on a machine that slept). What is read right
// afterwards may have waited since before, and whoever asked for it has left: what would open a door is refused as `stale`.
// One guard serves the readers, the inputs and the local socket.

import type { Cancel, Clock } from '../../access/clock.ts';

/** How often the main loop shows that it turns. */
const beatMs = 250;
/** What waited for less is a slow answer to somebody who is still there. */
const longestMs = 3_000;
/** From its end: within this long everything that had been waiting was read. */
const settleMs = 1_000;

export class Standstill {
  readonly #clock: Clock;
  #beatAtMs: number;
  #sleptMs: number;
  #endedAtMs = Number.NEGATIVE_INFINITY;
  /** Since boot, of the last standstill in which the machine slept. */
  #wokeAtMs = Number.NEGATIVE_INFINITY;
  #cancel: Cancel = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#beatAtMs = this.#nowMs;
    this.#sleptMs = clock.sleptMs();
    this.#beat();
  }

  /** Whether what is read now may be older than 3 s. */
  get mayBeOld(): boolean {
    const nowMs = this.#nowMs;
    return nowMs - this.#beatAtMs > longestMs || nowMs - this.#endedAtMs < settleMs;
  }

  /** Whether what is told now of that instant, milliseconds since boot, is older than 3 s. */
  isOld(atMs: number): boolean {
    const { sinceBootMs } = this.#clock.now();
    // How long a sleep was between two instants, these do not tell.
    const slept = this.#clock.sleptMs() - this.#sleptMs > longestMs || (this.mayBeOld && atMs <= this.#wokeAtMs);
    return slept || sinceBootMs - atMs > longestMs;
  }

  stop(): void {
    this.#cancel();
  }

  #beat(): void {
    this.#cancel = this.#clock.after('standstill', beatMs, () => {
      const nowMs = this.#nowMs;
      const sleptMs = this.#clock.sleptMs();
      if (nowMs - this.#beatAtMs > longestMs) this.#endedAtMs = nowMs;
      if (sleptMs - this.#sleptMs > longestMs) this.#wokeAtMs = this.#clock.now().sinceBootMs;
      this.#beatAtMs = nowMs;
      this.#sleptMs = sleptMs;
      this.#beat();
    });
  }

  /** Time that the machine slept counts: who had asked before has left. */
  get #nowMs(): number {
    return this.#clock.now().sinceBootMs + this.#clock.sleptMs();
  }
}
