// Everything that the office has of one person, in a form that one can hand to them: what the records say, without the values of
// credentials; visits with their charges; what the audit log and the journals say about them, without who else was at work.

import type { Json, JsonObject } from '../../../access/event.ts';
import { isRecord } from '../../../config/raw.ts';
import type { OfficeStore } from '../store/open.ts';
import { type CheckinLine, checkins } from '../visits/query.ts';
import { auditOf } from './audit-of-person.ts';
import { namesIn } from './cut.ts';
import { eventIn } from './event-eraser.ts';
import { namesOf, type Person, type PersonKind, personOf } from './person.ts';

export interface PersonExport {
  readonly format: 'cardea-person/1';
  readonly site: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly kind: PersonKind;
  readonly id: string;
  /** By kind. */
  readonly records: Readonly<Record<string, readonly unknown[]>>;
  /** Records of others that name the person: only which they are. */
  readonly namedBy: readonly { readonly kind: string; readonly id: string }[];
  readonly visits: readonly CheckinLine[];
  readonly audit: readonly unknown[];
}

/** All but the journals' records. @throws RecordsError `not-found` */
export function exportPerson(store: OfficeStore, id: string, nowMs: number, kind?: PersonKind): PersonExport {
  const person = personOf(store, id, kind);
  const records: Record<string, unknown[]> = {};
  for (const { kind: of, body } of person.own) {
    const list = records[of] ?? [];
    records[of] = list;
    list.push(withoutValue(body));
  }
  return {
    format: 'cardea-person/1',
    site: store.site,
    at: new Date(nowMs).toISOString(),
    kind: person.kind,
    id,
    records,
    namedBy: person.naming.map(({ kind: of, key }) => ({ kind: of, id: key })),
    visits: person.kind === 'customers' ? [...checkins(store, { customer: id })] : [],
    audit: auditAbout(store, person),
  };
}

function withoutValue(body: JsonObject): JsonObject {
  const { value: _value, ...rest } = body;
  return rest;
}

/** Of entries about other records only that they name the person. */
function auditAbout(store: OfficeStore, person: Person): unknown[] {
  const read = store.db.prepare<[number], Record<string, string | number | null>>(
    'SELECT entry, at_ms AS atMs, action, kind, id, did, before, after, reason FROM audit WHERE entry = ?',
  );
  return auditOf(store, person).flatMap(({ entry, own }) => {
    const row = read.get(entry);
    if (row === undefined) return [];
    const { atMs, action, kind, id, did } = row;
    const told = { entry, at: new Date(Number(atMs)).toISOString(), action, kind, id, did };
    if (own === null) return [told];
    return [{ ...told, before: parsed(row.before), after: parsed(row.after), reason: row.reason }];
  });
}

function parsed(text: string | number | null | undefined): unknown {
  if (typeof text !== 'string') return null;
  const value = JSON.parse(text) as unknown;
  return isRecord(value) ? withoutValue(value as JsonObject) : value;
}

/** A record of a journal about the person. */
export interface PersonEvent {
  readonly type: string;
  readonly time: Json | undefined;
  readonly accessPoint: Json | undefined;
  readonly data: JsonObject;
}

/**
 * Looks at no more than so many records behind that row.
 * @returns where to go on; null: that was all
 */
export function personEvents(
  store: OfficeStore,
  person: Person,
  siteKey: Uint8Array,
  after: number,
  most: number,
): { readonly items: PersonEvent[]; readonly through: number | null } {
  const names = new Set(namesOf(person, siteKey).map(([kind, name]) => `${kind} ${name}`));
  const rows = store.db
    .prepare<[number, number], { row: number; type: string; body: string; erased: string | null }>(
      'SELECT rowid AS row, type, body, erased FROM events WHERE rowid > ? ORDER BY rowid LIMIT ?',
    )
    .all(after, most);
  const items: PersonEvent[] = [];
  for (const row of rows) {
    const event = row.erased === null ? eventIn(row) : null;
    if (event === null || ![...namesIn(event.data)].some(([kind, name]) => names.has(`${kind} ${name}`))) continue;
    items.push({ type: row.type, time: event.time, accessPoint: event.accessPoint, data: shared(event.data) });
  }
  const last = rows.at(-1);
  return { items, through: last === undefined || rows.length < most ? null : last.row };
}

/** Who else was at work there is not theirs to know. */
function shared(data: JsonObject): JsonObject {
  const { by: _by, ...rest } = data;
  return rest;
}
