// A small change makes the next replica of one that is there: of a copy of the one that decides, or of the one before it, which is
// led further. Like one that is built from nothing it is aside until it is finished, on disk and complete; whatever dies before
// that leaves what decides as it is.

import { existsSync, renameSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { ReplicaKind, ReplicaRecords } from '../../access/model.ts';
import { DbError, messageOf } from '../error.ts';
import { openForReading } from '../open.ts';
import { FileCopy } from './file-copy.ts';
import { type ReplicaRow, readHeader, type StoredHeader, writeHeader } from './header.ts';
import { credentialsNamedBy, findHolders } from './holders.ts';
import { replicaInserts } from './inserts.ts';
import { beforeOf, nextOf, removeReplica, syncPath } from './paths.ts';
import { removed, replicaRemovals } from './removals.ts';

type Insert = (record: ReplicaRecords[ReplicaKind], place: number) => void;

interface Open {
  readonly db: Database.Database;
  readonly inserts: { readonly [K in ReplicaKind]: Insert };
  readonly removals: ReturnType<typeof replicaRemovals>;
}

/** Pages kept in memory while revising, in KiB. */
const cacheKib = 16 * 1024;

export class ReplicaReviser {
  /** What is there to begin with is the replica before the one that decides. */
  readonly ofBefore: boolean;
  readonly #path: string;
  readonly #copy: FileCopy | null;
  readonly #renamed = new Set<string>();
  readonly #places = new Map<ReplicaKind, number>();
  #open: Open | null = null;

  /**
   * @param before what the replica before the one that decides has to be for it to be taken; null: it is not.
   * @throws DbError `replica-build`
   */
  constructor(file: string, before: { readonly revision: number; readonly digest: string } | null) {
    this.#path = nextOf(file);
    try {
      removeReplica(this.#path);
      this.ofBefore = before !== null && isAt(beforeOf(file), before);
      if (this.ofBefore) {
        renameSync(beforeOf(file), this.#path);
        this.#copy = null;
      } else {
        removeReplica(beforeOf(file));
        this.#copy = new FileCopy(file, this.#path);
      }
    } catch (error) {
      throw this.#error('cannot be begun', error);
    }
  }

  /** Brings a piece of what it begins with; true once it is all there, and only then anything can be changed. @throws DbError */
  prepare(): boolean {
    if (this.#open !== null) return true;
    try {
      if (this.#copy !== null && !this.#copy.step()) return false;
      this.#open = open(this.#path);
      return true;
    } catch (error) {
      throw this.#error('cannot be begun', error);
    }
  }

  /** Takes a record out by its name, or as a whole where its kind has none; null where there is none. @throws DbError */
  remove(kind: ReplicaKind, named: unknown): ReplicaRow | null {
    const { removals } = this.#opened();
    try {
      const row = removed(removals, kind, named);
      if (row !== null) this.#holdersOf(row);
      return row;
    } catch (error) {
      throw this.#error(`cannot let go of a record of ${kind}`, error);
    }
  }

  /** @throws DbError `replica-conflict` where there is one of its name, or its hash */
  put(...row: ReplicaRow): void {
    const [kind, record] = row;
    const { db, inserts } = this.#opened();
    const place = this.#places.get(kind) ?? nextPlace(db, kind);
    try {
      inserts[kind](record, place);
    } catch (error) {
      throw this.#error(`cannot take a record of ${kind}`, error, !(error instanceof Database.SqliteError));
    }
    this.#places.set(kind, place + 1);
    this.#holdersOf(row);
  }

  /** Makes it durable and gives its path. Nothing may be changed afterwards. @throws DbError */
  finish(header: StoredHeader): string {
    const { db } = this.#opened();
    try {
      findHolders(db, this.#renamed);
      writeHeader(db, header);
      db.exec('COMMIT');
      db.close();
      this.#open = null;
      syncPath(this.#path);
      return this.#path;
    } catch (error) {
      throw this.#error('is not on disk', error);
    }
  }

  /** Removes it, as far as the file system lets it; the next one begins with removing it. Never throws. */
  abort(): void {
    try {
      this.#copy?.close();
      this.#open?.db.close();
      this.#open = null;
      removeReplica(this.#path);
    } catch {
      // Nothing opens a `.next` file but who makes it, and replaces it.
    }
  }

  #holdersOf(row: ReplicaRow): void {
    for (const credential of credentialsNamedBy(row)) this.#renamed.add(credential);
  }

  #opened(): Open {
    if (this.#open === null) throw new DbError('replica-build', this.#path, `${this.#path} is not there yet`);
    return this.#open;
  }

  /** @param ofRecord the record itself is to blame. */
  #error(what: string, error: unknown, ofRecord = false): DbError {
    if (error instanceof DbError) return error;
    const conflict = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_CONSTRAINT');
    const code = conflict || ofRecord ? 'replica-conflict' : 'replica-build';
    return new DbError(code, this.#path, `the revised replica ${what}: ${messageOf(error)}`, error);
  }
}

function open(path: string): Open {
  const db = new Database(path, { fileMustExist: true });
  try {
    for (const setting of ['locking_mode = EXCLUSIVE', 'journal_mode = OFF', 'synchronous = OFF']) db.pragma(setting);
    db.pragma(`cache_size = -${cacheKib}`);
    db.exec('BEGIN IMMEDIATE');
    readHeader(db);
    const inserts = replicaInserts(db, 1).insert as { readonly [K in ReplicaKind]: Insert };
    return { db, inserts, removals: replicaRemovals(db) };
  } catch (error) {
    db.close();
    throw error;
  }
}

function nextPlace(db: Database.Database, kind: ReplicaKind): number {
  const last = db.prepare<[string], number | null>('SELECT max(place) FROM small WHERE kind = ?').pluck().get(kind);
  return (last ?? -1) + 1;
}

/** Whatever cannot be read is not. */
function isAt(path: string, wanted: { readonly revision: number; readonly digest: string }): boolean {
  if (!existsSync(path)) return false;
  try {
    const db = openForReading(path);
    try {
      const { revision, digest } = readHeader(db);
      return revision === wanted.revision && digest === wanted.digest;
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}
