// What the audit log says of the records of people: that one was changed, when and by whom stays; what it said, why, and its id go.

import type { OfficeStore } from '../store/open.ts';
import type { NameKind, Renamed } from './cut.ts';
import { isPseudonym } from './pseudonym.ts';

/** Kinds of records that are about a person, and what their ids are. */
export const peopleKinds: Readonly<Record<string, NameKind>> = {
  customers: 'customer',
  visitors: 'visitor',
  passes: 'pass',
  credentials: 'credential',
  contracts: 'other',
  bookings: 'other',
  planUsage: 'other',
};

const kinds = Object.keys(peopleKinds)
  .map((kind) => `'${kind}'`)
  .join(', ');

interface Entry {
  readonly entry: number;
  readonly kind: string;
  readonly id: string;
  readonly told: number;
}

const told = 'before IS NOT NULL OR after IS NOT NULL OR reason IS NOT NULL';

/** Entries behind `after` that are older, at most so many are looked at. In the caller's transaction. */
export function eraseAudit(
  { db }: OfficeStore,
  after: number,
  sinceMs: number,
  most: number,
  renamed: Renamed,
): { readonly through: number; readonly erased: number; readonly done: boolean } {
  const entries = db
    .prepare<[number, number, number], Entry>(
      `SELECT entry, kind, id, (${told}) AS told FROM audit
       WHERE entry > ? AND at_ms < ? AND kind IN (${kinds}) ORDER BY entry LIMIT ?`,
    )
    .all(after, sinceMs, most);
  let erased = 0;
  for (const one of entries) {
    if (one.told === 0 && isPseudonym(one.id)) continue;
    eraseEntry(db, one.entry, isPseudonym(one.id) ? null : otherId(one, renamed));
    erased += 1;
  }
  return { through: entries.at(-1)?.entry ?? after, erased, done: entries.length < most };
}

/** @param id in the place of its own; null: it stays */
export function eraseEntry(db: OfficeStore['db'], entry: number, id: string | null): void {
  db.prepare('UPDATE audit SET before = NULL, after = NULL, reason = NULL, id = coalesce(?, id) WHERE entry = ?').run(
    id,
    entry,
  );
}

/** Of imports that are older. @returns whether none are left */
export function eraseAuditIds({ db }: OfficeStore, sinceMs: number, most: number, renamed: Renamed): boolean {
  const rows = db
    .prepare<[number, number], Omit<Entry, 'told'>>(
      `SELECT i.entry, i.kind, i.id FROM audit a JOIN audit_ids i ON i.entry = a.entry
       WHERE a.at_ms < ? AND a.kind IS NULL AND i.kind IN (${kinds}) AND i.id NOT GLOB 'erased-*' LIMIT ?`,
    )
    .all(sinceMs, most);
  const put = db.prepare('UPDATE audit_ids SET id = ? WHERE kind = ? AND id = ? AND entry = ?');
  for (const one of rows) put.run(otherId(one, renamed), one.kind, one.id, one.entry);
  return rows.length < most;
}

/** A contract's or a booking's id, or that of a day that was used, is nobody's name elsewhere. */
function otherId({ kind, id }: Pick<Entry, 'kind' | 'id'>, renamed: Renamed): string {
  const of = peopleKinds[kind] ?? 'other';
  return renamed(of === 'other' ? 'credential' : of, of === 'other' ? `${kind} ${id}` : id) ?? id;
}
