// The states that were imported, newest last, and the snapshot that was made of the newest encoded one.

import type { ReplicaCounts } from '../../protocol/replica-rows.ts';
import type { OfficeStore } from './open.ts';

export interface Revision {
  readonly revision: number;
  readonly importedAtMs: number;
  readonly counts: ReplicaCounts;
  /** It dropped many customers or credentials, and the operator said that this is meant. */
  readonly shrinkMeant: boolean;
  /** Of the snapshot; null until it is encoded. */
  readonly sha256: string | null;
  readonly bytes: number | null;
  /** Of all published records together; null until it is encoded, or where it was before there were deltas. */
  readonly digest: string | null;
  /** Tells with which site key the snapshot was made. */
  readonly siteKeyPrint: string | null;
}

interface RevisionRow extends Omit<Revision, 'counts' | 'shrinkMeant'> {
  readonly counts: string;
  readonly shrinkMeant: number;
}

const columns = `revision, imported_at_ms AS importedAtMs, counts, shrink_meant AS shrinkMeant, sha256, bytes, digest,
  site_key_print AS siteKeyPrint`;

/** undefined before the first import. */
export function currentRevision({ db }: OfficeStore): Revision | undefined {
  return read(db.prepare<[], RevisionRow>(`SELECT ${columns} FROM revisions ORDER BY revision DESC LIMIT 1`).get());
}

/** The newest one that was published; undefined before the first. */
export function encodedRevision({ db }: OfficeStore): Revision | undefined {
  const where = 'WHERE sha256 IS NOT NULL ORDER BY revision DESC LIMIT 1';
  return read(db.prepare<[], RevisionRow>(`SELECT ${columns} FROM revisions ${where}`).get());
}

/** Those from `sinceMs` on, and of them only the newest whose shrinking was meant and what came after it. */
export function countsSince(store: OfficeStore, sinceMs: number): ReplicaCounts[] {
  return store.db
    .prepare<[number, number], string>('SELECT counts FROM revisions WHERE revision >= ? AND imported_at_ms >= ?')
    .pluck()
    .all(lastMeantShrink(store), sinceMs)
    .map((counts) => JSON.parse(counts) as ReplicaCounts);
}

function read(row: RevisionRow | undefined): Revision | undefined {
  if (row === undefined) return undefined;
  return { ...row, counts: JSON.parse(row.counts) as ReplicaCounts, shrinkMeant: row.shrinkMeant === 1 };
}

export function addRevision(
  { db }: OfficeStore,
  added: { revision: number; importedAtMs: number; counts: ReplicaCounts; shrinkMeant: boolean },
): void {
  db.prepare('INSERT INTO revisions (revision, imported_at_ms, counts, shrink_meant) VALUES (?, ?, ?, ?)').run(
    added.revision,
    added.importedAtMs,
    JSON.stringify(added.counts),
    added.shrinkMeant ? 1 : 0,
  );
}

/** The newest revision whose shrinking was meant; 0 for none. */
export function lastMeantShrink({ db }: OfficeStore): number {
  return db.prepare<[], number | null>('SELECT max(revision) FROM revisions WHERE shrink_meant = 1').pluck().get() ?? 0;
}
