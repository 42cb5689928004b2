// What an explanation looks at: the tap, whose it is, and what the rules answered.

import { caseOf } from '../../access/entry/case.ts';
import type { Case, Ruling, Tap } from '../../access/entry/tap.ts';
import type { JsonObject } from '../../access/event.ts';
import type { HeldCredential } from '../../access/facts.ts';
import type { Visitor } from '../../access/model.ts';
import type { DoorAt } from './door-at.ts';
import type { Say } from './say.ts';

export interface Subject {
  readonly tap: Tap;
  readonly ruling: Ruling;
  readonly door: DoorAt;
  readonly credential: HeldCredential | undefined;
  /** Of a customer whom the replica has, at a door into a space that it has. */
  readonly c: Case | undefined;
  readonly visitor: Visitor | undefined;
  readonly say: Say;
}

/** What a row found: the same in words and as data. */
export interface Found {
  readonly words: string;
  readonly data: JsonObject;
}

export type Look = (subject: Subject) => Found;

export function subjectOf(tap: Tap, ruling: Ruling, door: DoorAt, say: Say): Subject {
  const credential = tap.facts.credential(tap.credential.hash);
  const holder = credential?.holder ?? null;
  return {
    tap,
    ruling,
    door,
    credential,
    c: credential !== undefined && holder?.kind === 'customer' ? caseOf(tap, credential, holder.id) : undefined,
    visitor: holder?.kind === 'visitor' ? tap.facts.visitor(holder.id) : undefined,
    say,
  };
}

/** A look at what only a customer has. */
export function ofCase(look: (c: Case, subject: Subject) => Found): Look {
  return (subject) =>
    subject.c === undefined ? { words: 'no customer is concerned', data: {} } : look(subject.c, subject);
}
