// What time it is at least, and what cut-offs follow, while the wall clock may be wrong (rules.md section 4): a machine
// without a battery clock starts anywhere in the past. Fed with readings; it reads no clock and decides nothing.

import type { Moment } from '../clock.ts';

/** A reading of a synchronised clock, or the time of a record that was made under one. */
export type Anchor = Pick<Moment, 'wallMs' | 'boot' | 'sinceBootMs'>;

/** No clock of a running controller is before it: nothing of this program is older. */
export const earliestMs = Date.UTC(2026, 0, 1);

/** What a synchronised clock is slewed by, and rounding, stay below it. */
const jumpMs = 1_000;

const beforeAll: Anchor = { wallMs: earliestMs, boot: '', sinceBootMs: 0 };

export class TrustedTime {
  /** The last synchronised reading: the least that the time can be runs on from here. */
  #least: Anchor;
  /** What cut-offs run on from: a jump ahead is followed only once it has settled. */
  #followed: Anchor;
  /** The boot of the last reading. */
  #boot: string;
  /** Since when a jump waits to be believed, milliseconds since boot; null: none does. */
  #jumpedAtMs: number | null = null;

  /**
   * @param last the last record that was made under a synchronised clock; null: nothing is known, not even the year
   * @param beforeJump of an earlier life that ended before a jump had settled
   */
  constructor(last: Anchor | null, beforeJump: Anchor | null = null) {
    this.#least = last ?? beforeAll;
    this.#followed = beforeJump ?? this.#least;
    this.#boot = this.#least.boot;
  }

  /**
   * Takes a reading; each other method wants one of the same moment first.
   * @param settleMs how long a clock that jumped ahead must have stayed synchronised (`clockSettle`)
   */
  observe(at: Moment, settleMs: number): void {
    const began = at.boot !== this.#boot;
    this.#boot = at.boot;
    if (!at.synchronised) {
      this.#jumpedAtMs = null;
      return;
    }
    const again = Math.abs(at.wallMs - after(this.#least, at)) > jumpMs;
    const ahead = at.wallMs - after(this.#followed, at) > jumpMs;
    this.#least = at;
    // A boot that begins with a synchronised clock has seen no jump: the machine was off.
    if (began || !ahead) this.#follow(at);
    else {
      if (this.#jumpedAtMs === null || again) this.#jumpedAtMs = at.sinceBootMs;
      if (at.sinceBootMs - this.#jumpedAtMs >= settleMs) this.#follow(at);
    }
  }

  /** The least that the time can be, UTC milliseconds: of a synchronised clock what it says. */
  leastMs(at: Moment): number {
    return at.synchronised ? at.wallMs : after(this.#least, at);
  }

  /** Whether the time was known at some moment of this boot: else hours may have passed that nothing tells of. */
  knownAt(at: Moment): boolean {
    return at.synchronised || this.#least.boot === at.boot;
  }

  /** The time that cut-offs, exhaustions and presences follow, UTC milliseconds. */
  dueMs(at: Moment): number {
    return after(this.#followed, at);
  }

  /** While a jump waits to be believed: what cut-offs run on from meanwhile. */
  get beforeJump(): Anchor | null {
    return this.#jumpedAtMs === null ? null : this.#followed;
  }

  /** Whether a jump waits to be believed: for how long still, in milliseconds; null: none does. */
  settlesInMs(at: Moment, settleMs: number): number | null {
    return this.#jumpedAtMs === null ? null : Math.max(settleMs - (at.sinceBootMs - this.#jumpedAtMs), 0);
  }

  #follow(at: Moment): void {
    this.#followed = at;
    this.#jumpedAtMs = null;
  }
}

/** The anchor's time run on; over a reboot by the time since it, which is the least that has passed. */
function after({ wallMs, boot, sinceBootMs }: Anchor, at: Moment): number {
  return wallMs + (boot === at.boot ? Math.max(at.sinceBootMs - sinceBootMs, 0) : at.sinceBootMs);
}
