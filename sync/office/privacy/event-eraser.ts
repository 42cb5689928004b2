// Takes names out of records that the store keeps, without breaking the chain: the place, the hash and the hash before stay, the text is
// replaced by one that says what was taken out, when and why. Its id goes too, here and where anomalies name it: without it, nobody finds
// by trying names which one gives the hash. Inside the caller's transaction.

import type Database from 'better-sqlite3';
import { canonicalJson } from '../../../access/canonical.ts';
import type { Json, JsonObject } from '../../../access/event.ts';
import { isRecord, textOf } from '../../../config/raw.ts';
import { asideType } from '../../protocol/events.ts';
import { lostType } from '../store/events.ts';
import type { OfficeStore } from '../store/open.ts';
import { PassUses } from '../store/pass-uses.ts';
import { maxVisitEvents, VisitTable } from '../visits/project.ts';
import { type CutOptions, cut, type Renamed } from './cut.ts';
import { pseudonyms } from './pseudonym.ts';

/** `retention`: its time was over; `person`: somebody was erased. */
export type Why = 'retention' | 'person';

export interface Erasing {
  readonly why: Why;
  readonly nowMs: number;
  readonly renamed: Renamed;
}

export interface ErasableRow {
  readonly row: number;
  readonly type: string;
  readonly visit: string | null;
  readonly body: string;
  readonly erased: string | null;
}

export const erasableColumns = 'rowid AS row, type, visit, body, erased';

/** Ids of records that acts of the office name. */
const referenceKeys = ['charge', 'flag', 'checkout'];

export class EventEraser {
  readonly #ofVisit: Database.Statement<[string, number], ErasableRow>;
  readonly #put: Database.Statement<[string, string | null, string, number]>;
  readonly #anomalies: Database.Statement<[number]>;
  readonly #deliveries: Database.Statement<[number]>;
  readonly #visits: VisitTable;
  readonly #uses: PassUses;
  readonly #newName: () => string;

  constructor(store: OfficeStore) {
    const { db } = store;
    this.#ofVisit = db.prepare(`SELECT ${erasableColumns} FROM events WHERE visit = ? ORDER BY rowid LIMIT ?`);
    this.#put = db.prepare('UPDATE events SET body = ?, id = ?, erased = ? WHERE rowid = ?');
    this.#anomalies = db.prepare(
      `UPDATE anomalies SET body = NULL, subject = CASE
         WHEN subject = '' OR kind IN ('fork', 'chain-break') THEN subject ELSE lower(hex(randomblob(16))) END
       WHERE (controller, epoch, seq) = (SELECT controller, epoch, seq FROM events WHERE rowid = ?)`,
    );
    this.#deliveries = db.prepare('DELETE FROM webhook_deliveries WHERE event = ?');
    this.#visits = new VisitTable(store);
    this.#uses = new PassUses(store);
    this.#newName = pseudonyms(store);
  }

  /** A record of no visit. @returns whether anything was taken out of it */
  erase(row: ErasableRow, erasing: Erasing, options: CutOptions = {}): boolean {
    if (row.erased !== null) return false;
    const event = eventIn(row);
    if (event === null) return false;
    const found = cut(row.type, event.data, erasing.renamed, options);
    if (found === null) return false;
    this.#write(row, { ...event, id: this.#newName(), data: found.data }, found.out, erasing);
    return true;
  }

  /** Something that was put aside, or lost: nothing of its text is left. */
  eraseWhole(row: ErasableRow, { why, nowMs }: Erasing): void {
    const said = wordsOf(['text'], why, nowMs);
    const known = parsed(row.body);
    const kept: Record<string, Json> = { erased: said };
    for (const key of row.type === lostType ? ['from', 'lost'] : ['prev']) {
      const value = known[key];
      if (typeof value === 'string' || typeof value === 'number') kept[key] = value;
    }
    if (row.type === lostType) kept.text = null;
    this.#settle(row, canonicalJson(kept), null, said);
  }

  /**
   * All records of a visit, what the table of visits says of it, and its uses of passes. @returns how many records
   */
  eraseVisit(visit: string, erasing: Erasing): number {
    const rows = this.#ofVisit.all(visit, maxVisitEvents).flatMap((row) => {
      const event = row.erased === null ? eventIn(row) : null;
      return event === null ? [] : [{ row, event, id: this.#newName() }];
    });
    const ids = new Map(rows.map(({ event, id }) => [textOf(event.id) ?? '', id]));
    for (const { row, event, id } of rows) {
      const found = cut(row.type, event.data, erasing.renamed, { about: true });
      if (found === null) continue;
      const out = new Set(found.out);
      const data: Record<string, Json | undefined> = { ...found.data };
      for (const key of referenceKeys) {
        const other = ids.get(textOf(data[key]) ?? '');
        if (other !== undefined) {
          data[key] = other;
          out.add(key);
        }
      }
      this.#write(row, { ...event, id, data }, [...out].sort(), erasing);
    }
    this.#eraseUses(visit, erasing.renamed);
    this.#visits.project(visit);
    return rows.length;
  }

  #eraseUses(visit: string, renamed: Renamed): void {
    const uses = this.#uses.ofVisit(visit);
    if (uses.length === 0) return;
    this.#uses.replace(
      visit,
      uses.map((use) => {
        const flag = use.flag === null ? null : cut('pass.oversold', JSON.parse(use.flag) as JsonObject, renamed);
        return {
          ...use,
          pass: renamed('pass', use.pass) ?? use.pass,
          customer: renamed('customer', use.customer) ?? use.customer,
          flag: flag === null ? use.flag : canonicalJson(flag.data),
        };
      }),
    );
  }

  #write(row: ErasableRow, event: JsonObject, out: readonly string[], { why, nowMs }: Erasing): void {
    const said = wordsOf(['id', ...out], why, nowMs);
    this.#settle(row, canonicalJson({ ...event, erased: said }), textOf(event.id) ?? null, said);
  }

  #settle({ row }: ErasableRow, body: string, id: string | null, said: JsonObject): void {
    this.#anomalies.run(row);
    this.#deliveries.run(row);
    this.#put.run(body, id, canonicalJson(said), row);
  }
}

function wordsOf(out: readonly string[], why: Why, nowMs: number): JsonObject {
  return { at: new Date(nowMs).toISOString(), out, why };
}

/** null where the row is no record that could be read. */
export function eventIn({
  type,
  body,
}: Pick<ErasableRow, 'type' | 'body'>): (JsonObject & { data: JsonObject }) | null {
  if (type === lostType || type === asideType) return null;
  const event = parsed(body);
  return isRecord(event.data) ? { ...event, data: event.data as JsonObject } : null;
}

function parsed(body: string): JsonObject {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}
