// One thing that could be otherwise: the same tap with it changed, and what it is called.

import type { Tap } from '../../../access/entry/tap.ts';
import type { JsonObject } from '../../../access/event.ts';
import type { Subject } from '../subject.ts';

export interface Change {
  /** A stable code for programs. */
  readonly change: string;
  /** Completes "the door would open if …". */
  readonly words: string;
  readonly data: JsonObject;
  /** The tap with this changed; of one that is changed already, for two changes together. */
  readonly apply: (tap: Tap) => Tap;
}

/** Changes that fit whoever taps; none of them is asked yet. */
export type Changes = (subject: Subject) => readonly Change[];
