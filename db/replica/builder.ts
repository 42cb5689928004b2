// A replica is built aside, checked, made durable, and only then put in the place of the old one by a rename: whatever
// dies in between, the file that decides is a whole one.

import { closeSync, linkSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { DbError, messageOf } from '../error.ts';
import type { ReplicaFactsOfManifest, ReplicaHeader, ReplicaRow } from './header.ts';
import { beforeOf, nextOf, removeReplica, syncPath } from './paths.ts';
import { openReplica, type ReplicaStore } from './store.ts';
import { ReplicaWriter } from './writer.ts';

/** Records after which what was written so far goes to the disk: in the end not all at once, before a record of the journal. */
const syncRecords = 50_000;
/** Pages kept in memory while building, in KiB. */
const cacheKib = 16 * 1024;

export class ReplicaBuilder {
  readonly #path: string;
  readonly #header: ReplicaHeader;
  readonly #db: Database.Database;
  readonly #writer: ReplicaWriter;
  #added = 0;

  /**
   * Begins an empty build at `file` + `.next`; what an earlier one left there is removed, and so is the replica before the one
   * that decides: there is room for two of them, not for three.
   * @throws DbError `replica-build`
   */
  constructor(file: string, header: ReplicaHeader & Partial<ReplicaFactsOfManifest>) {
    this.#path = nextOf(file);
    this.#header = header;
    try {
      removeReplica(this.#path);
      removeReplica(beforeOf(file));
      closeSync(openSync(this.#path, 'wx', 0o600));
      this.#db = new Database(this.#path);
    } catch (error) {
      throw new DbError('replica-build', this.#path, `${this.#path} cannot be made: ${messageOf(error)}`, error);
    }
    try {
      for (const setting of ['locking_mode = EXCLUSIVE', 'journal_mode = OFF', 'synchronous = OFF']) {
        this.#db.pragma(setting);
      }
      this.#db.pragma(`cache_size = -${cacheKib}`);
      this.#writer = new ReplicaWriter(this.#db);
    } catch (error) {
      this.abort();
      throw new DbError('replica-build', this.#path, `${this.#path} cannot be begun: ${messageOf(error)}`, error);
    }
  }

  /** @throws DbError `replica-build`: a doubled id, a full disk. Abort then. */
  add(...row: ReplicaRow): void {
    this.#writer.add(...row);
    if (++this.#added % syncRecords === 0) this.#sync();
  }

  /**
   * Checks the build, makes it durable and gives its path. Nothing may be added afterwards.
   * @throws DbError `replica-build`: another count than the header's, a doubled id, a full disk. Abort then.
   */
  finish(): string {
    this.#writer.seal(this.#header);
    try {
      this.#db.close();
      syncPath(this.#path);
    } catch (error) {
      throw new DbError('replica-build', this.#path, `${this.#path} is not on disk: ${messageOf(error)}`, error);
    }
    return this.#path;
  }

  #sync(): void {
    try {
      syncPath(this.#path);
    } catch (error) {
      throw new DbError('replica-build', this.#path, `${this.#path} is not on disk: ${messageOf(error)}`, error);
    }
  }

  /** Removes the build, as far as the file system lets it; the next build begins with removing it. Never throws. */
  abort(): void {
    try {
      this.#db.close();
      removeReplica(this.#path);
    } catch {
      // Nothing opens a `.next` file but its builder, which replaces it.
    }
  }
}

/**
 * Puts a finished build in the place of the replica that decides, durably. Handles on the old one go on reading it, and it stays
 * beside the new one: to be revised in its turn, and so that nobody waits here for its pages to be freed.
 * @throws DbError `storage-failed`; the old one is in its place then.
 */
export function install(nextPath: string, finalPath: string): void {
  keepBefore(finalPath);
  try {
    renameSync(nextPath, finalPath);
    syncPath(dirname(finalPath));
  } catch (error) {
    throw new DbError('storage-failed', finalPath, `the new replica is not in its place: ${messageOf(error)}`, error);
  }
}

/** The same replica in memory: for replay, `decide --replica` and tests. @throws DbError `replica-build` */
export function buildReplicaInMemory(site: string, revision: number, records: Iterable<ReplicaRow>): ReplicaStore {
  const db = new Database(':memory:');
  try {
    const writer = new ReplicaWriter(db);
    for (const row of records) writer.add(...row);
    writer.seal({ site, revision, counts: writer.counts() });
    return openReplica(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What a controller knows before its first replica: nobody. Revision 0. */
export function emptyReplica(site: string): ReplicaStore {
  return buildReplicaInMemory(site, 0, []);
}

/** There may be none, one of before that, or a file system that has no links: then the old one goes with its last handle. */
function keepBefore(finalPath: string): void {
  try {
    linkSync(finalPath, beforeOf(finalPath));
  } catch {
    // Nothing depends on it.
  }
}
