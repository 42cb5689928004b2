// The text of a snapshot, line by line: a header, then one record a line. Reading gives values of access/model.ts or a
// SnapshotError; kinds that only a newer office knows are passed over.

import { z } from 'zod';
import type { ReplicaKind, ReplicaRecords } from '../../access/model.ts';
import { countField, idField } from './fields.ts';
import { isReplicaKind, kindField, recordSchemas } from './replica-records.ts';

export type SnapshotErrorCode = 'header' | 'row' | 'chunk' | 'counts' | 'order' | 'too-large';

/** A snapshot that is not whole or not of its form. Nothing of it may be used. */
export class SnapshotError extends Error {
  readonly code: SnapshotErrorCode;
  constructor(code: SnapshotErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'SnapshotError';
    this.code = code;
  }
}

export const snapshotFormat = 'cardea-snapshot/1';

/** How many records of each kind follow; a kind that is not named has none. */
export type ReplicaCounts = { readonly [K in ReplicaKind]?: number };

export interface SnapshotHeader {
  readonly site: string;
  readonly revision: number;
  readonly counts: ReplicaCounts;
}

/** One record with its kind. */
export type ReplicaRow = { [K in ReplicaKind]: readonly [K, ReplicaRecords[K]] }[ReplicaKind];

/** The first line of a snapshot. */
export const headerSchema = z.object({
  format: z.literal(snapshotFormat),
  site: idField,
  revision: countField,
  counts: z.record(kindField, countField),
});

export function headerLine(header: SnapshotHeader): string {
  const { site, revision, counts } = header;
  return JSON.stringify({ format: snapshotFormat, site, revision, counts });
}

/** @throws SnapshotError `header` */
export function readHeaderLine(line: string): SnapshotHeader {
  const read = headerSchema.safeParse(jsonOf(line, 'header'));
  if (!read.success) {
    throw new SnapshotError('header', `the first line is no header of ${snapshotFormat}: ${firstIssue(read.error)}`);
  }
  const { site, revision, counts } = read.data;
  const known = Object.entries(counts).filter(([kind]) => isReplicaKind(kind));
  return { site, revision, counts: Object.fromEntries(known) };
}

/** @throws SnapshotError `row` for a credential that carries its value: only the keyed hash ever travels. */
export function rowLine(row: ReplicaRow): string {
  if (row[0] === 'credentials' && 'value' in row[1]) {
    throw new SnapshotError('row', `credential ${row[1].id} carries its value: only its keyed hash may be published`);
  }
  return JSON.stringify(row);
}

/**
 * The record of a line; null for a kind that is not known here.
 * @throws SnapshotError `row`
 */
export function readRowLine(line: string): ReplicaRow | null {
  const row = jsonOf(line, 'row');
  if (!Array.isArray(row) || typeof row[0] !== 'string' || row.length < 2) {
    throw new SnapshotError('row', `not ["kind", record]: ${line.slice(0, 80)}`);
  }
  const [kind, record]: unknown[] = row;
  if (typeof kind !== 'string' || !isReplicaKind(kind)) return null;
  const read = recordSchemas[kind].safeParse(record);
  if (!read.success) {
    throw new SnapshotError('row', `a record of ${kind}: ${firstIssue(read.error)}`);
  }
  return [kind, read.data] as ReplicaRow;
}

function jsonOf(line: string, code: 'header' | 'row'): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new SnapshotError(code, `not JSON: ${line.slice(0, 80)}`, error);
  }
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not of its form'}`;
}
