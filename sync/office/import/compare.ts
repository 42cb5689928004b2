// What an import would change: the differences between a document and the records that are kept, found without writing.

import type { ReplicaKind } from '../../../access/model.ts';
import type { ReplicaDocument } from '../../../config/types.ts';
import { replicaKinds } from '../../protocol/replica-records.ts';
import type { ReplicaCounts } from '../../protocol/replica-rows.ts';
import { type MostKept, mostAfter } from '../../protocol/shrink.ts';
import { OfficeError } from '../error.ts';
import { type Change, changeOf, maxChanges } from '../store/changes.ts';
import { type RecordRow, type Records, rowsOf } from '../store/records.ts';

export interface KindChange {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

export type KindChanges = { readonly [K in ReplicaKind]: KindChange };

export interface Difference {
  readonly kinds: KindChanges;
  /** Records per kind before and after. */
  readonly before: ReplicaCounts;
  readonly after: ReplicaCounts;
  readonly put: readonly RecordRow[];
  readonly removed: readonly Omit<RecordRow, 'body'>[];
  /** Of each of them, what there was before; of very many, only some. */
  readonly changes: readonly Change[];
}

/** How many of how many records are done. */
export type CompareProgress = (done: number, total: number) => void;

/** Records between two words of the progress. */
export const progressRecords = 1000;

/** @throws OfficeError `duplicate-record` where two records of a document have one key. */
export function compare(records: Records, document: ReplicaDocument, progress: CompareProgress): Difference {
  const total = replicaKinds.reduce((sum, kind) => sum + document.records[kind].length, 0);
  let done = 0;
  const put: RecordRow[] = [];
  const removed: Omit<RecordRow, 'body'>[] = [];
  const changes: Change[] = [];
  // So many more are not kept anyway (changes.ts).
  const note = (kind: ReplicaKind, id: string, body: string | undefined): void => {
    if (changes.length <= maxChanges) changes.push(changeOf(kind, id, body));
  };
  const kinds: [ReplicaKind, KindChange][] = [];
  const before: [ReplicaKind, number][] = [];
  const after: [ReplicaKind, number][] = [];
  for (const kind of replicaKinds) {
    const seen = new Set<string>();
    const change = { added: 0, changed: 0, removed: 0 };
    const removedBefore = removed.length;
    for (const row of rowsOf(document, kind)) {
      if (++done % progressRecords === 0) progress(done, total);
      if (seen.has(row.id)) {
        throw new OfficeError('duplicate-record', `${kind}: ${row.id} stands in the document twice: keep one of them`);
      }
      seen.add(row.id);
      const body = records.body(kind, row.id);
      if (body === row.body) continue;
      if (body === undefined) change.added++;
      else change.changed++;
      put.push(row);
      note(kind, row.id, body);
    }
    let had = 0;
    for (const id of records.ids(kind)) {
      had++;
      if (seen.has(id)) continue;
      change.removed++;
      removed.push({ kind, id });
    }
    // Not before: while its ids are read, the handle can do nothing else.
    for (const { id } of removed.slice(removedBefore)) note(kind, id, records.body(kind, id));
    kinds.push([kind, change]);
    before.push([kind, had]);
    after.push([kind, seen.size]);
  }
  return {
    kinds: Object.fromEntries(kinds) as KindChanges,
    before: Object.fromEntries(before),
    after: Object.fromEntries(after),
    put,
    removed,
    changes,
  };
}

/** Kinds of which more than a fifth of what is kept would go: what an import refuses unless it is meant. */
export function dropsTooMany({ kinds, before }: Difference): string[] {
  const guarded = ['customers', 'credentials'] as const;
  return guarded
    .filter((kind) => kinds[kind].removed * 5 > (before[kind] ?? 0))
    .map((kind) => `${kinds[kind].removed} of ${before[kind]} ${kind}`);
}

/** The most that there were in any of several states; null where there are none. */
export function mostOfAll(all: readonly ReplicaCounts[]): MostKept | null {
  return all.reduce<MostKept | null>((most, counts) => mostAfter(most, counts, false), null);
}
