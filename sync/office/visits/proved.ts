// Visits that a way out after the cut-off proved (access/merge/follow-on.ts): of those of one person, space and business day one
// stands in the table of visits and counts its uses, the first by the order of all records, in whatever order they arrive.

import type Database from 'better-sqlite3';
import { provedDay } from '../../../access/merge/follow-on.ts';
import { byTimeAndPlace } from '../../../access/merge/record.ts';
import { checkinData } from '../ingest/event-data.ts';
import type { OfficeStore } from '../store/open.ts';
import type { VisitEvent } from './fold.ts';

interface Group {
  readonly customer: string;
  readonly day: string;
}

export class ProvedVisits {
  readonly #groupOf: Database.Statement<[string], Group>;
  readonly #first: Database.Statement<[string, string], string>;
  readonly #all: Database.Statement<[string, string], string>;
  readonly #put: Database.Statement<(string | number)[]>;
  readonly #remove: Database.Statement<[string]>;

  constructor({ db }: OfficeStore) {
    this.#groupOf = db.prepare('SELECT customer, day FROM proved_visits WHERE visit = ?');
    this.#first = db
      .prepare<[string, string], string>(
        `SELECT visit FROM proved_visits WHERE customer = ? AND day = ?
         ORDER BY time_ms, controller, epoch, seq LIMIT 1`,
      )
      .pluck();
    this.#all = db
      .prepare<[string, string], string>(
        'SELECT visit FROM proved_visits WHERE customer = ? AND day = ? ORDER BY visit',
      )
      .pluck();
    this.#put = db.prepare(
      `INSERT INTO proved_visits (visit, customer, day, time_ms, controller, epoch, seq) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#remove = db.prepare('DELETE FROM proved_visits WHERE visit = ?');
  }

  /**
   * Inside the caller's transaction: the visit as its records have it now.
   * @returns the visits of which another one stands in the table from now on, or none any more
   */
  note(visit: string, events: readonly VisitEvent[]): ReadonlySet<string> {
    const before = this.#groupOf.get(visit);
    const checkIn = [...events].sort(byTimeAndPlace).find(({ type }) => type === 'checkin.recorded');
    const data = checkIn === undefined ? undefined : checkinData.parse(checkIn.data);
    const day = data === undefined ? null : provedDay(data);
    if (before === undefined && day === null) return new Set();
    const stood = before === undefined ? undefined : this.#first.get(before.customer, before.day);
    this.#remove.run(visit);
    const touched = new Set([stood, before === undefined ? undefined : this.#first.get(before.customer, before.day)]);
    if (checkIn !== undefined && data !== undefined && day !== null) {
      const { timeMs, controller, epoch, seq } = checkIn;
      touched.add(this.#first.get(data.customer, day));
      this.#put.run(visit, data.customer, day, timeMs, controller, epoch, seq);
      touched.add(this.#first.get(data.customer, day));
    }
    touched.delete(undefined);
    touched.delete(visit);
    return touched as ReadonlySet<string>;
  }

  /** Whether another visit stands for this one. */
  isAbsorbed(visit: string): boolean {
    const group = this.#groupOf.get(visit);
    return group !== undefined && this.#first.get(group.customer, group.day) !== visit;
  }

  /** The visit with all others of which one stands for all. */
  withOthers(visit: string): readonly string[] {
    const group = this.#groupOf.get(visit);
    return group === undefined ? [visit] : this.#all.all(group.customer, group.day);
  }
}
