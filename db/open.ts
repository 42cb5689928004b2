// Every handle on a file of ours is opened here: a library that reopens a WAL file falls back to weaker settings, so they
// are set at every open. Files are the service's own: mode 0600, whatever the umask.

import { accessSync, chmodSync, closeSync, constants, existsSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DbError, isDamage, messageOf } from './error.ts';

/** `none` is for replay and tests: a crash of the machine may lose or damage the file. */
export type Durability = 'full' | 'none';

/** How long a statement waits for another handle's lock, in milliseconds. */
const busyTimeoutMs = 2_000;

/**
 * Opens or creates a database in WAL mode, for writing. `:memory:` has no file.
 * @throws DbError `damaged` where the file is no database, `storage-failed`
 */
export function openForWriting(file: string, durability: Durability): Database.Database {
  let db: Database.Database | undefined;
  try {
    if (file !== ':memory:') makePrivate(file);
    db = new Database(file);
    db.pragma(`busy_timeout = ${busyTimeoutMs}`);
    db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${durability === 'full' ? 'FULL' : 'OFF'}`);
    db.pragma('foreign_keys = ON');
    return db;
  } catch (error) {
    db?.close();
    throw openError(file, error);
  }
}

/** @throws DbError `not-found`, `damaged`, `storage-failed` */
export function openForReading(file: string): Database.Database {
  refuseNoFile(file);
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    db.pragma(`busy_timeout = ${busyTimeoutMs}`);
    db.pragma('foreign_keys = ON');
    db.pragma('schema_version');
    return db;
  } catch (error) {
    db?.close();
    throw openError(file, error);
  }
}

/** What SQLite would only call an error of the disk. */
function refuseNoFile(file: string): void {
  let folder: boolean | undefined;
  try {
    folder = statSync(file, { throwIfNoEntry: false })?.isDirectory();
    if (folder === false) accessSync(file, constants.R_OK);
  } catch (error) {
    const denied = error instanceof Error && 'code' in error && error.code === 'EACCES';
    const why = denied ? 'may not be read by this user' : `cannot be looked at (${messageOf(error)})`;
    throw new DbError('storage-failed', file, `${file} ${why}: use sudo, or become its owner (ls -l ${file})`, error);
  }
  if (folder === undefined) throw new DbError('not-found', file, `there is no ${file}`);
  if (!folder) return;
  const journal = join(file, 'journal.db');
  const advice = existsSync(journal) ? `is ${journal} meant?` : 'name the file in it';
  throw new DbError('storage-failed', file, `${file} is a folder: ${advice}`);
}

function makePrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
}

function openError(file: string, error: unknown): DbError {
  if (error instanceof DbError) return error;
  if (isDamage(error))
    return new DbError('damaged', file, `${file} is not a sound database: ${messageOf(error)}`, error);
  return new DbError(
    'storage-failed',
    file,
    `${file} cannot be opened: ${messageOf(error)}; check disk and rights`,
    error,
  );
}
