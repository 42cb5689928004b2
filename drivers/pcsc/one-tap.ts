// A card that stays on the reader is one tap, also where the field loses it for a moment and finds it again.

/**
 * A card that is back this soon was never away: readers look for cards a few times a second, and one look that fails is
 * no hand that takes a card off and holds it there again.
 */
export const awayMs = 500;

/** Times are milliseconds of the monotonic clock. */
export class OneTap {
  readonly #awayMs: number;
  #uid: string | null = null;
  /** null: it is there. */
  #leftMs: number | null = null;

  constructor(limitMs: number = awayMs) {
    this.#awayMs = limitMs;
  }

  /** Whether this is a tap, and not the card that was there already. */
  came(uid: string, nowMs: number): boolean {
    const stayed = uid === this.#uid && (this.#leftMs === null || nowMs - this.#leftMs < this.#awayMs);
    this.#uid = uid;
    this.#leftMs = null;
    return !stayed;
  }

  /** Nothing is on the reader, or something that could not be read went from it. */
  left(nowMs: number): void {
    this.#leftMs = nowMs;
  }
}
