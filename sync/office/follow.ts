// Follows the store's records a bounded step at a time, and never stands in their way: steps follow each other at once, or slowly while
// records come in.

import type { Cancel, Clock } from '../../access/clock.ts';

export interface FollowerParts {
  readonly name: string;
  readonly clock: Clock;
  /** @returns whether there may be more */
  step(): boolean;
  failed(error: unknown): void;
}

const busyMs = 500;
const retryMs = 5_000;

export class Follower {
  readonly #parts: FollowerParts;
  #cancel: Cancel | null = null;
  #more = false;
  #stopped = false;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** There may be something to do. */
  soon(): void {
    this.#more = true;
    this.#later(busyMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #later(delayMs: number): void {
    if (this.#stopped || this.#cancel !== null) return;
    const { clock, name, step, failed } = this.#parts;
    this.#cancel = clock.after(name, delayMs, () => {
      this.#cancel = null;
      const busy = this.#more;
      this.#more = false;
      try {
        if (step()) this.#later(busy ? busyMs : 0);
      } catch (error) {
        failed(error);
        this.#later(retryMs);
      }
    });
  }
}
