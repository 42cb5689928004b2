// What the installer asks of a journal: `FILE PROGRAM LAST`, the schema version that the file has, the one that this program
// writes, and the number of the last record. Nothing is changed.

import Database from 'better-sqlite3';
import { journalSchemaVersion } from '../dist/db/journal/schema.js';

const db = new Database(process.argv[2], { readonly: true, fileMustExist: true });
try {
  const last = db.prepare('SELECT coalesce(max(seq), 0) FROM events').pluck().get();
  console.log(`${db.pragma('user_version', { simple: true })} ${journalSchemaVersion} ${last}`);
} finally {
  db.close();
}
