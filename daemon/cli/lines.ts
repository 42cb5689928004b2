// A list on the command line: one JSON object a line for programs, or a table for people, however long it is.

import type { Io } from './io.ts';
import { columns } from './text.ts';

export interface Table<Line> {
  readonly heading: readonly string[];
  readonly widths: readonly number[];
  /** What is said instead of an empty table. */
  readonly none: string;
  cells(line: Line): string[];
}

const linesBetweenPauses = 500;

/** @param table null: JSON */
export async function printLines<Line>(lines: Iterable<Line>, io: Io, table: Table<Line> | null): Promise<void> {
  let count = 0;
  for (const line of lines) {
    if (count === 0 && table !== null) io.out(columns(table.heading, table.widths));
    io.out(table === null ? JSON.stringify(line) : columns(table.cells(line), table.widths));
    count += 1;
    if (count % linesBetweenPauses === 0) await io.drained();
  }
  if (count === 0 && table !== null) io.out(table.none);
}
