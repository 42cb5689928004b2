// Randomness from a seed: the same plan for the same seed. What real processes make of it differs from run to run.

export class Dice {
  #state;

  constructor(seed) {
    this.#state = hash(String(seed));
  }

  /** From 0 to 1, without 1 (mulberry32). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(least, most) {
    return least + this.next() * (most - least);
  }

  below(count) {
    return Math.floor(this.next() * count);
  }

  chance(part) {
    return this.next() < part;
  }
}

/** FNV-1a. */
function hash(text) {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(text)) state = Math.imul(state ^ byte, 0x01000193);
  return state >>> 0;
}
