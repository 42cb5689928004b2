// The same credential at the same reader again (rules.md O7): released anew, not decided anew.

import type { EventDraft } from '../../access/event.ts';

export interface Opened {
  readonly reader: string;
  readonly hash: string;
  readonly sinceBootMs: number;
  readonly mode: string;
  readonly revision: number;
  readonly grant: EventDraft;
  readonly extended: boolean;
}

/** Remembers per reader the last tap that was decided and opened. A restart forgets it: the next tap is decided. */
export class Repeats {
  readonly #last = new Map<string, Opened>();

  opened(tap: Opened): void {
    this.#last.set(tap.reader, tap);
  }

  /** Another credential was read, or the door stayed shut: nothing repeats it. */
  forget(reader: string): void {
    this.#last.delete(reader);
  }

  /** The tap that this one repeats; mode and replica must be unchanged. */
  repeated(tap: Omit<Opened, 'grant' | 'extended'>, windowMs: number): Opened | undefined {
    const last = this.#last.get(tap.reader);
    if (last === undefined || last.hash !== tap.hash || last.mode !== tap.mode) return undefined;
    if (last.revision !== tap.revision) return undefined;
    return tap.sinceBootMs - last.sinceBootMs <= windowMs ? last : undefined;
  }
}
