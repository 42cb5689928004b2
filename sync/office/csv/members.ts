// A list of members as a spreadsheet has it: a row makes the customer, their contract and their cards. Whoever has no id in it gets one
// from the e-mail address, else from the name, so that the same list once more changes nothing. The address itself is not kept. A contract
// is known by its customer and its first day, a card by its number.

import { credentialTypes } from '../../../access/credential.ts';
import { textOf } from '../../../config/raw.ts';
import { canonicalOrAllowed } from '../../../config/replica/check-credentials.ts';
import { merged } from '../records/merged.ts';
import type { RecordsView } from '../records/view.ts';
import { Records } from '../store/records.ts';
import { type Columns, textsIn, valueIn } from './columns.ts';
import type { TablePlan } from './plan.ts';
import type { Table, TableRow } from './table.ts';

export const memberColumns: Columns = new Map([
  ['id', 'text'],
  ['name', 'text'],
  ['email', 'text'],
  ['registeredWith', 'texts'],
  ['teams', 'texts'],
  ['disabled', 'flag'],
  ['plan', 'text'],
  ['contractFrom', 'text'],
  ['contractTo', 'text'],
  ['card', 'texts'],
  ['cardType', 'text'],
]);

/** Of an id that is made here: room for what is put behind it. */
const maxSlug = 40;

export function planMembers(view: RecordsView, table: Table, plan: TablePlan): void {
  const spaces = [...new Records(view.store).ids('spaces')];
  // Whoever has one space means it.
  const only = spaces.length === 1 && !table.heading.includes('registeredWith') ? spaces : null;
  for (const row of table.rows) {
    const cell = (column: string): string => row.cells[table.heading.indexOf(column)] ?? '';
    const { id, column } = idIn(cell);
    if (id === '') {
      const allowed = 'an id, an email, or a name with letters of A to Z, of which an id can be made';
      plan.wrong(
        row.line,
        column,
        cell(column) === '' ? 'nothing' : JSON.stringify(cell(column).slice(0, 64)),
        allowed,
      );
      continue;
    }
    const keys: [string, unknown][] = [];
    for (const key of ['name', 'registeredWith', 'teams', 'disabled']) {
      const form = memberColumns.get(key);
      if (cell(key) !== '' && form !== undefined) keys.push([key, valueIn(cell(key), form)]);
    }
    const before = view.find('customers', id) ?? (only === null ? {} : { registeredWith: only });
    const record = merged(before, Object.fromEntries(keys));
    if (!plan.put(row, { does: 'put', kind: 'customers', id, record }, column)) continue;
    planContract(view, row, id, cell, plan);
    planCards(view, row, id, cell, plan);
  }
}

type Cell = (column: string) => string;

function idIn(cell: Cell): { id: string; column: string } {
  if (cell('id') !== '') return { id: cell('id'), column: 'id' };
  if (cell('email') !== '') return { id: slug(cell('email'), /[^a-z0-9.]+/g), column: 'email' };
  return { id: slug(cell('name'), /[^a-z0-9]+/g), column: 'name' };
}

function slug(text: string, apart: RegExp): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase();
  return plain
    .replace(apart, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, maxSlug);
}

function planContract(view: RecordsView, row: TableRow, customer: string, cell: Cell, plan: TablePlan): void {
  const [by, from, to] = [cell('plan'), cell('contractFrom'), cell('contractTo')];
  if (by === '' && from === '' && to === '') return;
  if (by === '' || from === '') {
    const allowed =
      by === '' ? 'the id of a plan, which a contract needs' : 'the first day of the contract, as 2026-03-31';
    plan.wrong(row.line, by === '' ? 'plan' : 'contractFrom', 'nothing', allowed);
    return;
  }
  const known = view.store.db
    .prepare<[string, string], string>(
      `SELECT id FROM records WHERE kind IN ('contracts', 'passes') AND kind = 'contracts'
       AND json_extract(body, '$.customer') = ? AND json_extract(body, '$.from') = ? ORDER BY id`,
    )
    .pluck()
    .get(customer, from);
  const id = known ?? `${customer.slice(0, 50)}-${from.replace(/[^0-9-]/g, '').slice(0, 10)}`;
  const keys = { customer, plan: by, from, ...(to === '' ? {} : { to: valueIn(to, 'text') }) };
  const record = merged(view.find('contracts', id), keys);
  const columns = { plan: 'plan', from: 'contractFrom', to: 'contractTo' };
  plan.put(row, { does: 'put', kind: 'contracts', id, record }, 'contractFrom', columns);
}

function planCards(view: RecordsView, row: TableRow, customer: string, cell: Cell, plan: TablePlan): void {
  const given = cell('cardType') === '' ? 'card' : cell('cardType');
  const type = credentialTypes.find((one) => one === given);
  if (type === undefined) {
    plan.wrong(row.line, 'cardType', JSON.stringify(given.slice(0, 64)), credentialTypes.join(', '));
    return;
  }
  for (const value of new Set(textsIn(cell('card')))) {
    const canonical = canonicalOrAllowed(type, value);
    const known = 'value' in canonical ? holderOf(view, type, canonical.value) : undefined;
    if (known !== undefined && known.customer !== customer) {
      const found = `a number that credentials ${known.id} has, which is of ${known.customer ?? 'staff or a visitor'}`;
      plan.wrong(row.line, 'card', found, 'the number of a card that is nobody else’s');
      continue;
    }
    const id = known?.id ?? freeId(view, plan, customer);
    const record = merged(view.find('credentials', id), { type, value, customer });
    plan.put(row, { does: 'put', kind: 'credentials', id, record }, 'card', { type: 'cardType', value: 'card' });
  }
}

function holderOf(view: RecordsView, type: string, value: string): { id: string; customer: string | null } | undefined {
  return view.store.db
    .prepare<[string, string], { id: string; customer: string | null }>(
      `SELECT id, json_extract(body, '$.customer') AS customer FROM records WHERE kind = 'credentials'
       AND json_extract(body, '$.value') = ? AND json_extract(body, '$.type') = ?`,
    )
    .get(value, type);
}

function freeId(view: RecordsView, plan: TablePlan, customer: string): string {
  for (let n = 1; ; n++) {
    const id = `${customer.slice(0, 50)}-card${n === 1 ? '' : `-${n}`}`;
    if (!plan.has('credentials', id) && textOf(view.body('credentials', id)) === undefined) return id;
  }
}
