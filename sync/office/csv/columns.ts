// The columns that a table of a kind may have, made of the schema of replica documents: the keys of its records, those of a mapping
// inside one after a point, as `limits.daysPerWeek`. A cell becomes the value that the schema takes; where it cannot, it stays a text,
// of which the schema says what is allowed.

import { jsonSchema } from '../../../config/json-schema.ts';
import { isRecord, listOf, recordOf, valueAt } from '../../../config/raw.ts';
import { isPlacedKind, isTextKind, type RecordKind, recordKinds } from '../records/kinds.ts';

/** `rows`: a list of mappings, as JSON. */
type Form = 'text' | 'number' | 'flag' | 'texts' | 'rows';

export type Columns = ReadonlyMap<string, Form>;

/** Kinds whose records go by an id: the others are written as a document. */
export const tableKinds: readonly RecordKind[] = recordKinds.filter((kind) => !isPlacedKind(kind) && !isTextKind(kind));

export function columnsOf(kind: RecordKind): Columns {
  const columns = new Map<string, Form>();
  add(columns, '', valueAt(jsonSchema('replica'), ['properties', kind, 'items', 'properties']));
  return columns;
}

function add(columns: Map<string, Form>, before: string, properties: unknown): void {
  for (const [key, schema] of Object.entries(recordOf(properties))) {
    const inner = recordOf(schema).properties;
    if (isRecord(inner)) add(columns, `${before}${key}.`, inner);
    else columns.set(`${before}${key}`, formOf(schema));
  }
}

function formOf(schema: unknown): Form {
  const all = [schema, ...listOf(recordOf(schema).anyOf)].map(recordOf);
  const list = all.find(({ type }) => type === 'array');
  if (list !== undefined) return recordOf(list.items).type === 'object' ? 'rows' : 'texts';
  if (all.some(({ type }) => type === 'boolean')) return 'flag';
  return all.some(({ type }) => type === 'integer' || type === 'number') ? 'number' : 'text';
}

/** `null` is the default of the key. @param cell not empty. */
export function valueIn(cell: string, form: Form): unknown {
  if (cell === 'null') return null;
  if (form === 'flag') return /^(?:true|yes)$/i.test(cell) ? true : /^(?:false|no)$/i.test(cell) ? false : cell;
  if (form === 'number') return /^-?\d{1,15}$/.test(cell) ? Number(cell) : cell;
  if (form === 'texts') return textsIn(cell);
  return form === 'rows' ? jsonIn(cell) : cell;
}

/** A list in a cell: `a;b`. */
export function textsIn(cell: string): string[] {
  return cell
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function jsonIn(cell: string): unknown {
  try {
    return JSON.parse(cell) as unknown;
  } catch {
    return cell;
  }
}

/** The mapping in which the value stands at `column`; `into` is left as it was. */
export function withValue(into: Record<string, unknown>, column: string, value: unknown): Record<string, unknown> {
  const at = column.indexOf('.');
  if (at < 0) return { ...into, [column]: value };
  const key = column.slice(0, at);
  return { ...into, [key]: withValue({ ...recordOf(into[key]) }, column.slice(at + 1), value) };
}
