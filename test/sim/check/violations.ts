// What a checker found wrong, in words, with the virtual instant. The first of each kind are kept, all are counted.

export interface Violation {
  readonly check: string;
  readonly words: string;
  /** ISO 8601. */
  readonly at: string;
}

const kept = 20;

export class Violations {
  readonly found: Violation[] = [];
  count = 0;
  readonly #now: () => number;
  readonly #told: (violation: Violation) => void;

  constructor(now: () => number, told: (violation: Violation) => void) {
    this.#now = now;
    this.#told = told;
  }

  add(check: string, words: string): void {
    this.count += 1;
    const violation = { check, words, at: new Date(this.#now()).toISOString() };
    if (this.found.length >= kept) return;
    this.found.push(violation);
    this.#told(violation);
  }
}

export type Report = (check: string, words: string) => void;
