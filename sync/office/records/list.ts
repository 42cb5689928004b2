// Lists of records, by name, page by page. What is searched is read in bounded pieces: a page may hold fewer than were asked for, and
// say where the next one goes on.

import type { OfficeStore } from '../store/open.ts';
import { idOf, type RecordKind } from './kinds.ts';
import { membersAt } from './membership.ts';
import type { RecordsView } from './view.ts';
import { type Written, writtenOf } from './written.ts';

export interface ListFilter {
  /** Some of its words, anywhere in the name or the id; of a credential, its holder. */
  readonly search?: string | undefined;
  readonly customer?: string | undefined;
  readonly team?: string | undefined;
  /** Customers only. */
  readonly membership?: 'member' | 'contact' | undefined;
  /** After the record of this key. */
  readonly after?: string | undefined;
  readonly limit: number;
  readonly nowMs: number;
}

export interface Listed {
  readonly id: string;
  readonly version: string;
  readonly record: Written;
}

export interface Page {
  readonly items: readonly Listed[];
  /** Where the next page goes on; null after the last. */
  readonly next: string | null;
}

/** Records that are read for one page, at most. */
const maxScanned = 20_000;

interface Row {
  readonly id: string;
  readonly body: string;
}

export function listRecords(view: RecordsView, kind: RecordKind, filter: ListFilter): Page {
  const { store } = view;
  const items: Listed[] = [];
  const isMember = filter.membership === undefined ? null : membersAt(store, filter.nowMs);
  const fits = (row: Row): boolean => {
    if (filter.search !== undefined && !contains(row, filter.search)) return false;
    return isMember === null || isMember(row.body) === (filter.membership === 'member');
  };
  let after = filter.after ?? '';
  for (let scanned = 0; scanned < maxScanned; ) {
    const rows = page(store, kind, filter, after);
    for (const row of rows) {
      after = row.id;
      scanned++;
      if (!fits(row)) continue;
      items.push({ id: idOf(kind, row.id), version: view.versionOf(row.body), record: writtenOf(kind, row.body) });
      if (items.length >= filter.limit) return { items, next: after };
    }
    if (rows.length < piece) return { items, next: null };
  }
  return { items, next: after };
}

const piece = 500;

function page({ db }: OfficeStore, kind: RecordKind, { customer, team }: ListFilter, after: string): Row[] {
  const conditions: string[] = [];
  const values: string[] = [];
  if (kind === 'contracts' || kind === 'passes') conditions.push("kind IN ('contracts', 'passes')");
  if (customer !== undefined) {
    conditions.push("json_extract(body, '$.customer') = ?");
    values.push(customer);
  }
  if (team !== undefined && kind === 'customers') {
    conditions.push("EXISTS (SELECT 1 FROM json_each(body, '$.teams') WHERE value = ?)");
    values.push(team);
  } else if (team !== undefined) {
    conditions.push("json_extract(body, '$.team') = ?");
    values.push(team);
  }
  const more = conditions.map((condition) => `AND ${condition}`).join(' ');
  return db
    .prepare<(string | number)[], Row>(
      `SELECT id, body FROM records WHERE kind = '${kind}' AND id > ? ${more} ORDER BY id LIMIT ?`,
    )
    .all(after, ...values, piece);
}

/** Every word, whatever its case, in what is shown of a record. */
function contains({ id, body }: Row, search: string): boolean {
  const record = JSON.parse(body) as Written;
  const shown = ['name', 'customer', 'team', 'resource', 'host', 'plan', 'timePass'] as const;
  const text = typeof record === 'string' ? record : [id, ...shown.map((key) => record[key])].join(' ');
  const folded = text.toLocaleLowerCase('en');
  return search
    .toLocaleLowerCase('en')
    .split(/\s+/)
    .every((word) => folded.includes(word));
}
