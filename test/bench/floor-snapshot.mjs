// The floor under the building of a replica: the same rows, which are in memory already, into the same table with the same index, as
// one transaction, and onto the disk. Imports nothing of ours; same settings of the handle.

import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';

const table = `CREATE TABLE passes (owner_kind INTEGER NOT NULL, owner TEXT NOT NULL, id TEXT NOT NULL, time_pass TEXT NOT NULL,
  source TEXT NOT NULL, remaining_minutes INTEGER, used_on TEXT, used_by TEXT, valid_from INTEGER, expires INTEGER,
  created_at INTEGER, PRIMARY KEY (owner_kind, owner, id)) WITHOUT ROWID`;

/** @param rows lists of values in the order of the columns @returns milliseconds */
export function insertRaw(file, rows) {
  rmSync(file, { force: true });
  const from = performance.now();
  const db = new Database(file);
  for (const setting of [
    'locking_mode = EXCLUSIVE',
    'journal_mode = OFF',
    'synchronous = OFF',
    'cache_size = -16384',
  ]) {
    db.pragma(setting);
  }
  db.exec('BEGIN');
  db.exec(table);
  const insert = db.prepare(`INSERT INTO passes VALUES (${Array(11).fill('?').join(', ')})`);
  for (const row of rows) insert.run(row);
  db.exec('CREATE UNIQUE INDEX pass_ids ON passes (id)');
  db.exec('COMMIT');
  db.close();
  const handle = openSync(file, 'r');
  fsyncSync(handle);
  closeSync(handle);
  return performance.now() - from;
}
