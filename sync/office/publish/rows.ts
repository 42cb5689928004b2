// The records as they are published: in the order of the kinds, and of a credential only its keyed hash.

import { credentialHash } from '../../../access/credential-hash.ts';
import type { ReplicaKind } from '../../../access/model.ts';
import type { WrittenCredential } from '../../../config/types.ts';
import { replicaKinds } from '../../protocol/replica-records.ts';
import type { ReplicaRow } from '../../protocol/replica-rows.ts';
import type { Records } from '../store/records.ts';

export function* publishedRows(records: Records, siteKey: Uint8Array): Generator<ReplicaRow> {
  for (const kind of replicaKinds) {
    for (const body of records.bodies(kind)) yield publishedRow(kind, body, siteKey);
  }
}

/** @param body as it is kept. */
export function publishedRow(kind: ReplicaKind, body: string, siteKey: Uint8Array): ReplicaRow {
  const record: unknown = JSON.parse(body);
  if (kind === 'credentials') return [kind, hashed(record as WrittenCredential, siteKey)];
  return [kind, record] as ReplicaRow;
}

function hashed(
  { value, ...rest }: WrittenCredential,
  siteKey: Uint8Array,
): Omit<WrittenCredential, 'value'> & { hash: string } {
  return { ...rest, hash: credentialHash(siteKey, rest.type, value) };
}
