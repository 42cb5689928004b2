// What needs a person's eye: set aside once, counted when it comes again, and never more of one controller than a bound;
// beyond it only the count goes on, in one row.

import type Database from 'better-sqlite3';
import type { OfficeStore } from './open.ts';

export type AnomalyKind =
  /** Another record where one with another hash is kept already: two controllers write one journal. */
  | 'fork'
  /** The record does not name the one before it. Nothing from it on is taken. */
  | 'chain-break'
  /** Records are missing, and did not come for a long time. */
  | 'gap'
  /** Kept in its place, but no event, or its data is not what its type promises: nothing is derived from it. */
  | 'poisoned'
  /** Its controller has it no more, or cannot read it: its place is kept, with its hash and what is left of it. */
  | 'lost'
  /** A message, signed by its controller, whose records have no place that anybody can tell. They are not taken. */
  | 'unreadable'
  /** A type that this office does not know. Kept in its place. */
  | 'unknown-type'
  /** Its id is that of another record. Kept in its place. */
  | 'duplicate-id'
  /** Two journals of one controller are written at the same time: two controllers have its name. */
  | 'two-writers'
  /** A controller began a new journal. */
  | 'new-epoch'
  /** A visit with more records than are looked at. */
  | 'visit-overflow'
  /** A visit that cannot be made of its records. They are kept; of the visit what was known before stands. */
  | 'visit-failed'
  /** A controller has a newer revision than this store knows. */
  | 'controller-ahead'
  /** More anomalies of this controller than are kept one by one. */
  | 'more';

export interface AnomalyFound {
  readonly kind: AnomalyKind;
  readonly controller: string;
  readonly epoch: string;
  readonly seq: number;
  /** Tells apart what has the same place: a hash, an id; may be empty. */
  readonly subject: string;
  readonly reason: string;
  /** The record as it came, where it was put aside or is not kept elsewhere; null: it stands in its place, or there is none. */
  readonly body: string | null;
}

export interface Anomaly extends AnomalyFound {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly times: number;
}

/** Rows of one controller. */
const keptPerController = 1000;

export class Anomalies {
  readonly #again: Database.Statement<[number, string, string, string, number, string]>;
  readonly #count: Database.Statement<[string], number>;
  readonly #insert: Database.Statement<[string, string, string, number, string, string, string | null, number, number]>;
  readonly #has: Database.Statement<[string, string, string], number>;
  readonly #all: Database.Statement<[], Anomaly>;

  constructor(store: OfficeStore) {
    this.#again = store.db.prepare(
      `UPDATE anomalies SET times = times + 1, last_ms = ?
       WHERE controller = ? AND kind = ? AND epoch = ? AND seq = ? AND subject = ?`,
    );
    this.#count = store.db.prepare<[string], number>('SELECT count(*) FROM anomalies WHERE controller = ?').pluck();
    this.#insert = store.db.prepare(
      `INSERT INTO anomalies (kind, controller, epoch, seq, subject, reason, body, first_ms, last_ms, times)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`,
    );
    this.#has = store.db
      .prepare<[string, string, string], number>(
        'SELECT 1 FROM anomalies WHERE controller = ? AND kind = ? AND epoch = ? LIMIT 1',
      )
      .pluck();
    this.#all = store.db.prepare(
      `SELECT a.kind, a.controller, a.epoch, a.seq, a.subject, a.reason, coalesce(a.body, e.body) AS body,
         a.first_ms AS firstMs, a.last_ms AS lastMs, a.times
       FROM anomalies a LEFT JOIN events e ON e.controller = a.controller AND e.epoch = a.epoch AND e.seq = a.seq
       ORDER BY a.controller, a.kind, a.epoch, a.seq, a.subject`,
    );
  }

  /** Inside the caller's transaction. True where this was not known yet. */
  add(found: AnomalyFound, nowMs: number): boolean {
    if (this.#repeat(found, nowMs)) return false;
    if ((this.#count.get(found.controller) ?? 0) < keptPerController) {
      this.#write(found, nowMs);
      return true;
    }
    const reason = `more than ${keptPerController}; the rest is only counted`;
    const more: AnomalyFound = { ...found, kind: 'more', epoch: '', seq: 0, subject: '', reason, body: null };
    if (this.#repeat(more, nowMs)) return false;
    this.#write(more, nowMs);
    return true;
  }

  has(kind: AnomalyKind, controller: string, epoch: string): boolean {
    return this.#has.get(controller, kind, epoch) !== undefined;
  }

  /** By controller, kind and place. With the record in that place, where none was put aside. */
  all(): IterableIterator<Anomaly> {
    return this.#all.iterate();
  }

  #repeat({ controller, kind, epoch, seq, subject }: AnomalyFound, nowMs: number): boolean {
    return this.#again.run(nowMs, controller, kind, epoch, seq, subject).changes > 0;
  }

  #write({ kind, controller, epoch, seq, subject, reason, body }: AnomalyFound, nowMs: number): void {
    this.#insert.run(kind, controller, epoch, seq, subject, reason, body, nowMs, nowMs);
  }
}
