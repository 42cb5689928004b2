// The end of a world, when everything was connected for a while: the office has exactly what the journals have, every
// controller decides by the newest replica, with the same contents, and nothing waits.

import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { hashOf } from './canonical.ts';
import type { SaidStatus } from './statuses.ts';
import type { Report } from './violations.ts';

export interface Books {
  readonly office: string;
  readonly controllers: readonly { readonly id: string; readonly journal: string; readonly replica: string }[];
  readonly revision: number;
  /** Ids that the newest revision has, sorted, by its table. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  status(controller: string): SaidStatus | undefined;
}

interface Row {
  readonly seq: number;
  readonly body: string;
}

export function checkBooks(books: Books, report: Report): void {
  compareEvents(books, report);
  for (const { id } of books.controllers) checkStatus(id, books, report);
  checkReplicas(books, report);
}

function compareEvents({ office, controllers }: Books, report: Report): void {
  const kept = new Database(office, { readonly: true });
  try {
    let sum = 0;
    for (const { id, journal } of controllers) sum += compareJournal(kept, id, journal, report);
    const others = "SELECT count(*) FROM events WHERE controller <> 'office'";
    const all = kept.prepare<[], number>(others).pluck().get() ?? 0;
    if (all !== sum) report('union', `the office has ${all} records, and the journals together have ${sum}`);
    const own = "SELECT count(DISTINCT id) FROM events WHERE controller <> 'office'";
    const ids = kept.prepare<[], number>(own).pluck().get() ?? 0;
    if (ids !== all) report('union', `of ${all} records at the office only ${ids} have an id of their own`);
    const wrong = kept.prepare<[], { kind: string; reason: string }>('SELECT kind, reason FROM anomalies').all();
    for (const { kind, reason } of wrong) report('union', `the office found ${kind}: ${reason}`);
  } finally {
    kept.close();
  }
}

/** Old records that the office has may be gone from the journal. @returns how many records it ever had */
function compareJournal(office: Database.Database, id: string, file: string, report: Report): number {
  const db = new Database(file, { readonly: true });
  try {
    const epoch = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'epoch'").pluck().get() ?? '';
    const there = office.prepare<[string, string, number], string>(
      'SELECT body FROM events WHERE controller = ? AND epoch = ? AND seq = ?',
    );
    for (const { seq, body } of db.prepare<[], Row>('SELECT seq, body FROM events ORDER BY seq').iterate()) {
      const kept = there.pluck().get(id, epoch, seq);
      if (kept === undefined) report('union', `record ${seq} of ${id} is not at the office`);
      else if (hashOf(JSON.parse(kept)) !== hashOf(JSON.parse(body))) {
        report('union', `record ${seq} of ${id} is another one at the office`);
      }
    }
    const head = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'head'").pluck().get() ?? '';
    return Number(head.split(' ')[0]);
  } finally {
    db.close();
  }
}

function checkStatus(id: string, { revision, status }: Books, report: Report): void {
  const said = status(id);
  if (said?.online !== true) report('settled', `${id} does not say that it is online`);
  if (said?.pending !== 0) report('settled', `${id} says that ${said?.pending} records wait`);
  if (said?.revision !== revision)
    report('settled', `${id} says revision ${said?.revision}, the office has ${revision}`);
}

function checkReplicas({ controllers, ids, revision }: Books, report: Report): void {
  const contents = new Map<string, ReadonlyMap<string, string>>();
  for (const { id, replica } of controllers) {
    const db = new Database(replica, { readonly: true });
    try {
      const own = db.prepare<[], string>("SELECT value FROM header WHERE key = 'revision'").pluck().get();
      if (Number(own) !== revision) report('replica', `${id} holds revision ${own}, the office has ${revision}`);
      for (const [table, expected] of Object.entries(ids)) {
        const there = db.prepare<[], string>(`SELECT id FROM ${table} ORDER BY id`).pluck().all();
        if (there.join() === expected.join()) continue;
        report('replica', `${id}: ${table} of its replica: ${there.length}, at the office: ${expected.length}`);
      }
      contents.set(id, contentHashes(db));
    } finally {
      db.close();
    }
  }
  for (const [id, tables] of contents) {
    const [[first, expected] = [id, tables]] = contents;
    const other = [...expected].filter(([table, hash]) => tables.get(table) !== hash).map(([table]) => table);
    if (other.length > 0) report('replica', `${id} and ${first} hold one revision, and differ in ${other.join(', ')}`);
  }
}

/**
 * Of all rows of each table. In which order a file keeps them is no part of what it says, nor a column of its own that tells it:
 * `place`, and the `id` of a record that has none.
 */
function contentHashes(db: Database.Database): ReadonlyMap<string, string> {
  const tables = db
    .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'header' ORDER BY name")
    .pluck()
    .all();
  const hashOf = (table: string): string => {
    const rows = db.prepare<[], Readonly<Record<string, unknown>>>(`SELECT * FROM ${table}`).all();
    const texts = rows.map(({ place: _, ...row }) => {
      const named = table !== 'small' || 'id' in JSON.parse(String(row.body));
      return JSON.stringify(named ? row : { ...row, id: null });
    });
    return createHash('sha256').update(texts.sort().join('\n')).digest('hex');
  };
  return new Map(tables.map((table) => [table, hashOf(table)]));
}
