// A new epoch on the state of an old one. The records stay behind: whoever wrote them may have gone on, and one number must
// never name two records. What they mean for the next decision (open visits, use that no replica counts, presences) goes on.

import type Database from 'better-sqlite3';
import { canonicalJson } from '../../access/canonical.ts';
import type { Json } from '../../access/event.ts';
import { DbError, messageOf } from '../error.ts';
import type { EarlierJournal, Restored } from '../journal/earlier.ts';
import { lastSynchronised } from '../journal/last-synchronised.ts';
import { createJournal, type JournalIdentity, migrate } from '../journal/schema.ts';
import { openForWriting } from '../open.ts';
import { makeSingleFile } from './copy-journal.ts';

export interface NewEpoch {
  readonly identity: JournalIdentity;
  readonly restored: Restored;
  readonly earlier: readonly EarlierJournal[];
}

/** Tables that are the epoch's own, and the values of `meta` that are. */
const ownTables = ['events', 'meta'];
const ownValues = ['kept:acknowledged', 'kept:earlier', 'kept:restored', 'kept:synchronised'];

/**
 * Makes the journal `to`, with no record yet. `from` is brought forward to this schema first; its records are not touched.
 * @throws DbError
 */
export function beginEpoch(from: string, to: string, epoch: NewEpoch): void {
  try {
    const old = openForWriting(from, 'full');
    try {
      migrate(old);
    } finally {
      old.close();
    }
    const db = openForWriting(to, 'full');
    try {
      createJournal(db, epoch.identity);
      carryOver(db, from, epoch);
    } finally {
      db.close();
    }
    makeSingleFile(from);
    makeSingleFile(to);
    // In one file, and in WAL mode again as every journal is: a backup of it is then possible before a controller opens it.
    openForWriting(to, 'full').close();
  } catch (error) {
    if (error instanceof DbError) throw error;
    throw new DbError('storage-failed', to, `no new epoch could be begun from ${from}: ${messageOf(error)}`, error);
  }
}

function carryOver(db: Database.Database, from: string, { restored, earlier }: NewEpoch): void {
  db.prepare('ATTACH ? AS old').run(from);
  db.transaction(() => {
    db.pragma('defer_foreign_keys = ON');
    const tables = db.prepare<[], string>("SELECT name FROM old.sqlite_master WHERE type = 'table'").pluck().all();
    for (const table of tables) {
      if (table.startsWith('sqlite_') || ownTables.includes(table)) continue;
      db.exec(`INSERT INTO main."${table}" SELECT * FROM old."${table}"`);
    }
    db.prepare(
      `INSERT INTO main.meta (key, value) SELECT key, value FROM old.meta
       WHERE key LIKE 'kept:%' AND key NOT IN (SELECT value FROM json_each(?))`,
    ).run(JSON.stringify(ownValues));
    const put = db.prepare('INSERT INTO main.meta (key, value) VALUES (?, ?)');
    put.run('kept:restored', canonicalJson(restored));
    put.run('kept:earlier', canonicalJson(earlier as unknown as Json));
    const synchronised = lastSynchronised(db, 'old');
    if (synchronised !== null) put.run('kept:synchronised', canonicalJson({ ...synchronised }));
  }).immediate();
}
