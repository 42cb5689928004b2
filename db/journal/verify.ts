// The whole check of a journal: every page, every record, the end. Memory stays flat whatever the size; nothing is changed.

import type Database from 'better-sqlite3';
import { genesisHash } from '../../access/canonical.ts';
import { DbError, messageOf } from '../error.ts';
import { openForReading } from '../open.ts';
import { ChainCheck, type EventRow, eventRowColumns, type JournalProblem, problem } from './chain.ts';
import { type Head, journalApplicationId, readAnchor, readMeta, refuseNewerSchema } from './schema.ts';

export interface Verification {
  readonly ok: boolean;
  /** How many records were found sound, from the first on that is there. */
  readonly records: number;
  /** How many before it were dropped by retention: the chain is followed from the hash of the last of them. */
  readonly dropped: number;
  /** null where the file does not say. */
  readonly epoch: string | null;
  readonly head: Head | null;
  /** The first bad record, or what is wrong with the file as a whole. */
  readonly problem: JournalProblem | null;
}

/** Told now and then how many of how many records were looked at; it may not throw. */
export type VerifyProgress = (done: number, total: number) => void;

/** Records between two words of the progress. */
const progressRecords = 1000;

/** @throws DbError `not-found`, `storage-failed`, `newer-schema` */
export function verifyJournal(file: string, progress: VerifyProgress = () => {}): Verification {
  let db: Database.Database;
  try {
    db = openForReading(file);
  } catch (error) {
    if (error instanceof DbError && error.code === 'damaged') return bad(problem(null, 'database', error.message));
    throw error;
  }
  try {
    return verifyOpen(db, file, progress);
  } catch (error) {
    if (error instanceof DbError) throw error;
    return bad(problem(null, 'database', `${file} cannot be read: ${messageOf(error)}`));
  } finally {
    db.close();
  }
}

function verifyOpen(db: Database.Database, file: string, progress: VerifyProgress): Verification {
  if (db.pragma('application_id', { simple: true }) !== journalApplicationId) {
    return bad(problem(null, 'database', `${file} is a database, but no journal`));
  }
  refuseNewerSchema(db, file);
  // One read transaction: a daemon that writes meanwhile cannot make head and records differ.
  return db.transaction(() => {
    progress(0, 0);
    const pages = integrity(db);
    const meta = readMeta(db);
    if (meta === undefined) return bad(problem(null, 'database', pages ?? `${file} does not say whose journal it is`));
    const { identity, head } = meta;
    const begin = readAnchor(db) ?? { seq: 0, hash: genesisHash(identity) };
    const check = new ChainCheck(identity, begin);
    let found = records(db, check, () => progress(check.last.seq, head.seq)) ?? check.end(head);
    if (pages !== null && (found === null || found.kind === 'database')) found = problem(null, 'database', pages);
    const counts = { records: check.last.seq - begin.seq, dropped: begin.seq };
    return { ok: found === null, ...counts, epoch: identity.epoch, head, problem: found };
  })();
}

function records(db: Database.Database, check: ChainCheck, progress: () => void): JournalProblem | null {
  try {
    for (const row of db.prepare<[], EventRow>(`SELECT ${eventRowColumns} FROM events ORDER BY seq`).iterate()) {
      const found = check.next(row);
      if (found !== null) return found;
      if (row.seq % progressRecords === 0) progress();
    }
    return null;
  } catch (error) {
    return problem(check.last.seq + 1, 'database', `record ${check.last.seq + 1} cannot be read: ${messageOf(error)}`);
  }
}

/** SQLite's own check; null when it found nothing. */
function integrity(db: Database.Database): string | null {
  try {
    const [first] = db.prepare<[], string>('PRAGMA integrity_check(1)').pluck().all();
    return first === 'ok' ? null : `the database is damaged: ${first ?? 'no answer'}`;
  } catch (error) {
    return `the database is damaged: ${messageOf(error)}`;
  }
}

function bad(found: JournalProblem): Verification {
  return { ok: false, records: 0, dropped: 0, epoch: null, head: null, problem: found };
}
