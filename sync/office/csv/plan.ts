// What a table wants done: the operations, which row and column each part of a record comes from, and what is wrong with the rows
// themselves, before any record is judged.

import type { Problem } from '../../../config/problem.ts';
import type { Operation } from '../records/change.ts';
import type { RecordKind } from '../records/kinds.ts';
import type { Table, TableRow } from './table.ts';

/** Where a record comes from. `column` gives the heading for a key of the record. */
interface Source {
  readonly line: number;
  column(key: string): string;
}

export class TablePlan {
  readonly operations: Operation[] = [];
  readonly problems: Problem[] = [];
  readonly #table: Table;
  readonly #sources = new Map<string, Source>();

  constructor(table: Table) {
    this.#table = table;
  }

  wrong(line: number, column: string, found: string, allowed: string): void {
    const at = this.#table.heading.indexOf(column) + 1;
    const { file } = this.#table;
    this.problems.push({ file, line, column: Math.max(at, 1), path: column, found, allowed, severity: 'error' });
  }

  /** A record of a row. @param columns the heading for a key, where they differ. */
  put(
    row: TableRow,
    operation: Operation & { id: string },
    idColumn: string,
    columns?: Record<string, string>,
  ): boolean {
    const { kind, id } = operation;
    const before = this.#sources.get(`${kind} ${id}`);
    if (before !== undefined) {
      this.wrong(row.line, idColumn, `${kind} ${id}, as in line ${before.line}`, 'one row a record');
      return false;
    }
    const column = (key: string): string => columns?.[key] ?? (columns === undefined ? key : idColumn);
    this.#sources.set(`${kind} ${id}`, { line: row.line, column });
    this.operations.push(operation);
    return true;
  }

  has(kind: RecordKind, id: string): boolean {
    return this.#sources.has(`${kind} ${id}`);
  }

  /** What was found in a record, at its place in the table; in line 1 what no row is about. */
  at({
    kind,
    id,
    key,
    found,
    allowed,
  }: {
    kind: string;
    id: string;
    key: string;
    found: string;
    allowed: string;
  }): void {
    const source = this.#sources.get(`${kind} ${id}`);
    if (source === undefined) {
      this.wrong(1, '', `${kind} ${id}${key === '' ? '' : ` ${key}`}: ${found}`, allowed);
      return;
    }
    const whole = this.#table.heading.includes(key) ? key : key.replace(/[.[].*$/, '');
    this.wrong(source.line, source.column(whole), found, allowed);
  }
}
