// How often what a property is about really happened: a property whose premise hardly ever held has shown nothing.

import { expect } from 'vitest';

const leastPercent = 20;

export class Premise {
  readonly #name: string;
  #held = 0;
  #runs = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Counts one run; gives back whether its premise held. */
  met(held: boolean): boolean {
    this.#runs += 1;
    if (held) this.#held += 1;
    return held;
  }

  /** Prints the share of the runs in which the premise held, and fails where it is too small. */
  report(): void {
    const percent = this.#runs === 0 ? 0 : Math.floor((100 * this.#held) / this.#runs);
    process.stdout.write(`${this.#name}: the premise held in ${this.#held} of ${this.#runs} runs (${percent} %)\n`);
    expect(percent, `${this.#name}: the premise must hold in ${leastPercent} % of the runs`).toBeGreaterThanOrEqual(
      leastPercent,
    );
  }
}
