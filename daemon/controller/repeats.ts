// The same credential at the same reader again (rules.md O7): released anew, not decided anew.

import type { StateChange } from '../../access/change.ts';
import type { EventDraft } from '../../access/event.ts';
import type { CredentialType } from '../../access/model.ts';
import type { SiteRules } from '../../access/site-rules/settings.ts';

export interface Seen {
  readonly reader: string;
  readonly hash: string;
  readonly sinceBootMs: number;
  /** How often what it stands on had changed at the door: a mode that came and went is a change, too. */
  readonly changes: number;
  readonly revision: number;
}

export interface Opened extends Seen {
  readonly grant: EventDraft;
  readonly extended: boolean;
  /** The open visit that the tap was seen in. */
  readonly visit: string | null;
}

/**
 * Whether a tap at that door can repeat one before. Where two people are needed, or somebody may guess at PINs, each tap is
 * decided: a repeat would go round what the site rules ask for (rules.md C6a).
 */
export function mayRepeat({ secondPerson, lockOut, pin }: SiteRules, type: CredentialType): boolean {
  if (secondPerson !== null) return false;
  return type !== 'pin' || (lockOut === null && pin.use !== 'required');
}

/** The visit that a tap opened, or was seen in. */
export function seenIn(changes: readonly StateChange[]): string | null {
  for (const change of changes) {
    if (change.do === 'open-visit') return change.visit.id;
    if (change.do === 'seen') return change.visit;
  }
  return null;
}

/** More credentials than pass a reader within any window; the oldest is forgotten first, and then decided anew. */
const maxKept = 256;

/** Remembers the taps that were decided and opened. A restart forgets them: the next tap is decided. */
export class Repeats {
  readonly #opened = new Map<string, Opened>();

  opened(tap: Opened): void {
    const key = keyOf(tap);
    this.#opened.delete(key);
    this.#opened.set(key, tap);
    const oldest = this.#opened.keys().next();
    if (this.#opened.size > maxKept && oldest.done !== true) this.#opened.delete(oldest.value);
  }

  /** It was decided, and the door stayed shut: nothing repeats it. */
  forget(tap: Seen): void {
    this.#opened.delete(keyOf(tap));
  }

  /** What decided at all other readers has changed: nothing there repeats what was before. */
  keepAt(readers: readonly string[]): void {
    for (const [key, { reader }] of this.#opened) if (!readers.includes(reader)) this.#opened.delete(key);
  }

  /** The tap that this one repeats; mode and replica must be unchanged. */
  repeated(tap: Seen, windowMs: number): Opened | undefined {
    const last = this.#opened.get(keyOf(tap));
    if (last === undefined || last.changes !== tap.changes || last.revision !== tap.revision) return undefined;
    return tap.sinceBootMs - last.sinceBootMs <= windowMs ? last : undefined;
  }
}

function keyOf({ reader, hash }: Seen): string {
  return `${reader} ${hash}`;
}
