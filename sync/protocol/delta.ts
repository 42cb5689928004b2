// What turns one revision into the next, operation by operation. A record with an id is named by it, a string by itself, and a
// record that has neither (a rule, a schedule, what is included, usage of a day) is named whole: such are replaced by a delete and a put.

import { canonicalJson } from '../../access/canonical.ts';
import type { Json } from '../../access/event.ts';
import type { ReplicaKind } from '../../access/model.ts';
import { isReplicaKind, recordSchemas } from './replica-records.ts';
import { type ReplicaRow, SnapshotError } from './replica-rows.ts';

/** Kinds whose records have no id. */
const wholeKinds = ['accessRules', 'unlockSchedules', 'includes', 'planUsage'] as const;
export type WholeKind = (typeof wholeKinds)[number];
export type NamedKind = Exclude<ReplicaKind, WholeKind>;

export function isWholeKind(kind: ReplicaKind): kind is WholeKind {
  return (wholeKinds as readonly ReplicaKind[]).includes(kind);
}

/** What is there no longer: one that has a name, or one that is named whole. */
export type Removal = readonly [NamedKind, string] | Extract<ReplicaRow, readonly [WholeKind, unknown]>;

export type Operation =
  /** `text`: of the record as it was said, for the digest. */
  | { readonly does: 'put'; readonly row: ReplicaRow; readonly text: string }
  | { readonly does: 'delete'; readonly what: Removal };

/** null for a record that is named whole. */
export function nameOf([kind, record]: ReplicaRow): string | null {
  if (typeof record === 'string') return record;
  return isWholeKind(kind) || !('id' in record) ? null : record.id;
}

/**
 * null for a kind that is not known here.
 * @throws SnapshotError `row`
 */
export function readOperation(operation: readonly unknown[]): Operation | null {
  const [does, kind, said] = operation;
  if ((does !== 'put' && does !== 'delete') || typeof kind !== 'string' || operation.length !== 3) {
    throw new SnapshotError('row', `no operation: ${JSON.stringify(operation).slice(0, 80)}`);
  }
  if (!isReplicaKind(kind)) return null;
  if (does === 'delete' && !isWholeKind(kind)) {
    if (typeof said !== 'string') throw new SnapshotError('row', `a record of ${kind} is deleted by its id`);
    return { does, what: [kind, said] };
  }
  const read = recordSchemas[kind].safeParse(said);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new SnapshotError('row', `a record of ${kind}: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const row = [kind, read.data] as ReplicaRow;
  if (does === 'put') return { does, row, text: canonicalJson([kind, said as Json]) };
  return { does, what: row as Extract<ReplicaRow, readonly [WholeKind, unknown]> };
}
