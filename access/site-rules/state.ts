// What the site rules remember (rules.md C6a): plain data that the journal keeps in the transaction of the records that made
// it, so that no restart forgets who waits, who is inside or how often somebody guessed.

import type { Holder } from '../facts.ts';
import type { CredentialType } from '../model.ts';
import type { Anchor } from '../time/trusted-time.ts';

/** Where somebody was last let in or out. */
export interface Whereabouts {
  /** null: outside of all areas. */
  readonly area: string | null;
  readonly at: Anchor;
  /** Id of the door. */
  readonly accessPoint: string;
  /** Where they were before, should it turn out that nobody opened the door; null: it was not known. */
  readonly before: Pick<Whereabouts, 'area' | 'at'> | null;
}

/** A tap that waits at a door for what is still missing. */
export interface Waiting {
  readonly credential: { readonly type: CredentialType; readonly hash: string };
  readonly reader: { readonly id: string; readonly direction: 'in' | 'out' | 'toggle' };
  readonly holder: Holder;
  readonly at: Anchor;
  /** The PIN that was proven already; null: none was. */
  readonly pin: ProvenPin | null;
}

export interface ProvenPin {
  readonly duress: boolean;
}

/** What waits at a door: for a PIN, and for a second person. At most one each: the latest. */
export interface WaitingAt {
  readonly pin: Waiting | null;
  readonly companion: Waiting | null;
}

export type WaitsFor = keyof WaitingAt;

export const nobodyWaits: WaitingAt = { pin: null, companion: null };

/** Somebody's unknown credential or wrong PIN. `hash`: of the credential that the PIN was to go with; null: it was unknown. */
export interface Attempt {
  readonly hash: string | null;
  readonly at: Anchor;
}

/** What was tried at a reader, at most as many as lock it out; `lockedOut`: since when it is, and with whose credentials. */
export interface Attempts {
  readonly tried: readonly Attempt[];
  readonly lockedOut: { readonly since: Anchor; readonly hashes: readonly string[] } | null;
}

export const nothingTried: Attempts = { tried: [], lockedOut: null };

/** Somebody who is inside a space: on a visit, as a visitor, or without a visit (let in by a booking, or flagged). */
export interface PersonInside {
  readonly holder: Holder;
  /** Id of the visit; null without one. */
  readonly visit: string | null;
}

/** What the journal answers of the site rules. Asked only at doors that have one switched on. */
export interface SiteRuleFacts {
  whereabouts(holder: Holder): Whereabouts | undefined;
  /** What was tried at a reader. */
  attempts(reader: string): Attempts | undefined;
  /** What waits at an access point. */
  waitingAt(accessPoint: string): WaitingAt | undefined;
  peopleInside(space: string): readonly PersonInside[];
}

/** One text for each person. */
export function holderKey({ kind, id }: Holder): string {
  return `${kind}:${id}`;
}

export function isSame(a: Holder, b: Holder): boolean {
  return a.kind === b.kind && a.id === b.id;
}
