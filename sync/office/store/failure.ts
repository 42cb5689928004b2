// What SQLite says of a file that cannot be used, in words that name the file and what to do.

import Database from 'better-sqlite3';
import { OfficeError } from '../error.ts';

/** Runs `work`; what SQLite says of a broken or unusable file becomes an OfficeError that names it. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Database.SqliteError ? error.code : '';
    if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') throw damaged(path, code, error);
    if (code.startsWith('SQLITE_BUSY')) {
      throw new OfficeError('store-busy', `${path}: another process is writing to the store; try again`, {}, error);
    }
    if (code !== '') {
      const advice = 'check the disk, its free space and the permissions';
      throw new OfficeError('store-path', `${path}: cannot be used (${code}): ${advice}`, {}, error);
    }
    throw error;
  }
}

export function damaged(path: string, what: string, cause?: unknown): OfficeError {
  const advice = `put a backup in its place, or move it away together with ${path}-wal and ${path}-shm`;
  return new OfficeError(
    'store-corrupt',
    `${path}: the store is damaged (${what}); nothing was changed: ${advice}`,
    {},
    cause,
  );
}

/** Another process holds the store: the same again a little later will do. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

/** The disk or the file fails, whatever is written: a full disk, an I/O error, damage. */
export function isStorageFailure(error: unknown): boolean {
  return error instanceof Database.SqliteError && !error.code.startsWith('SQLITE_CONSTRAINT');
}
