// One running office per store. The lock is an SQLite transaction on a file beside the store: the system lets go of it when
// the process ends, however it ends, so a lock is never stale.

import Database from 'better-sqlite3';
import { OfficeError } from '../error.ts';
import { guarded } from './failure.ts';

export interface StoreLock {
  release(): void;
}

/** @throws OfficeError `store-in-use` where another running office holds it. */
export function lockStore(storePath: string): StoreLock {
  const path = `${storePath}.lock`;
  const db = guarded(path, () => new Database(path, { timeout: 0 }));
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
