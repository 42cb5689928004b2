// One running office per store. The lock is an SQLite transaction on a file beside the store: the system lets go of it when
// the process ends, however it ends, so a lock is never stale.

import Database from 'better-sqlite3';
import { OfficeError } from '../error.ts';
import { guarded } from './failure.ts';

export interface StoreLock {
  release(): void;
}

/** A command that looks whether an office runs holds the lock for an instant: one that starts then waits that long. */
const waitMs = 500;

/** Whether an office runs on the store. */
export function isStoreInUse(storePath: string): boolean {
  try {
    lockStore(storePath, 0).release();
    return false;
  } catch (error) {
    if (error instanceof OfficeError && error.code === 'store-in-use') return true;
    throw error;
  }
}

/** @throws OfficeError `store-in-use` where another running office holds it. */
export function lockStore(storePath: string, timeout = waitMs): StoreLock {
  const path = `${storePath}.lock`;
  const db = guarded(path, () => new Database(path, { timeout }));
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      const advice = 'stop the other one, or give this one a store of its own';
      throw new OfficeError(
        'store-in-use',
        `${storePath}: another \`cardea office run\` uses this store: ${advice}`,
        {},
        error,
      );
    }
    return guarded(path, () => {
      throw error;
    });
  }
  return { release: () => db.close() };
}
