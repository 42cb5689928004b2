// The end of every journal in the store, checked at each start whatever the store's size: the last records' hashes are those
// of their text, each names the one before, and the cursor names the last.

import type Database from 'better-sqlite3';
import { eventHash } from '../../../access/canonical.ts';
import { damaged } from './failure.ts';

/** Records of a journal that are looked at, from its end. */
const tailRecords = 100;

interface Cursor {
  readonly controller: string;
  readonly epoch: string;
  readonly through: number;
  readonly hash: string;
}

interface Tail {
  readonly seq: number;
  readonly body: string;
  readonly hash: string;
}

/**
 * Looks at one moment of the store: a running office may be writing to it.
 * @throws OfficeError `store-corrupt` naming the first record, from the end, that does not fit.
 */
export function checkTails(db: Database.Database, path: string): void {
  db.transaction(() => checkAll(db, path)).deferred();
}

function checkAll(db: Database.Database, path: string): void {
  const tail = db.prepare<[string, string, number], Tail>(
    'SELECT seq, body, hash FROM events WHERE controller = ? AND epoch = ? ORDER BY seq DESC LIMIT ?',
  );
  for (const cursor of db.prepare<[], Cursor>('SELECT controller, epoch, through, hash FROM cursors').all()) {
    let { through: seq, hash } = cursor;
    for (const record of tail.all(cursor.controller, cursor.epoch, tailRecords)) {
      if (record.seq !== seq || record.hash !== hash || eventHash(record.body) !== hash) {
        throw damaged(path, `record ${seq} of ${cursor.controller}, epoch ${cursor.epoch}, is not what was received`);
      }
      hash = prevOf(record.body);
      seq--;
    }
  }
}

function prevOf(body: string): string {
  const { prev } = JSON.parse(body) as { readonly prev: string };
  return prev;
}
