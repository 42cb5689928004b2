// The other replica of a replayed journal: a document, or the replica.db of a controller, whose credentials have no values
// there, only hashes under the site's key, as the journal's unknown ones have.

import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalValue } from '../../../access/credential.ts';
import { credentialHash } from '../../../access/credential-hash.ts';
import { loadReplicaDocument } from '../../../config/load.ts';
import { formatProblem } from '../../../config/problem.ts';
import type { ReplicaDocument } from '../../../config/types.ts';
import { rehashReplica } from '../../../db/replica/rehash.ts';
import { openReplica, type ReplicaStore } from '../../../db/replica/store.ts';
import { replayKey, replicaOf } from '../document-replica.ts';
import { type Known, standIn } from './presented.ts';

export interface OtherReplica {
  readonly site: string;
  /** Ids. */
  readonly spaces: readonly string[];
  /** Hashed under the replay's key; the caller closes it. Each call gives another. */
  open(): ReplicaStore;
  /** @param siteKey null: of a document, no hash is known. */
  known(siteKey: Uint8Array | null): Iterable<Known>;
}

const sqliteMagic = 'SQLite format 3\0';

/** Whether a file is a database by its first bytes. A file that is not there, or cannot be read, is none. */
export function isDatabase(file: string): boolean {
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    const bytes = Buffer.alloc(sqliteMagic.length);
    return readSync(handle, bytes) === bytes.length && bytes.toString('latin1') === sqliteMagic;
  } catch {
    // Whoever reads it next says what is wrong with it.
    return false;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/**
 * @param folder where a copy of a database may be made.
 * @throws FileError, DbError
 */
export function otherReplica(file: string, folder: string, warn: (line: string) => void): OtherReplica {
  if (isDatabase(file)) return ofDatabase(file, join(folder, 'replica.db'));
  const { document, warnings } = loadReplicaDocument(file);
  for (const warning of warnings) warn(formatProblem(warning));
  return ofDocument(document);
}

function ofDocument(document: ReplicaDocument): OtherReplica {
  const { spaces, credentials } = document.records;
  return {
    site: document.site,
    spaces: spaces.map(({ id }) => id),
    open: () => replicaOf(document),
    known: (siteKey) =>
      credentials.map(({ id, type, value }) => ({
        id,
        presented: { type, value },
        hash: siteKey === null ? null : credentialHash(siteKey, type, value),
      })),
  };
}

function ofDatabase(file: string, copy: string): OtherReplica {
  const held = rehashReplica(file, copy, ({ id, type }) =>
    credentialHash(replayKey, type, canonicalValue(type, standIn(type, id).value)),
  );
  const first = openReplica(copy);
  const { siteId: site, site: catalogue } = first;
  const spaces = [...catalogue.spaces.keys()];
  first.close();
  return {
    site,
    spaces,
    open: () => openReplica(copy),
    known: () => held.map(({ id, type, hash }) => ({ id, presented: standIn(type, id), hash })),
  };
}
