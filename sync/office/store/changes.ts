// Which records each import changed, until the revision is published: what a delta is made of. Bounded: a revision that changed more is
// published as a snapshot only.

import type { ReplicaKind } from '../../../access/model.ts';
import { isWholeKind } from '../../protocol/delta.ts';
import type { OfficeStore } from './open.ts';

export interface Change {
  readonly kind: ReplicaKind;
  readonly id: string;
  /** null where there was none; the record where its kind has no ids, else empty. */
  readonly before: string | null;
}

/** Changes that wait to be published, at most. */
export const maxChanges = 100_000;

/** @param body what there was; undefined for nothing. */
export function changeOf(kind: ReplicaKind, id: string, body: string | undefined): Change {
  if (body === undefined) return { kind, id, before: null };
  return { kind, id, before: isWholeKind(kind) ? body : '' };
}

/** In the transaction that adds the revision. */
export function keepChanges({ db }: OfficeStore, revision: number, changes: readonly Change[]): void {
  const waiting = db.prepare<[], number>('SELECT count(*) FROM changes').pluck().get() ?? 0;
  if (waiting + changes.length > maxChanges) return;
  const put = db.prepare('INSERT INTO changes (revision, kind, id, before) VALUES (?, ?, ?, ?)');
  for (const { kind, id, before } of changes) put.run(revision, kind, id, before);
  db.prepare('UPDATE revisions SET changes = ? WHERE revision = ?').run(changes.length, revision);
}

/**
 * What changed after one revision up to another, each record once, with what it was at the first; null where not all of it is kept.
 */
export function changesBetween({ db }: OfficeStore, after: number, upTo: number): Change[] | null {
  const missing = db
    .prepare('SELECT 1 FROM revisions WHERE revision > ? AND revision <= ? AND changes IS NULL LIMIT 1')
    .get(after, upTo);
  if (missing !== undefined) return null;
  return db
    .prepare<[number, number], Change>(
      // Of a group, the other columns are those of the row with the least revision.
      `SELECT kind, id, before, min(revision) FROM changes WHERE revision > ? AND revision <= ?
       GROUP BY kind, id ORDER BY kind, id`,
    )
    .all(after, upTo);
}

/** What is published, or never will be. */
export function dropChanges({ db }: OfficeStore, upTo: number): void {
  db.prepare('DELETE FROM changes WHERE revision <= ?').run(upTo);
}
