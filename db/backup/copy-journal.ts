// A copy of a journal as it was at one instant, while its daemon goes on writing. A read transaction is held over the whole
// copy: in WAL mode it shuts no writer out, and keeps the copy from beginning anew at each record that is written meanwhile
// (SQLite's backup would, for ever at a busy door). What it costs is a WAL that grows until the copy is done.

import { closeSync, fsyncSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { DbError, isDamage, messageOf } from '../error.ts';
import { type EarlierJournal, readEarlier } from '../journal/earlier.ts';
import { KeptValues } from '../journal/kept-values.ts';
import {
  type Head,
  type JournalIdentity,
  journalApplicationId,
  readAnchor,
  readMeta,
  refuseNewerSchema,
  schemaVersionOf,
} from '../journal/schema.ts';
import { openForReading } from '../open.ts';

/** What a journal says of itself. */
export interface JournalSummary {
  readonly identity: JournalIdentity;
  readonly head: Head;
  /** When its last record was made, UTC milliseconds; null without a record. */
  readonly lastMs: number | null;
  readonly schema: number;
  /** The outbox's cursor. */
  readonly acknowledged: { readonly through: number; readonly issuedAtMs: number | null };
  /** Journals before it of which the office may not have all. */
  readonly earlier: readonly EarlierJournal[];
}

export interface CopyTools {
  /** How many of how many pages are copied. */
  progress(done: number, total: number): void;
  /** Asked between the steps: throws to end the copy. */
  check(): void;
}

/** Pages a step: a step is short, so that a wish to end is heard. */
const stepPages = 256;
/** Written pages are brought to the disk after so many, so that no tap's own write ever waits behind a large flush. */
const flushPages = 1024;

/**
 * Copies `from` to the new file `to`, which has no WAL of its own then and is checked by nobody yet.
 * @throws DbError `not-found`, `damaged`, `newer-schema`, `storage-failed`; and what `check` throws
 */
export async function copyJournal(from: string, to: string, tools: CopyTools): Promise<JournalSummary> {
  const db = openForReading(from);
  try {
    if (db.pragma('journal_mode', { simple: true }) !== 'wal') {
      throw new DbError('damaged', from, `${from} is no journal of a controller: it is not in WAL mode`);
    }
    db.exec('BEGIN');
    const summary = summaryOf(db, from);
    await copyPages(db, to, tools);
    db.exec('COMMIT');
    makeSingleFile(to);
    return summary;
  } catch (error) {
    throw copyError(from, error);
  } finally {
    db.close();
  }
}

/** @throws DbError `not-found`, `damaged`, `newer-schema`, `storage-failed` */
export function journalSummary(file: string): JournalSummary {
  const db = openForReading(file);
  try {
    return db.transaction(() => summaryOf(db, file))();
  } catch (error) {
    throw copyError(file, error);
  } finally {
    db.close();
  }
}

/** The hash of a record; undefined where the journal does not have it, null where it dropped it. @throws DbError */
export function recordHash(file: string, seq: number): string | null | undefined {
  const db = openForReading(file);
  try {
    const anchor = readAnchor(db);
    if (anchor !== null && seq <= anchor.seq) return seq === anchor.seq ? anchor.hash : null;
    return db.prepare<[number], string>('SELECT hash FROM events WHERE seq = ?').pluck().get(seq);
  } catch (error) {
    throw copyError(file, error);
  } finally {
    db.close();
  }
}

/** Brings the WAL of a journal that nobody has open into its file, and makes it one that has none. @throws DbError */
export function makeSingleFile(file: string): void {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { fileMustExist: true });
    db.pragma('synchronous = FULL');
    db.pragma('journal_mode = DELETE');
  } catch (error) {
    throw copyError(file, error);
  } finally {
    db?.close();
  }
}

function summaryOf(db: Database.Database, file: string): JournalSummary {
  if (db.pragma('application_id', { simple: true }) !== journalApplicationId) {
    throw new DbError('damaged', file, `${file} is no journal`);
  }
  refuseNewerSchema(db, file);
  const meta = readMeta(db);
  if (meta === undefined) throw new DbError('damaged', file, `${file} does not say whose journal it is`);
  const kept = new KeptValues(db, file);
  const cursor = kept.get('acknowledged') as JournalSummary['acknowledged'] | undefined;
  const time = db.prepare<[number], number>('SELECT time_ms FROM events WHERE seq = ?').pluck();
  return {
    ...meta,
    lastMs: time.get(meta.head.seq) ?? null,
    schema: schemaVersionOf(db),
    acknowledged: cursor ?? { through: 0, issuedAtMs: null },
    earlier: readEarlier(kept.get('earlier')),
  };
}

async function copyPages(db: Database.Database, to: string, { progress, check }: CopyTools): Promise<void> {
  const handle = openSync(to, 'wx', 0o600);
  let flushed = 0;
  try {
    await db.backup(to, {
      progress: ({ totalPages, remainingPages }) => {
        check();
        const done = totalPages - remainingPages;
        if (done - flushed >= flushPages) {
          fsyncSync(handle);
          flushed = done;
        }
        progress(done, totalPages);
        return stepPages;
      },
    });
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function copyError(file: string, error: unknown): unknown {
  if (isDamage(error)) return new DbError('damaged', file, `${file} is damaged: ${messageOf(error)}`, error);
  if (!(error instanceof Database.SqliteError)) return error;
  return new DbError('storage-failed', file, `${file} cannot be copied or read: ${messageOf(error)}`, error);
}
