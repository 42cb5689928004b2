// The records of a journal on their way out. A record that is damaged, missing, or cannot be read holds up none after it: the
// next one names its hash, and that is told of it, with what is left of its text. What retention dropped is told of the same way.

import type Database from 'better-sqlite3';
import { eventHash } from '../../access/canonical.ts';
import { isDamage } from '../error.ts';
import { type Head, readAnchor, readHead } from './schema.ts';

/** Records that are not there any more, or not as they were written. */
export interface LostRecords {
  /** The first of them. */
  readonly from: number;
  /** Of the last of them. */
  readonly hash: string;
  readonly reason: string;
}

export interface OutgoingRecord {
  /** Of lost records: of the last of them. */
  readonly seq: number;
  /** Canonical; of a lost record what stands in its place, empty where nothing does. */
  readonly text: string;
  readonly lost?: LostRecords;
}

interface Row {
  readonly seq: number;
  /** TEXT, unless the row is damaged. */
  readonly text: unknown;
  readonly hash: unknown;
}

/** `prev`: of the record before, as this one has it. */
type Sound = { readonly text: string; readonly hash: string; readonly prev: string | null };

/** Records that are read at a time, whatever is asked for. */
const pageRecords = 500;
/** A row at which the disk fails this often, at different times, is a lost one. */
const maxFailures = 5;
/** A character of a damaged text may take so many bytes on the wire. */
const widestChar = 6;
const droppedWords = 'dropped by the retention of the journal';
const goneWords = 'missing in the journal, or damaged on the disk';
const alteredWords = 'altered or damaged in the journal: the text is not what was recorded';

export class Outgoing {
  readonly #db: Database.Database;
  readonly #begin: Database.Statement<[]>;
  readonly #end: Database.Statement<[]>;
  readonly #page: Database.Statement<[number, number], Row>;
  readonly #one: Database.Statement<[number], Row>;
  /** How often the disk failed at a row. */
  readonly #failures = new Map<number, number>();

  constructor(db: Database.Database) {
    this.#db = db;
    this.#begin = db.prepare('BEGIN');
    this.#end = db.prepare('ROLLBACK');
    this.#page = db.prepare('SELECT seq, body AS text, hash FROM events WHERE seq > ? ORDER BY seq LIMIT ?');
    this.#one = db.prepare('SELECT seq, body AS text, hash FROM events WHERE seq = ?');
  }

  /**
   * After `afterSeq`, at most `maxEvents` and `maxBytes` (UTF-8) together, but one where there is one.
   * @throws what SQLite says of a disk that fails
   */
  read(afterSeq: number, maxEvents: number, maxBytes: number): OutgoingRecord[] {
    return this.#asOfOneMoment(() => this.#read(afterSeq, maxEvents, maxBytes));
  }

  /** The hash of a record, as far as it is known. */
  hashOf(seq: number): string | null {
    return this.#asOfOneMoment(() => {
      const anchor = readAnchor(this.#db);
      if (anchor?.seq === seq) return anchor.hash;
      const rows = new Rows(this.#fetch(seq - 1, 3), (one) => this.#single(one), this.#head());
      return rows.named(seq) ?? rows.sound(seq)?.hash ?? null;
    });
  }

  /** Rolled back: after a damaged page SQLite lets no transaction be committed, not even one that only reads. */
  #asOfOneMoment<T>(work: () => T): T {
    this.#begin.run();
    try {
      return work();
    } finally {
      this.#end.run();
    }
  }

  #read(afterSeq: number, maxEvents: number, maxBytes: number): OutgoingRecord[] {
    const anchor = readAnchor(this.#db);
    if (anchor !== null && afterSeq < anchor.seq) {
      return [{ seq: anchor.seq, text: '', lost: { from: afterSeq + 1, hash: anchor.hash, reason: droppedWords } }];
    }
    const head = this.#head();
    const most = Math.min(maxEvents, pageRecords);
    const rows = new Rows(this.#fetch(afterSeq, most + 2), (seq) => this.#single(seq), head);
    const found: OutgoingRecord[] = [];
    let bytes = 0;
    for (let seq = afterSeq + 1; seq <= head.seq && found.length < most; ) {
      let record: OutgoingRecord;
      try {
        record = rows.record(seq);
      } catch (error) {
        // What stands before it is not held up.
        if (found.length > 0) break;
        throw error;
      }
      bytes += record.lost === undefined ? Buffer.byteLength(record.text) : record.text.length * widestChar;
      if (bytes > maxBytes && found.length > 0) break;
      found.push(record);
      seq = record.seq + 1;
    }
    return found;
  }

  #head(): Head {
    const head = readHead(this.#db);
    if (head === undefined) throw new Error('the journal does not say what its last record is');
    return head;
  }

  /** As many as can be read together. */
  #fetch(afterSeq: number, count: number): Map<number, Row> {
    const rows = new Map<number, Row>();
    try {
      for (const row of this.#page.all(afterSeq, count)) rows.set(row.seq, row);
    } catch {
      // Each of the others is then asked for alone.
    }
    return rows;
  }

  #single(seq: number): Row | null {
    try {
      return this.#one.get(seq) ?? null;
    } catch (error) {
      if (isDamage(error)) return null;
      const failures = (this.#failures.get(seq) ?? 0) + 1;
      this.#failures.set(seq, failures);
      if (failures < maxFailures) throw error;
      return null;
    }
  }
}

/** Rows as of one moment, each held against its own hash and against what the next one says. */
class Rows {
  readonly #rows: Map<number, Row | null>;
  readonly #single: (seq: number) => Row | null;
  readonly #head: Head;
  readonly #sound = new Map<number, Sound | null>();

  constructor(rows: Map<number, Row>, single: (seq: number) => Row | null, head: Head) {
    this.#rows = rows;
    this.#single = single;
    this.#head = head;
  }

  /** What stands at a place up to the head: the record, or how far it and those behind it are lost. */
  record(from: number): OutgoingRecord {
    const sound = this.sound(from);
    const named = this.named(from);
    if (sound !== null && (named === null || named === sound.hash)) return { seq: from, text: sound.text };
    for (let seq = from; ; seq++) {
      const hash = this.named(seq) ?? hashIn(this.#row(seq));
      if (hash === null && seq < this.#head.seq) continue;
      const text = seq === from ? textIn(this.#row(seq)) : '';
      const reason = text === '' ? goneWords : alteredWords;
      return { seq, text, lost: { from, hash: hash ?? this.#head.hash, reason } };
    }
  }

  /** A row whose text is of its place, and gives its hash; null for any other. */
  sound(seq: number): Sound | null {
    const known = this.#sound.get(seq);
    if (known !== undefined) return known;
    const row = this.#row(seq);
    const text = textIn(row);
    const hash = text !== '' && seqIn(text) === seq ? eventHash(text) : '';
    const sound = hash !== '' && hash === row?.hash ? { text, hash, prev: prevIn(text) } : null;
    this.#sound.set(seq, sound);
    return sound;
  }

  /** The hash of a record as the next one has it, or the journal of its last one; null where neither can say. */
  named(seq: number): string | null {
    if (seq === this.#head.seq) return this.#head.hash;
    const next = this.sound(seq + 1);
    if (next === null) return null;
    // One that was altered and hashed anew names nothing that can be believed.
    const after = seq + 1 === this.#head.seq ? this.#head.hash : (this.sound(seq + 2)?.prev ?? null);
    return after === null || after === next.hash ? next.prev : null;
  }

  #row(seq: number): Row | null {
    let row = this.#rows.get(seq);
    if (row === undefined) {
      row = this.#single(seq);
      this.#rows.set(seq, row);
    }
    return row;
  }
}

function textIn(row: Row | null): string {
  return typeof row?.text === 'string' ? row.text : '';
}

function hashIn(row: Row | null): string | null {
  return typeof row?.hash === 'string' && /^[0-9a-f]{64}$/.test(row.hash) ? row.hash : null;
}

const prevKey = '"prev":"';
const seqKey = '"seq":';

// In canonical form nothing that stands behind these keys can hold them.

function seqIn(text: string): number {
  const at = text.lastIndexOf(seqKey);
  return at < 0 ? Number.NaN : Number.parseInt(text.slice(at + seqKey.length, at + seqKey.length + 16), 10);
}

function prevIn(text: string): string | null {
  const at = text.lastIndexOf(prevKey);
  const hash = text.slice(at + prevKey.length, at + prevKey.length + 64);
  return at >= 0 && /^[0-9a-f]{64}$/.test(hash) ? hash : null;
}
