// One person is erased: their records go with a new revision, by which the doors forget them; the audit log keeps that they were changed,
// and nothing of what they said; their names are kept as keyed hashes, by which what comes later is known. All that in one transaction.
// The records of the journals follow in steps (erasure-steps.ts). What is needed for sums stays, and leads to nobody.

import { canonicalJson } from '../../../access/canonical.ts';
import type { Json } from '../../../access/event.ts';
import type { ReplicaCounts } from '../../protocol/replica-rows.ts';
import { shrinks } from '../../protocol/shrink.ts';
import { mostOfAll } from '../import/compare.ts';
import { nextRevision } from '../import/import.ts';
import { type Origin, writeAudit } from '../records/audit.ts';
import { RecordsError } from '../records/error.ts';
import { type Change, changeOf, keepChanges } from '../store/changes.ts';
import { guarded } from '../store/failure.ts';
import type { OfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';
import { addRevision, countsSince, currentRevision } from '../store/revisions.ts';
import type { Charge } from '../visits/fold.ts';
import { inside } from '../visits/inside.ts';
import { eraseEntry, peopleKinds } from './audit-eraser.ts';
import { auditOf, namesIn } from './audit-of-person.ts';
import { eraseAnomalies, eraseCommands, eraseTickets } from './beside.ts';
import type { Renamed } from './cut.ts';
import { ErasedNames } from './names.ts';
import { namesOf, type Person, type PersonKind, type PersonRecord, personOf, textsOf } from './person.ts';
import { pseudonyms } from './pseudonym.ts';

export interface EraseOptions {
  readonly origin: Origin;
  readonly siteKey: Uint8Array;
  readonly kind?: PersonKind;
  /** Also while they are inside, or have charges that nobody decided on. */
  readonly force?: boolean;
  readonly preview?: boolean;
}

export interface Erased {
  readonly kind: PersonKind;
  /** null: the office had no records of them, and made no revision. */
  readonly revision: number | null;
  /** By kind: records that were removed, or named them and do so no more. */
  readonly removed: Readonly<Record<string, number>>;
  readonly unnamed: Readonly<Record<string, number>>;
  readonly visits: number;
  /** Entries of the audit log. */
  readonly entries: number;
  /** Charges that stay for the books. */
  readonly charges: number;
}

/** @throws RecordsError `not-found`, `conflict`; OfficeError `store-*` */
export function erasePerson(store: OfficeStore, id: string, options: EraseOptions): Erased {
  const work = store.db.transaction((): Erased => {
    const person = personOf(store, id, options.kind);
    const { nowMs } = options.origin;
    const visits = visitsOf(store, person);
    const charges = visits.flatMap((row) => JSON.parse(row.charges) as Charge[]);
    if (options.force !== true) refuseWhileNeeded(store, person, charges, nowMs);
    const entries = auditOf(store, person);
    const told = { kind: person.kind, visits: visits.length, entries: entries.length, charges: charges.length };
    const counts = { removed: countsOf(person.own), unnamed: countsOf(person.naming) };
    if (options.preview === true) return { ...told, ...counts, revision: currentRevision(store)?.revision ?? null };
    const names = new ErasedNames(store);
    for (const [kind, name] of [...namesOf(person, options.siteKey), ...namesIn(entries)]) names.add(kind, name);
    const renamed = names.renamed();
    const revision = forget(store, person, renamed, nowMs);
    const otherId = eraseEntries(store, person, entries);
    eraseCommands(store, Number.MAX_SAFE_INTEGER, renamed);
    eraseAnomalies(store, Number.MAX_SAFE_INTEGER, renamed);
    eraseTickets(store, Number.MAX_SAFE_INTEGER, renamed);
    eraseAnswers(store, person);
    begin(store, revision, nowMs);
    const after = { ...counts, visits: told.visits, charges: told.charges };
    const row = { kind: person.kind, id: otherId, did: 'removed', before: null, after } as const;
    writeAudit(store, { ...options.origin, action: 'erase' }, revision, [row]);
    return { ...told, ...counts, revision };
  });
  return guarded(store.path, () => (options.preview === true ? work.deferred() : work.immediate()));
}

function visitsOf({ db }: OfficeStore, { kind, id }: Person): { readonly charges: string }[] {
  if (kind !== 'customers') return [];
  return db.prepare<[string], { charges: string }>('SELECT charges FROM visits WHERE customer = ?').all(id);
}

function refuseWhileNeeded(store: OfficeStore, person: Person, charges: readonly Charge[], nowMs: number): void {
  const { kind, id } = person;
  for (const line of inside(store, nowMs)) {
    const who = line.kind === 'visitor' ? ['visitors', line.visitor] : ['customers', line.customer];
    if (who[0] !== kind || who[1] !== id) continue;
    const words = `${id} is inside ${line.space ?? 'the site'} since ${line.since}: check them out first`;
    throw new RecordsError('conflict', `${words}, or say that it is meant (--force, "force": true)`);
  }
  const open = charges.filter(({ state }) => state === 'proposed');
  if (open.length === 0) return;
  const listed = open.slice(0, 5).map((charge) => `${charge.id} of ${charge.amount} ${charge.currency}`);
  const words = `nobody has decided on ${open.length} charges of ${id} (${listed.join(', ')}): confirm or waive them first`;
  throw new RecordsError('conflict', `${words}, or say that it is meant (--force, "force": true)`);
}

function countsOf(records: readonly PersonRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of records) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** @returns the revision by which doors forget them; null where the document does not have them */
function forget(store: OfficeStore, { own, naming }: Person, renamed: Renamed, nowMs: number): number | null {
  if (own.length + naming.length === 0) return null;
  const records = new Records(store);
  const base = currentRevision(store);
  const counts = new Map<string, number>(Object.entries(base?.counts ?? {}));
  const changes: Change[] = [];
  for (const { kind, key } of [...own, ...naming]) changes.push(changeOf(kind, key, records.body(kind, key)));
  for (const { kind, key } of own) {
    records.remove(kind, key);
    counts.set(kind, (counts.get(kind) ?? 0) - 1);
  }
  for (const { kind, key, body } of naming) {
    records.put({ kind, id: key, body: canonicalJson(unnamed(kind, body, renamed)) });
  }
  const after: ReplicaCounts = Object.fromEntries(counts);
  const revision = nextRevision(store, 0);
  const shrinkMeant = shrinks(mostOfAll(countsSince(store, 0)), after) !== null;
  addRevision(store, { revision, importedAtMs: nowMs, counts: after, shrinkMeant });
  if (base !== undefined) keepChanges(store, revision, changes);
  // What earlier deltas said of them goes; whoever needs those takes the snapshot.
  store.db.prepare('DELETE FROM deltas').run();
  return revision;
}

/** A rule keeps a name that nobody has: one that names nobody might let in everybody. */
function unnamed(kind: string, body: PersonRecord['body'], renamed: Renamed): Json {
  const other = (name: Json | undefined): Json =>
    typeof name === 'string' ? (renamed('customer', name) ?? name) : null;
  if (kind === 'visitors') return { ...body, host: null };
  if (kind === 'passes') return { ...body, usedBy: other(body.usedBy) };
  const allow = body.allow as { readonly [key: string]: Json };
  return { ...body, allow: { ...allow, customers: (allow.customers as readonly Json[]).map(other) } };
}

/** @returns what stands in the place of the person's own id */
function eraseEntries(store: OfficeStore, person: Person, entries: ReturnType<typeof auditOf>): string {
  const newName = pseudonyms(store);
  const ids = new Map<string, string>();
  const otherId = (kind: string, id: string): string => {
    const found = ids.get(`${kind} ${id}`) ?? newName();
    ids.set(`${kind} ${id}`, found);
    return found;
  };
  for (const { entry, own } of entries) {
    eraseEntry(store.db, entry, own === null ? null : otherId(own.kind, own.id));
  }
  const put = store.db.prepare('UPDATE audit_ids SET id = ? WHERE kind = ? AND id = ?');
  const known = [...person.own.map(({ kind, key }) => [kind, key] as const), [person.kind, person.id] as const];
  for (const [kind, id] of [
    ...known,
    ...entries.flatMap(({ own }) => (own === null ? [] : [[own.kind, own.id] as const])),
  ]) {
    if (Object.hasOwn(peopleKinds, kind)) put.run(otherId(kind, id), kind, id);
  }
  if (person.kind === 'customers') eraseUsageIds(store, person.id, newName);
  return otherId(person.kind, person.id);
}

/** Days that earlier documents counted: their ids begin with the customer's. */
function eraseUsageIds({ db }: OfficeStore, customer: string, newName: () => string): void {
  const used = db
    .prepare<[string, string], { id: string; entry: number }>(
      "SELECT id, entry FROM audit_ids WHERE kind = 'planUsage' AND id > ? AND id < ?",
    )
    .all(`${customer}/`, `${customer}0`);
  const put = db.prepare("UPDATE audit_ids SET id = ? WHERE kind = 'planUsage' AND id = ? AND entry = ?");
  for (const { id, entry } of used) put.run(newName(), id, entry);
}

/** Answers that are kept for requests that come again. */
function eraseAnswers({ db }: OfficeStore, person: Person): void {
  const drop = db.prepare('DELETE FROM answers WHERE instr(body, ?) > 0');
  for (const text of textsOf(person)) drop.run(text);
}

function begin({ db }: OfficeStore, revision: number | null, nowMs: number): void {
  db.prepare(
    `INSERT INTO erasures (at_ms, revision, through, up_to, told)
     VALUES (?, ?, 0, (SELECT coalesce(max(rowid), 0) FROM events), ?)`,
  ).run(nowMs, revision, Number(revision === null));
}
