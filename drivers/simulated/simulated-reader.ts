// A reader that is moved by hand: `cardea tap`, replay and the simulator stand where the device would. Everything happens
// in the turn in which it is asked for.

import { allKinds } from '../feedback/look.ts';
import type { DeviceFault, Display, Presented, Reader, ReaderEvents, ReaderMeans, Simulated } from '../port.ts';

export class SimulatedReader implements Reader, Simulated {
  #events: ReaderEvents | null = null;
  #plugged = true;
  #closed = false;
  #shown: Display | null = null;
  readonly means: ReaderMeans = everything;

  /** A plugged reader is online before `open` returns. */
  open(events: ReaderEvents): void {
    if (this.#closed || this.#events !== null) return;
    this.#events = events;
    if (this.#plugged) events.online();
    else events.offline(unplugged);
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  /** Read by nobody while the reader is not open or not plugged in. */
  present(credential: Presented): void {
    if (this.#plugged) this.#open?.presented(credential);
  }

  /** The reader behaves as if this many pieces of noise had reached it. */
  disturb(count: number): void {
    if (this.#plugged) this.#open?.dropped('not-a-credential', count);
  }

  show(display: Display): void {
    if (this.#plugged && this.#open !== null) this.#shown = display;
  }

  get shown(): Display | null {
    return this.#shown;
  }

  /** Its light goes out with its power. */
  unplug(): void {
    if (!this.#plugged) return;
    this.#plugged = false;
    this.#shown = null;
    this.#open?.offline(unplugged);
  }

  plug(): void {
    if (this.#plugged) return;
    this.#plugged = true;
    this.#open?.online();
  }

  get #open(): ReaderEvents | null {
    return this.#closed ? null : this.#events;
  }
}

/** Shows all that there is. */
const everything: ReaderMeans = {
  lights: ['green', 'red', 'amber'],
  buzzer: true,
  text: { columns: 16, rows: 2 },
  kinds: allKinds,
};

const unplugged: DeviceFault = {
  code: 'device-missing',
  message: 'the simulated reader is unplugged: plug it in again',
};
