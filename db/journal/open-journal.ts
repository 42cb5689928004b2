// Opens the one journal of a controller, or begins one. What is damaged is never written to and never deleted: it is set
// aside whole, and a new epoch begins. What belongs to someone else is left untouched.

import { existsSync, renameSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { v4 } from 'uuid';
import { genesisHash } from '../../access/canonical.ts';
import type { Clock, Random } from '../../access/clock.ts';
import { DbError, isDamage, messageOf } from '../error.ts';
import { type Durability, openForReading, openForWriting } from '../open.ts';
import { ChainCheck, type EventRow, eventRowColumns } from './chain.ts';
import { Journal } from './journal.ts';
import {
  createJournal,
  isBlank,
  journalApplicationId,
  migrate,
  readAnchor,
  readMeta,
  refuseNewerSchema,
} from './schema.ts';

export interface JournalOptions {
  /** `:memory:` for one that ends with the process. */
  readonly file: string;
  readonly site: string;
  readonly controller: string;
  /** Of a new journal; null or left out: a random one. A journal that is kept keeps its own. */
  readonly epoch?: string | null;
  readonly durability: Durability;
  readonly clock: Clock;
  readonly random: Random;
}

export interface OpenedJournal {
  readonly journal: Journal;
  readonly found: 'new' | 'kept' | 'set-aside';
  /** Of `set-aside`: what was wrong with the file. */
  readonly detail: string | null;
  /** Of `set-aside`: where the file is now. */
  readonly asidePath: string | null;
}

/** Records whose chain is checked at start, whatever the size. */
const checkedRecords = 100;

type Finding = { readonly state: 'blank' | 'sound' } | { readonly state: 'damaged'; readonly detail: string };

/** @throws DbError `foreign-journal`, `newer-schema`, `storage-failed`; the file is as it was. */
export function openJournal(options: JournalOptions): OpenedJournal {
  const { file } = options;
  const finding = inspect(options);
  if (finding.state !== 'damaged') {
    const journal = begin(options, options.epoch ?? null);
    return { journal, found: finding.state === 'sound' ? 'kept' : 'new', detail: null, asidePath: null };
  }
  const asidePath = setAside(file, options.clock);
  // The epoch that a config fixes may be that of the damaged file, and an epoch is never begun twice.
  return { journal: begin(options, null), found: 'set-aside', detail: finding.detail, asidePath };
}

function begin(options: JournalOptions, fixedEpoch: string | null): Journal {
  const { file, site, controller, random } = options;
  const db = openForWriting(file, options.durability);
  try {
    if (isBlank(db)) {
      const epoch = fixedEpoch ?? v4({ random: random.bytes(16) });
      createJournal(db, { site, controller, epoch });
    } else {
      migrate(db);
    }
    const meta = readMeta(db);
    if (meta === undefined) throw new Error('it does not say whose journal it is');
    return new Journal(db, meta.identity, meta.head, options.clock, random);
  } catch (error) {
    db.close();
    if (error instanceof DbError) throw error;
    throw new DbError('storage-failed', file, `the journal ${file} cannot be begun: ${messageOf(error)}`, error);
  }
}

/** Looks through a read-only handle: closing a writing one would change the evidence. */
function inspect(options: JournalOptions): Finding {
  const { file } = options;
  if (file === ':memory:') return { state: 'blank' };
  const wal = existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0;
  if (!existsSync(file) || statSync(file).size === 0) {
    return wal ? { state: 'damaged', detail: 'the main file is missing or empty beside its WAL' } : { state: 'blank' };
  }
  let db: Database.Database | undefined;
  try {
    db = openForReading(file);
    return check(db, options);
  } catch (error) {
    if (error instanceof DbError && error.code !== 'damaged') throw error;
    if (!(error instanceof DbError) && !isDamage(error) && !isMissingPart(error)) {
      throw new DbError('storage-failed', file, `the journal ${file} cannot be read: ${messageOf(error)}`, error);
    }
    return { state: 'damaged', detail: messageOf(error) };
  } finally {
    db?.close();
  }
}

function check(db: Database.Database, options: JournalOptions): Finding {
  const { file, site, controller } = options;
  if (isBlank(db)) return { state: 'blank' };
  if (db.pragma('application_id', { simple: true }) !== journalApplicationId) {
    return { state: 'damaged', detail: 'it is a database, but no journal' };
  }
  refuseNewerSchema(db, file);
  const meta = readMeta(db);
  if (meta === undefined) return { state: 'damaged', detail: 'it does not say whose journal it is' };
  const { identity, head } = meta;
  if (identity.site !== site || identity.controller !== controller) {
    const [is, asked] = [`${identity.site}/${identity.controller}`, `${site}/${controller}`];
    throw new DbError('foreign-journal', file, `${file} is the journal of ${is}, not of ${asked}: check dataDir`);
  }
  const begin = readAnchor(db) ?? { seq: 0, hash: genesisHash(identity) };
  const from = Math.max(head.seq - checkedRecords, begin.seq);
  const before = db.prepare<[number], string>('SELECT hash FROM events WHERE seq = ?').pluck().get(from);
  const chain = new ChainCheck(identity, { seq: from, hash: from === begin.seq ? begin.hash : (before ?? '') });
  const rows = db.prepare<[number], EventRow>(`SELECT ${eventRowColumns} FROM events WHERE seq > ? ORDER BY seq`);
  for (const row of rows.iterate(from)) {
    const found = chain.next(row);
    if (found !== null) return { state: 'damaged', detail: found.message };
  }
  const found = chain.end(head);
  return found === null ? { state: 'sound' } : { state: 'damaged', detail: found.message };
}

/** A table or column that a journal has is not there. */
function isMissingPart(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_ERROR' && /^no such/.test(error.message);
}

function setAside(file: string, clock: Clock): string {
  const time = new Date(clock.now().wallMs).toISOString().replace(/[-:.]/g, '');
  let path = `${file}.damaged-${time}`;
  for (let again = 2; existsSync(path); again++) path = `${file}.damaged-${time}-${again}`;
  try {
    // The main file first: a WAL that is left alone is seen at the next start, a main file without its WAL is not.
    for (const part of ['', '-wal', '-shm']) if (existsSync(file + part)) renameSync(file + part, path + part);
  } catch (error) {
    throw new DbError('storage-failed', file, `the damaged ${file} cannot be set aside: ${messageOf(error)}`, error);
  }
  return path;
}
