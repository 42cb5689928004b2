// The folder that holds what a controller must not lose. One daemon per folder: the lock is an SQLite transaction, which
// the system lets go of when the process ends, however it ends.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { socketName } from '../socket/name.ts';
import { RunError, wordsOf } from './error.ts';

export interface DataDir {
  readonly path: string;
  readonly journal: string;
  readonly replica: string;
  readonly socket: string;
  release(): void;
}

/** @throws RunError `data-dir-in-use`, `data-dir` */
export function openDataDir(path: string): DataDir {
  const lockFile = join(path, 'daemon.lock');
  let db: Database.Database;
  try {
    mkdirSync(path, { recursive: true, mode: 0o750 });
    db = new Database(lockFile, { timeout: 0 });
  } catch (error) {
    throw new RunError('data-dir', `dataDir ${path} cannot be used (${wordsOf(error)}): check disk and rights`, error);
  }
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      const advice = 'stop the other one, or give this one a dataDir of its own';
      throw new RunError('data-dir-in-use', `another cardea run uses ${path}: ${advice}`, error);
    }
    throw new RunError('data-dir', `${lockFile} cannot be locked (${wordsOf(error)}): check disk and rights`, error);
  }
  return {
    path,
    journal: join(path, 'journal.db'),
    replica: join(path, 'replica.db'),
    socket: join(path, socketName),
    release: () => db.close(),
  };
}
