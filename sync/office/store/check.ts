// The end of every journal in the store, checked at each start whatever the store's size: the last records' hashes are those
// of their text, each names the one before, and the cursor names the last. A record of which something was taken out still names the
// one before.

import type Database from 'better-sqlite3';
import { eventHash } from '../../../access/canonical.ts';
import { recordOf, textOf } from '../../../config/raw.ts';
import { lostType } from './events.ts';
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
  readonly type: string;
  readonly body: string;
  readonly hash: string;
  readonly erased: string | null;
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
    'SELECT seq, type, body, hash, erased FROM events WHERE controller = ? AND epoch = ? ORDER BY seq DESC LIMIT ?',
  );
  for (const cursor of db.prepare<[], Cursor>('SELECT controller, epoch, through, hash FROM cursors').all()) {
    let seq = cursor.through;
    let hash: string | null = cursor.hash;
    for (const record of tail.all(cursor.controller, cursor.epoch, tailRecords)) {
      const lost = record.type === lostType;
      const sound = record.seq === seq && record.hash === (hash ?? record.hash);
      if (!sound || (!lost && record.erased === null && eventHash(record.body) !== record.hash)) {
        throw damaged(path, `record ${seq} of ${cursor.controller}, epoch ${cursor.epoch}, is not what was received`);
      }
      hash = lost ? null : prevOf(record.body);
      seq = (lost ? firstOf(record) : seq) - 1;
    }
  }
}

/** null: it does not say (a record that was put aside). */
function prevOf(body: string): string | null {
  const prev = textOf(valuesOf(body).prev);
  return prev !== undefined && /^[0-9a-f]{64}$/.test(prev) ? prev : null;
}

/** The first place of those that were lost together. */
function firstOf({ seq, body }: Tail): number {
  const { from } = valuesOf(body);
  return typeof from === 'number' ? from : seq;
}

function valuesOf(body: string): Readonly<Record<string, unknown>> {
  try {
    return recordOf(JSON.parse(body));
  } catch {
    return {};
  }
}
