// Who names a credential, found anew for those of which it may have changed: staff before visitors, then the lower id.

import type Database from 'better-sqlite3';
import type { ReplicaRecords } from '../../access/model.ts';
import type { ReplicaRow } from './header.ts';
import { holderRanks } from './schema.ts';
import { smallRecords } from './site.ts';

/** The credentials that a record of staff or a visitor names. */
export function credentialsNamedBy([kind, record]: ReplicaRow): readonly string[] {
  if (kind === 'staff') return (record as ReplicaRecords['staff']).credentials;
  if (kind !== 'visitors') return [];
  const { credential } = record as ReplicaRecords['visitors'];
  return credential === null ? [] : [credential];
}

export function findHolders(db: Database.Database, credentials: ReadonlySet<string>): void {
  if (credentials.size === 0) return;
  const best = new Map<string, { readonly rank: number; readonly id: string }>();
  const offer = (credential: string, rank: number, id: string): void => {
    if (!credentials.has(credential)) return;
    const held = best.get(credential);
    if (held === undefined || rank < held.rank || (rank === held.rank && id < held.id))
      best.set(credential, { rank, id });
  };
  for (const { id, credentials: named } of smallRecords(db, 'staff')) {
    for (const credential of named) offer(credential, holderRanks.staff, id);
  }
  const visitors = db.prepare<[], [string, string]>('SELECT id, credential FROM visitors WHERE credential IS NOT NULL');
  for (const [id, credential] of visitors.raw().iterate()) offer(credential, holderRanks.visitor, id);
  const remove = db.prepare<[string]>('DELETE FROM holders WHERE credential = ?');
  const put = db.prepare<[string, number, string]>('INSERT INTO holders (credential, rank, id) VALUES (?, ?, ?)');
  for (const credential of credentials) {
    remove.run(credential);
    const holder = best.get(credential);
    if (holder !== undefined) put.run(credential, holder.rank, holder.id);
  }
}
