// The journals that the office keeps, read for others: how far each goes, and parts of them byte for byte.

import type Database from 'better-sqlite3';
import { asideType } from '../../protocol/events.ts';
import { standInText } from '../../protocol/stand-in.ts';
import { lostType } from './events.ts';
import type { OfficeStore } from './open.ts';

export interface KeptJournal {
  readonly controller: string;
  readonly epoch: string;
  readonly through: number;
}

interface KeptRow {
  readonly seq: number;
  readonly type: string;
  readonly body: string;
  readonly hash: string;
  readonly erased: string | null;
}

export class JournalsKept {
  readonly #all: Database.Statement<[], KeptJournal>;
  readonly #rows: Database.Statement<[string, string, number, number], KeptRow>;
  readonly #hash: Database.Statement<[string, string, number], string>;
  readonly #before: Database.Statement<[string, string, number], number | null>;
  readonly #included: Database.Statement<[string, string], number | null>;

  constructor({ db }: OfficeStore) {
    this.#all = db.prepare('SELECT controller, epoch, through FROM cursors ORDER BY first_ms DESC, controller, epoch');
    this.#rows = db.prepare(
      'SELECT seq, type, body, hash, erased FROM events WHERE controller = ? AND epoch = ? AND seq > ? ORDER BY seq LIMIT ?',
    );
    this.#hash = db
      .prepare<[string, string, number], string>(
        'SELECT hash FROM events WHERE controller = ? AND epoch = ? AND seq = ?',
      )
      .pluck();
    this.#before = db
      .prepare<[string, string, number], number | null>(
        'SELECT max(seq) FROM events WHERE controller = ? AND epoch = ? AND time_ms < ?',
      )
      .pluck();
    this.#included = db
      .prepare<[string, string], number | null>(
        `SELECT max(json_extract(body, '$.through')) FROM records
         WHERE kind = 'includes' AND json_extract(body, '$.controller') = ? AND json_extract(body, '$.epoch') = ?`,
      )
      .pluck();
  }

  /** The newest first. */
  all(): KeptJournal[] {
    return this.#all.all();
  }

  /**
   * After `seq`: at most so many, of so many bytes together, but one where there is one. What is no record any more, or never
   * was one, or had something taken out of it, is a stand-in with its place and hash, as its controller would send it.
   */
  texts(controller: string, epoch: string, seq: number, maxEvents: number, maxBytes: number): string[] {
    const texts: string[] = [];
    let bytes = 0;
    for (const row of this.#rows.iterate(controller, epoch, seq, maxEvents)) {
      const text = textOf(row);
      bytes += Buffer.byteLength(text);
      if (bytes > maxBytes && texts.length > 0) break;
      texts.push(text);
    }
    return texts;
  }

  /** The end of the lost records among which `seq` is; undefined where it is not among any. */
  endOfLost(
    controller: string,
    epoch: string,
    seq: number,
  ): { readonly seq: number; readonly hash: string } | undefined {
    const [row] = this.#rows.all(controller, epoch, seq, 1);
    return row !== undefined && row.type === lostType && firstOf(row) <= seq ? row : undefined;
  }

  hashOf(controller: string, epoch: string, seq: number): string | undefined {
    return this.#hash.get(controller, epoch, seq);
  }

  /** The last record before that instant, UTC milliseconds; 0: there is none. */
  lastBefore(controller: string, epoch: string, ms: number): number {
    return this.#before.get(controller, epoch, ms) ?? 0;
  }

  /** Up to where the current document counts that journal; 0: not at all. */
  included(controller: string, epoch: string): number {
    return this.#included.get(controller, epoch) ?? 0;
  }
}

function textOf(row: KeptRow): string {
  const { seq, type, body, hash, erased } = row;
  if (type !== lostType && type !== asideType && erased === null) return body;
  const lost = type === lostType ? 'lost' : erased === null ? 'no event' : 'erased';
  return standInText({ seq: firstOf(row), through: seq, hash, lost, text: null });
}

/** The first place that a row stands for. */
function firstOf({ seq, type, body }: KeptRow): number {
  return type === lostType ? (JSON.parse(body) as { readonly from: number }).from : seq;
}
