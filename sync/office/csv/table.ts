// A CSV file as rows of cells, each with its line. The text is UTF-8 with or without byte order mark; the delimiter is the one of
// comma, semicolon and tab that the heading has most of; line ends are those of any system, and become line feeds. Never another exception than FileError.

import { CsvError, parse } from 'csv-parse/sync';
import { FileError, type Problem } from '../../../config/problem.ts';

export interface TableRow {
  /** The first one of the row: a cell in quotes may go over several. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Table {
  readonly file: string;
  readonly delimiter: Delimiter;
  readonly heading: readonly string[];
  /** Without those that are empty. */
  readonly rows: readonly TableRow[];
}

const delimiters = { ',': 'comma', ';': 'semicolon', '\t': 'tab' } as const;
type Delimiter = keyof typeof delimiters;

/** Of one file: more rows than any site has people. */
export const maxRows = 200_000;
/** Characters of a row: a quote that is never closed does not take the rest of the file. */
const maxRowLength = 100_000;

export function delimiterWord(delimiter: Delimiter): string {
  return delimiters[delimiter];
}

/** @throws FileError */
export function readTable(text: string, file: string): Table {
  // One line end for all: the parser counts two for one of two characters in quotes.
  const plain = text.replace(/\r\n?/g, '\n');
  const delimiter = delimiterOf(plain);
  const [first, ...rest] = parsed(plain, file, delimiter);
  if (first === undefined)
    throw refused(file, 1, 'no line', 'a heading with the names of the columns, then a row a record');
  const rows = rest.filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (rows.length > maxRows) throw refused(file, 1, `${rows.length} rows`, `at most ${maxRows} in one file`);
  return { file, delimiter, heading: first.cells, rows };
}

/** Of the first line, outside of quotes. */
function delimiterOf(text: string): Delimiter {
  const end = text.indexOf('\n');
  const heading = (end < 0 ? text : text.slice(0, end)).replace(/"[^"]*"/g, '');
  const counted = ([',', ';', '\t'] as const).map((one) => ({ one, count: heading.split(one).length }));
  return counted.reduce((most, next) => (next.count > most.count ? next : most)).one;
}

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

function parsed(text: string, file: string, delimiter: Delimiter): TableRow[] {
  try {
    const options = {
      bom: true,
      delimiter,
      info: true,
      max_record_size: maxRowLength,
      record_delimiter: '\n',
      relax_column_count: true,
    };
    const all = parse(text, options) as unknown as Parsed[];
    return all.map(({ record, info }) => ({
      line: info.lines - record.reduce((sum, cell) => sum + lineEndsIn(cell), 0),
      cells: record.map((cell) => cell.trim()),
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as { readonly lines?: unknown };
    throw refused(file, typeof lines === 'number' ? lines : 1, ...wordsOf(error.code));
  }
}

function wordsOf(code: string): [found: string, allowed: string] {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return ['a quote that is never closed', 'a cell in quotes ends with a quote'];
  if (code === 'CSV_MAX_RECORD_SIZE')
    return [`a row of more than ${maxRowLength} characters`, 'quotes that are closed'];
  return ['a quote inside a cell', 'a cell with quotes stands in quotes, each quote of it twice'];
}

function lineEndsIn(cell: string): number {
  return cell.split('\n').length - 1;
}

function refused(file: string, line: number, found: string, allowed: string): FileError {
  const problem: Problem = { file, line, column: 1, path: '', found, allowed, severity: 'error' };
  return new FileError(file, [problem]);
}
