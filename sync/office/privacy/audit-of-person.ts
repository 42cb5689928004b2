// The entries of the audit log about one person: those of their records, also of such that were removed before, and those of other
// records that name them.

import { isRecord } from '../../../config/raw.ts';
import type { OfficeStore } from '../store/open.ts';
import { peopleKinds } from './audit-eraser.ts';
import type { NameKind } from './cut.ts';
import type { Person } from './person.ts';

export interface AboutPerson {
  readonly entry: number;
  /** null: it is of a record of others, which names them. */
  readonly own: { readonly kind: string; readonly id: string } | null;
}

interface Row {
  readonly entry: number;
  readonly kind: string | null;
  readonly id: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: string | null;
}

/** Shorter names stand in many words that mean nobody. */
const leastName = 3;

export function auditOf({ db }: OfficeStore, person: Person): AboutPerson[] {
  const theirs = new Set(person.own.map(({ kind, key }) => `${kind} ${key}`).concat(`${person.kind} ${person.id}`));
  const rows = db.prepare<[], Row>('SELECT entry, kind, id, before, after, reason FROM audit ORDER BY entry');
  const found: AboutPerson[] = [];
  for (const row of rows.iterate()) {
    const { entry, kind, id } = row;
    if (kind !== null && id !== null && (theirs.has(`${kind} ${id}`) || isTheirs(row, person))) {
      found.push({ entry, own: { kind, id } });
    } else if (names(row, person)) found.push({ entry, own: null });
  }
  return found;
}

/** Names of records of theirs that are no more. */
export function namesIn(entries: readonly AboutPerson[]): (readonly [NameKind, string])[] {
  return entries.flatMap(({ own }) => {
    const kind = own === null ? undefined : peopleKinds[own.kind];
    return own === null || kind === undefined || kind === 'other' ? [] : [[kind, own.id] as const];
  });
}

function isTheirs({ kind, before, after }: Row, { kind: of, id }: Person): boolean {
  if (of !== 'customers' || kind === null || !Object.hasOwn(peopleKinds, kind)) return false;
  return [before, after].some((text) => text !== null && (JSON.parse(text) as { customer?: unknown })?.customer === id);
}

function names({ before, after, reason }: Row, { id, name }: Person): boolean {
  if (reason !== null) {
    if ([...reason.matchAll(/[A-Za-z0-9._-]+/g)].some(([word]) => word === id)) return true;
    if (name !== null && name.length >= leastName && reason.includes(name)) return true;
  }
  return [before, after].some((text) => text?.includes(JSON.stringify(id)) === true && says(JSON.parse(text), id));
}

function says(value: unknown, id: string): boolean {
  if (typeof value === 'string') return value === id;
  if (Array.isArray(value)) return value.some((item) => says(item, id));
  return isRecord(value) && Object.values(value).some((item) => says(item, id));
}
