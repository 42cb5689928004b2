// Seeded chance for generated sites: the same seed gives the same site, for ever.

export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0;
    this.number(1);
  }

  /** A whole number in [0, below). */
  number(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  chance(percent: number): boolean {
    return this.number(100) < percent;
  }

  pick<T>(from: readonly T[]): T {
    const one = from[this.number(from.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  }

  /** Each with the given chance. */
  some<T>(from: readonly T[], percent: number): T[] {
    return from.filter(() => this.chance(percent));
  }

  list<T>(least: number, most: number, make: (index: number) => T): T[] {
    return Array.from({ length: least + this.number(most - least + 1) }, (_, index) => make(index));
  }
}
