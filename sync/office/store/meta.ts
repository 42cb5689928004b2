// The few single values of the store that outlive a process.

import type { OfficeStore } from './open.ts';

export type MetaKey =
  /** Instants up to this one may have been given to acknowledgements and manifests. */
  | 'issuedAtReservedMs'
  /** The highest revision that any controller ever said it has. */
  | 'highestSeenRevision'
  /** Row of the last record whose visit was looked at for passes that were oversold. */
  | 'mergedThrough'
  /** Row of the last record that the help desk looked at. */
  | 'ticketsThrough'
  /** When the office last looked for what is older than its config keeps, UTC milliseconds. */
  | 'retentionSweptMs'
  /** In which form the rows of the table of visits are. */
  | 'visitsForm';

/** 0 where nothing was kept yet. */
export function readMeta(store: OfficeStore, key: MetaKey): number {
  return store.db.prepare<[string], number>('SELECT value FROM meta WHERE key = ?').pluck().get(key) ?? 0;
}

export function writeMeta(store: OfficeStore, key: MetaKey, value: number): void {
  store.db
    .prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
    .run(key, value);
}
