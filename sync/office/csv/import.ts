// A table as a change of records: whole or not at all, in one transaction, with every bad row told by its line. What removes more than a
// fifth of a kind is refused unless it is meant, as an import of a document is.

import { FileError, type Problem } from '../../../config/problem.ts';
import { shrinks } from '../../protocol/shrink.ts';
import { OfficeError } from '../error.ts';
import { mostOfAll } from '../import/compare.ts';
import { stepsMs } from '../import/import.ts';
import type { Origin } from '../records/audit.ts';
import { type ChangeResult, changeRecords, type Operation } from '../records/change.ts';
import { RecordsError } from '../records/error.ts';
import type { RecordKind } from '../records/kinds.ts';
import type { RecordsView } from '../records/view.ts';
import type { OfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';
import { countsSince, currentRevision } from '../store/revisions.ts';
import { type Columns, columnsOf, tableKinds } from './columns.ts';
import { memberColumns, planMembers } from './members.ts';
import { TablePlan } from './plan.ts';
import { type Mode, planRows } from './rows.ts';
import { delimiterWord, maxRows, readTable, type Table } from './table.ts';

/** `members`: customers with their contracts and cards, from one list. */
export type TableKind = RecordKind | 'members';

export const importKinds: readonly TableKind[] = ['members', ...tableKinds];

export interface CsvOptions {
  readonly kind: TableKind;
  readonly mode: Mode;
  /** More than a fifth may go. */
  readonly force: boolean;
  readonly preview: boolean;
  readonly origin: Origin;
}

export interface CsvResult extends ChangeResult {
  readonly rows: number;
  /** In words. */
  readonly delimiter: string;
  /** Records that the rows say as they are already. */
  readonly unchanged: number;
}

/** So many of what is wrong are listed; the last one then says how many more there are. */
export const maxListed = 200;

/** A member is a customer, a contract and some cards; a replacement also removes. */
const maxTableOperations = maxRows * 4;

/** @throws FileError with every bad row; OfficeError `import-shrinks`, `store-*` */
export function importCsv(store: OfficeStore, text: string, file: string, options: CsvOptions): CsvResult {
  const table = readTable(text, file);
  const { kind, mode, origin } = options;
  const columns = kind === 'members' ? memberColumns : columnsOf(kind);
  checkHeading(table, columns, kind);
  const change = (preview: boolean, shrinkChecked: boolean): { plan: TablePlan; result: ChangeResult } => {
    let plan = new TablePlan(table);
    const wanted = (view: RecordsView): readonly Operation[] => {
      plan = new TablePlan(table);
      checkWidths(table, plan);
      if (kind === 'members') planMembers(view, table, plan);
      else planRows(view, table, { kind, mode, columns }, plan);
      if (shrinkChecked && !options.force && plan.problems.length === 0) checkShrink(view, plan, options);
      // A table with a bad row is judged to the end, and never applied.
      if (plan.problems.length > 0 && !preview) throw refused(table, plan);
      return plan.operations;
    };
    try {
      return { result: changeRecords(store, wanted, { origin, preview, most: maxTableOperations }), plan };
    } catch (error) {
      if (!(error instanceof RecordsError) || error.findings.length === 0) throw error;
      for (const finding of error.findings) plan.at(finding);
      throw refused(table, plan);
    }
  };
  // First without taking anybody's turn: most of what is wrong is found here.
  const looked = change(true, true);
  if (looked.plan.problems.length > 0) throw refused(table, looked.plan);
  const { plan, result } = options.preview || looked.result.changed.length === 0 ? looked : change(false, true);
  const put = plan.operations.filter(({ does }) => does === 'put').length;
  const altered = result.changed.filter(({ did }) => did !== 'removed').length;
  return { ...result, rows: table.rows.length, delimiter: delimiterWord(table.delimiter), unchanged: put - altered };
}

/** @throws FileError */
function checkHeading(table: Table, columns: Columns, kind: TableKind): void {
  const plan = new TablePlan(table);
  for (const [n, column] of table.heading.entries()) {
    const names = [...columns.keys()].join(', ');
    if (!columns.has(column)) plan.wrong(1, column, `column ${JSON.stringify(column.slice(0, 64))}`, `${names}`);
    else if (table.heading.indexOf(column) !== n) plan.wrong(1, column, 'the column twice', 'each column once');
  }
  const naming = kind === 'members' ? ['id', 'email', 'name'] : ['id'];
  if (!naming.some((name) => table.heading.includes(name))) {
    plan.wrong(1, '', `no column ${naming.join(', ')}`, `a column that names the record: ${naming.join(' or ')}`);
  }
  if (plan.problems.length > 0) throw refused(table, plan);
}

function checkWidths(table: Table, plan: TablePlan): void {
  const { heading, rows } = table;
  for (const { line, cells } of rows) {
    if (cells.length === heading.length) continue;
    plan.wrong(line, '', `${cells.length} cells`, `${heading.length}, as the heading has`);
  }
}

function refused({ file }: Table, { problems }: TablePlan): FileError {
  const inOrder = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const more = inOrder.length - maxListed;
  if (more <= 0) return new FileError(file, inOrder);
  const last = inOrder[maxListed - 1];
  const rest: Problem = {
    ...{ file, line: last?.line ?? 1, column: 1, path: '', severity: 'error' },
    found: `${more} more faults that are not listed`,
    allowed: 'none: mend these first',
  };
  return new FileError(file, [...inOrder.slice(0, maxListed), rest]);
}

/** @throws OfficeError `import-shrinks` */
function checkShrink({ store }: RecordsView, { operations }: TablePlan, { kind, origin }: CsvOptions): void {
  const removed = operations.filter(({ does }) => does === 'remove').length;
  if (kind === 'members' || removed === 0) return;
  const had = new Records(store).count(kind);
  const counts = { ...currentRevision(store)?.counts, [kind]: had - removed };
  const inSteps = shrinks(mostOfAll(countsSince(store, origin.nowMs - stepsMs)), counts);
  if (removed * 5 <= had && inSteps === null) return;
  const what =
    removed * 5 > had
      ? `the table drops ${removed} of ${had} ${kind}, more than a fifth`
      : `with the table ${inSteps} within ${stepsMs / 86_400_000} days, more than a fifth in several steps`;
  throw new OfficeError('import-shrinks', `${what}; nothing was changed: if that is meant, use --force`);
}
