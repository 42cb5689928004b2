// A copy of a replica whose credentials are hashed anew, by their ids: for a replay, which has its own key and no values.

import type { CredentialType } from '../../access/model.ts';
import { DbError, messageOf } from '../error.ts';
import { openForReading, openForWriting } from '../open.ts';
import { readHeader } from './header.ts';

export interface HashedCredential {
  readonly id: string;
  readonly type: CredentialType;
  /** Under the site's key, lower-case hex. */
  readonly hash: string;
}

/**
 * Writes the replica `file` to `copy`, which is not there yet.
 * @param hashOf the new hash of a credential, lower-case hex, another one for each.
 * @returns the credentials under their hashes in `file`, which is left as it is.
 * @throws DbError `not-found`, `replica-damaged`, `storage-failed`
 */
export function rehashReplica(
  file: string,
  copy: string,
  hashOf: (credential: HashedCredential) => string,
): readonly HashedCredential[] {
  const source = openForReading(file);
  try {
    readHeader(source);
    source.prepare('VACUUM INTO ?').run(copy);
  } catch (error) {
    if (error instanceof DbError) throw error;
    throw new DbError('storage-failed', file, `${file} cannot be copied to ${copy}: ${messageOf(error)}`, error);
  } finally {
    source.close();
  }
  const db = openForWriting(copy, 'none');
  try {
    db.pragma('journal_mode = DELETE');
    const held = db.prepare<[], HashedCredential>('SELECT id, type, lower(hex(hash)) AS hash FROM credentials').all();
    const put = db.prepare<[Buffer, string]>('UPDATE credentials SET hash = ? WHERE id = ?');
    db.transaction(() => {
      for (const one of held) put.run(Buffer.from(hashOf(one), 'hex'), one.id);
    }).immediate();
    return held;
  } finally {
    db.close();
  }
}
