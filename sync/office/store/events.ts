// The controllers' journals as the office keeps them: every record byte for byte as it was hashed, in its place, once.

import Database from 'better-sqlite3';
import type { OfficeStore } from './open.ts';

/** How far a journal was received. */
export interface Cursor {
  /** Everything up to this sequence number is kept; 0 for none. */
  readonly through: number;
  /** Hash of that record, or of the journal's genesis. */
  readonly hash: string;
}

/** The type of a row whose text is not what was hashed: it says what came in the place of records that are lost. */
export const lostType = '';

export interface EventRow {
  readonly controller: string;
  readonly epoch: string;
  readonly seq: number;
  /** null where another record has this id. */
  readonly id: string | null;
  readonly type: string;
  readonly timeMs: number | null;
  readonly visit: string | null;
  readonly body: string;
  readonly hash: string;
}

/** A record that a visit is made of. */
export interface StoredVisitEvent {
  readonly controller: string;
  readonly epoch: string;
  readonly seq: number;
  readonly type: string;
  readonly timeMs: number;
  readonly body: string;
}

export class Events {
  readonly #cursor: Database.Statement<[string, string], Cursor>;
  readonly #otherEpoch: Database.Statement<[string, string], string>;
  readonly #begin: Database.Statement<[string, string, string, number]>;
  readonly #move: Database.Statement<[number, string, string, string]>;
  readonly #insert: Database.Statement<
    [string, string, number, string | null, string, number | null, string | null, string, string]
  >;
  readonly #hash: Database.Statement<[string, string, number], string>;
  readonly #began: Database.Statement<[string, string], number | null>;
  readonly #setBegan: Database.Statement<[number, string, string]>;
  readonly #begunBetween: Database.Statement<[string, number, number], { epoch: string; beganMs: number }>;
  readonly #ofVisit: Database.Statement<[string, number], StoredVisitEvent>;
  readonly #countOfVisit: Database.Statement<[string], number>;
  readonly #visits: Database.Statement<[], string>;

  constructor({ db }: OfficeStore) {
    this.#cursor = db.prepare('SELECT through, hash FROM cursors WHERE controller = ? AND epoch = ?');
    this.#otherEpoch = db
      .prepare<[string, string], string>(
        'SELECT epoch FROM cursors WHERE controller = ? AND epoch <> ? ORDER BY first_ms DESC LIMIT 1',
      )
      .pluck();
    this.#begin = db.prepare('INSERT INTO cursors (controller, epoch, through, hash, first_ms) VALUES (?, ?, 0, ?, ?)');
    this.#move = db.prepare('UPDATE cursors SET through = ?, hash = ? WHERE controller = ? AND epoch = ?');
    this.#insert = db.prepare(
      `INSERT INTO events (controller, epoch, seq, id, type, time_ms, visit, body, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#hash = db
      .prepare<[string, string, number], string>(
        'SELECT hash FROM events WHERE controller = ? AND epoch = ? AND seq = ?',
      )
      .pluck();
    this.#began = db
      .prepare<[string, string], number | null>('SELECT began_ms FROM cursors WHERE controller = ? AND epoch = ?')
      .pluck();
    this.#setBegan = db.prepare('UPDATE cursors SET began_ms = ? WHERE controller = ? AND epoch = ?');
    this.#begunBetween = db.prepare(
      `SELECT epoch, began_ms AS beganMs FROM cursors WHERE controller = ? AND began_ms > ? AND began_ms < ?
       ORDER BY began_ms DESC LIMIT 1`,
    );
    this.#ofVisit = db.prepare(
      `SELECT controller, epoch, seq, type, time_ms AS timeMs, body FROM events WHERE visit = ?
       ORDER BY rowid LIMIT ?`,
    );
    this.#countOfVisit = db.prepare<[string], number>('SELECT count(*) FROM events WHERE visit = ?').pluck();
    this.#visits = db
      .prepare<[], string>('SELECT DISTINCT visit FROM events WHERE visit IS NOT NULL ORDER BY visit')
      .pluck();
  }

  /** undefined for a journal of which nothing is kept. */
  cursor(controller: string, epoch: string): Cursor | undefined {
    return this.#cursor.get(controller, epoch);
  }

  /** The newest other journal of this controller, if it has one. */
  otherEpoch(controller: string, epoch: string): string | undefined {
    return this.#otherEpoch.get(controller, epoch);
  }

  begin(controller: string, epoch: string, genesis: string, nowMs: number): void {
    this.#begin.run(controller, epoch, genesis, nowMs);
  }

  move(controller: string, epoch: string, to: Cursor): void {
    this.#move.run(to.through, to.hash, controller, epoch);
  }

  /** false: another record has its id, and it is kept without one. */
  insert({ controller, epoch, seq, id, type, timeMs, visit, body, hash }: EventRow): boolean {
    try {
      this.#insert.run(controller, epoch, seq, id, type, timeMs, visit, body, hash);
      return true;
    } catch (error) {
      if (id === null || !isTaken(error)) throw error;
      this.#insert.run(controller, epoch, seq, null, type, timeMs, visit, body, hash);
      return false;
    }
  }

  /** When the first record of a journal under a synchronised clock was made; null: there is none. */
  began(controller: string, epoch: string): number | null {
    return this.#began.get(controller, epoch) ?? null;
  }

  setBegan(controller: string, epoch: string, beganMs: number): void {
    this.#setBegan.run(beganMs, controller, epoch);
  }

  /** The newest journal of a controller that began between two instants, both excluded. */
  begunBetween(controller: string, afterMs: number, beforeMs: number): { epoch: string; beganMs: number } | undefined {
    return this.#begunBetween.get(controller, afterMs, beforeMs);
  }

  hashOf(controller: string, epoch: string, seq: number): string | undefined {
    return this.#hash.get(controller, epoch, seq);
  }

  /** At most `limit` records of a visit, in the order in which they arrived. */
  ofVisit(visit: string, limit: number): StoredVisitEvent[] {
    return this.#ofVisit.all(visit, limit);
  }

  countOfVisit(visit: string): number {
    return this.#countOfVisit.get(visit) ?? 0;
  }

  visits(): string[] {
    return this.#visits.all();
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.message.endsWith('events.id');
}
