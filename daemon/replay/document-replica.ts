// A replica document as a replica in memory, for `replay` and `decide --replica`: hashed under a fixed key of their own,
// which is no secret and guards nothing.

import { createHash } from 'node:crypto';
import { credentialHash } from '../../access/credential-hash.ts';
import type { ReplicaKind, ReplicaRecords } from '../../access/model.ts';
import type { ReplicaDocument } from '../../config/types.ts';
import { buildReplicaInMemory } from '../../db/replica/builder.ts';
import type { ReplicaStore } from '../../db/replica/store.ts';

export const replayKey: Uint8Array = createHash('sha256').update('cardea: credentials of replay and decide').digest();

type Row = { [K in ReplicaKind]: readonly [K, ReplicaRecords[K]] }[ReplicaKind];

/** @throws DbError for a document whose records cannot stand together (a doubled id). */
export function replicaOf(document: ReplicaDocument): ReplicaStore {
  return buildReplicaInMemory(document.site, document.revision, rows(document));
}

function* rows({ records }: ReplicaDocument): Generator<Row> {
  const { credentials, ...others } = records;
  for (const kind of Object.keys(others) as Exclude<ReplicaKind, 'credentials'>[]) {
    for (const record of others[kind]) yield [kind, record] as Row;
  }
  for (const { value, ...credential } of credentials) {
    yield ['credentials', { ...credential, hash: credentialHash(replayKey, credential.type, value) }];
  }
}
