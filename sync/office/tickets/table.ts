// The tables of the help desk: who was refused when, and by its last word each ticket of the office's own journal.

import type Database from 'better-sqlite3';
import type { OfficeStore } from '../store/open.ts';
import type { Refusal } from './refusals.ts';

export type TicketState = 'open' | 'answered' | 'closed';

export interface KeptRefusal extends Refusal {
  readonly controller: string;
  readonly epoch: string;
  readonly seq: number;
}

export interface TicketRow {
  readonly ticket: string;
  readonly cause: 'help' | 'refusals';
  readonly person: string | null;
  readonly state: TicketState;
  readonly openedMs: number;
  /** When that happened which it is about. */
  readonly atMs: number;
}

/** How far around a refusal others are looked at: no row is longer that anybody looks into. */
const aroundMs = 12 * 3_600_000;
const most = 500;
/** What is longer ago belongs to no row any more that matters. */
const keptMs = 30 * 86_400_000;

export class TicketTable {
  readonly #db: Database.Database;

  constructor({ db }: OfficeStore) {
    this.#db = db;
  }

  /** @returns false: it is known; a tap that was refused is told by two records. */
  addRefusal(person: string, { timeMs, controller, epoch, seq }: Omit<KeptRefusal, 'ticket'>): boolean {
    const { changes } = this.#db
      .prepare('INSERT OR IGNORE INTO refusals (person, time_ms, controller, epoch, seq) VALUES (?, ?, ?, ?, ?)')
      .run(person, timeMs, controller, epoch, seq);
    return changes > 0;
  }

  /** In order of time. */
  refusalsAround(person: string, timeMs: number): KeptRefusal[] {
    const columns = 'time_ms AS timeMs, controller, epoch, seq, ticket';
    const before = this.#db
      .prepare<[string, number, number, number], KeptRefusal>(
        `SELECT ${columns} FROM refusals WHERE person = ? AND time_ms BETWEEN ? AND ? ORDER BY time_ms DESC, controller DESC LIMIT ?`,
      )
      .all(person, timeMs - aroundMs, timeMs, most);
    const after = this.#db
      .prepare<[string, number, number, number], KeptRefusal>(
        `SELECT ${columns} FROM refusals WHERE person = ? AND time_ms > ? AND time_ms <= ? ORDER BY time_ms, controller LIMIT ?`,
      )
      .all(person, timeMs, timeMs + aroundMs, most);
    return [...before.reverse(), ...after];
  }

  assign(person: string, refusals: readonly KeptRefusal[], ticket: string): void {
    const set = this.#db.prepare('UPDATE refusals SET ticket = ? WHERE person = ? AND time_ms = ? AND controller = ?');
    for (const { timeMs, controller } of refusals) set.run(ticket, person, timeMs, controller);
  }

  forget(nowMs: number): void {
    this.#db.prepare('DELETE FROM refusals WHERE time_ms < ?').run(nowMs - keptMs);
  }

  /** When tickets of this person's refusals were first answered or closed. */
  settledMs(person: string): number[] {
    return this.#db
      .prepare<[string], number>(
        "SELECT settled_ms FROM tickets WHERE person = ? AND cause = 'refusals' AND settled_ms IS NOT NULL",
      )
      .pluck()
      .all(person);
  }

  open({ ticket, cause, person, openedMs, atMs }: Omit<TicketRow, 'state'>): void {
    this.#db
      .prepare("INSERT INTO tickets (ticket, cause, person, state, opened_ms, at_ms) VALUES (?, ?, ?, 'open', ?, ?)")
      .run(ticket, cause, person, openedMs, atMs);
  }

  settle(ticket: string, state: Exclude<TicketState, 'open'>, nowMs: number): void {
    this.#db
      .prepare('UPDATE tickets SET state = ?, settled_ms = coalesce(settled_ms, ?) WHERE ticket = ?')
      .run(state, nowMs, ticket);
  }

  ticket(id: string): TicketRow | undefined {
    return this.#db
      .prepare<[string], TicketRow>(
        'SELECT ticket, cause, person, state, opened_ms AS openedMs, at_ms AS atMs FROM tickets WHERE ticket = ?',
      )
      .get(id);
  }
}
