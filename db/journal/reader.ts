// A journal read by others than its writer: the edge's thread and the command line. A handle of its own, read-only: it
// never waits for the writer nor holds it up.

import type Database from 'better-sqlite3';
import type { EventType, JournalEvent } from '../../access/event.ts';
import { DbError } from '../error.ts';
import { openForReading } from '../open.ts';
import { Outgoing, type OutgoingRecord } from './outgoing.ts';
import {
  type JournalIdentity,
  journalApplicationId,
  readAnchor,
  readHead,
  readMeta,
  refuseNewerSchema,
} from './schema.ts';

export interface EventFilter {
  /** UTC milliseconds, included. */
  readonly sinceMs?: number;
  readonly type?: EventType;
  /** Excluded. */
  readonly afterSeq?: number;
}

/** Records that `events` fetches at a time, so that it holds no read transaction between them. */
const pageEvents = 500;

interface Row {
  readonly seq: number;
  readonly text: string;
}

export class JournalReader {
  readonly #db: Database.Database;
  readonly #identity: JournalIdentity;
  readonly #outgoing: Outgoing;

  constructor(db: Database.Database, identity: JournalIdentity) {
    this.#db = db;
    this.#identity = identity;
    this.#outgoing = new Outgoing(db);
  }

  identity(): JournalIdentity {
    return this.#identity;
  }

  /** Highest sequence number on disk; 0 in an empty journal. */
  head(): number {
    return readHead(this.#db)?.seq ?? 0;
  }

  /** What is to be sent after `afterSeq`, as `Outgoing.read`. */
  read(afterSeq: number, maxEvents: number, maxBytes: number): OutgoingRecord[] {
    return this.#outgoing.read(afterSeq, maxEvents, maxBytes);
  }

  /** The hash of a record, as far as it is known. */
  hashOf(seq: number): string | null {
    return this.#outgoing.hashOf(seq);
  }

  /** The last record that was dropped from the beginning; 0: none was. */
  dropped(): number {
    return readAnchor(this.#db)?.seq ?? 0;
  }

  /**
   * Events in order, those of the filter; to its end at the time of the last page.
   * @throws DbError `damaged` where a record is no JSON
   */
  *events(filter: EventFilter = {}): Generator<JournalEvent> {
    const page = this.#db.prepare<[number, number, string | null, string | null, number], Row>(
      `SELECT seq, body AS text FROM events
       WHERE seq > ? AND time_ms >= ? AND (? IS NULL OR type = ?) ORDER BY seq LIMIT ?`,
    );
    const type = filter.type ?? null;
    let after = filter.afterSeq ?? 0;
    for (;;) {
      const rows = page.all(after, filter.sinceMs ?? Number.MIN_SAFE_INTEGER, type, type, pageEvents);
      for (const row of rows) {
        after = row.seq;
        yield this.#eventOf(row);
      }
      if (rows.length < pageEvents) return;
    }
  }

  close(): void {
    this.#db.close();
  }

  #eventOf({ seq, text }: Row): JournalEvent {
    try {
      return JSON.parse(text) as JournalEvent;
    } catch (error) {
      const { name } = this.#db;
      const message = `${name}: record ${seq} was altered or damaged: cardea verify --db ${name} says what is sound`;
      throw new DbError('damaged', name, message, error);
    }
  }
}

/** @throws DbError `not-found`, `damaged`, `newer-schema`, `storage-failed` */
export function openJournalReader(file: string): JournalReader {
  const db = openForReading(file);
  try {
    if (db.pragma('application_id', { simple: true }) !== journalApplicationId) {
      throw new DbError('damaged', file, `${file} is no journal`);
    }
    refuseNewerSchema(db, file);
    const meta = readMeta(db);
    if (meta === undefined) throw new DbError('damaged', file, `${file} does not say whose journal it is`);
    return new JournalReader(db, meta.identity);
  } catch (error) {
    db.close();
    throw error;
  }
}
