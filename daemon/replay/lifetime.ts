// The clock of one life of the daemon: when that life ends, clean or by a crash, none of its waits ever ends.

import type { Cancel, Clock, Moment } from '../../access/clock.ts';

export class Lifetime implements Clock {
  readonly #clock: Clock;
  readonly #waits = new Set<Cancel>();
  #over = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): Moment {
    return this.#clock.now();
  }

  sleptMs(): number {
    return this.#clock.sleptMs();
  }

  after(name: string, delayMs: number, task: () => void): Cancel {
    if (this.#over) return () => {};
    const cancel = this.#clock.after(name, delayMs, () => {
      this.#waits.delete(cancel);
      task();
    });
    this.#waits.add(cancel);
    return () => {
      this.#waits.delete(cancel);
      cancel();
    };
  }

  end(): void {
    this.#over = true;
    for (const cancel of this.#waits) cancel();
    this.#waits.clear();
  }
}
