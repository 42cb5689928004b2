// An input that is moved by hand: `cardea input`, replay and the simulator stand where the contact would. What they set is
// taken as stable: there is nothing to debounce.

import type { Input, SimulatedInput as Movable } from '../port.ts';

export class SimulatedInput implements Input, Movable {
  #change: ((active: boolean) => void) | null = null;
  #active = false;
  #closed = false;

  open(change: (active: boolean) => void): void {
    if (this.#closed || this.#change !== null) return;
    this.#change = change;
    change(this.#active);
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  /** A move to the level that it has is no change. Before `open` it sets the level that `open` finds. */
  move(active: boolean): void {
    if (active === this.#active) return;
    this.#active = active;
    if (!this.#closed) this.#change?.(active);
  }
}
