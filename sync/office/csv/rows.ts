// A table of one kind: a row a record, a column a key. `update` changes the keys that have a cell; `replace` makes the records what the
// rows say, and removes those that no row names.

import { textOf } from '../../../config/raw.ts';
import type { RecordKind } from '../records/kinds.ts';
import { merged } from '../records/merged.ts';
import type { RecordsView } from '../records/view.ts';
import { Records } from '../store/records.ts';
import { type Columns, valueIn, withValue } from './columns.ts';
import type { TablePlan } from './plan.ts';
import type { Table, TableRow } from './table.ts';

export type Mode = 'update' | 'replace';

export function planRows(
  view: RecordsView,
  table: Table,
  { kind, mode, columns }: { readonly kind: RecordKind; readonly mode: Mode; readonly columns: Columns },
  plan: TablePlan,
): void {
  for (const row of table.rows) {
    const keys = keysIn(table, row, columns);
    const id = textOf(keys.id);
    if (id === undefined) {
      plan.wrong(row.line, 'id', 'nothing', 'an id: 1 to 64 of A-Z a-z 0-9 . _ -');
      continue;
    }
    const record = merged(mode === 'update' ? view.find(kind, id) : undefined, keys);
    plan.put(row, { does: 'put', kind, id, record }, 'id');
  }
  if (mode === 'update') return;
  const ids = [...new Records(view.store).ids(kind)];
  for (const id of ids) if (!plan.has(kind, id)) plan.operations.push({ does: 'remove', kind, id });
}

function keysIn({ heading }: Table, { cells }: TableRow, columns: Columns): Record<string, unknown> {
  let keys: Record<string, unknown> = {};
  for (const [n, column] of heading.entries()) {
    const cell = cells[n] ?? '';
    const form = columns.get(column);
    if (cell !== '' && form !== undefined) keys = withValue(keys, column, valueIn(cell, form));
  }
  return keys;
}
