// What falls due by itself next, and when: the instant is asked for after every commit, so it is one statement, and each answer
// is the first row of an index.

import type Database from 'better-sqlite3';
import type { Presence, Visit } from '../../access/facts.ts';
import { type PresenceRow, presenceColumns, presenceOf, type VisitRow, visitColumns, visitOf } from './visit-row.ts';

export interface VisitDue {
  /** UTC milliseconds. */
  readonly atMs: number;
  readonly visit: Visit;
  readonly kind: 'cut-off' | 'exhausted';
}

export interface VisitorInside {
  readonly visitor: string;
  readonly host: string | null;
  readonly space: string;
  readonly untilMs: number;
  /** The controller where they arrived; null: this one. */
  readonly owner: string | null;
}

/** The least of four first entries of an index, each of which may be empty. */
const soonest = `SELECT min(ms) FROM (
  SELECT min(closes_ms) AS ms FROM visits
  UNION ALL SELECT min(exhausts_ms) FROM visits WHERE exhausts_ms IS NOT NULL
  UNION ALL SELECT min(until_ms) FROM presence
  UNION ALL SELECT min(until_ms) FROM visitors_inside)`;

export class Deadlines {
  readonly #soonest: Database.Statement<[], number | null>;
  readonly #closing: Database.Statement<[], VisitRow>;
  readonly #exhausting: Database.Statement<[], VisitRow>;
  readonly #presence: Database.Statement<[], PresenceRow>;
  readonly #visitor: Database.Statement<[], VisitorInside>;

  constructor(db: Database.Database) {
    this.#soonest = db.prepare<[], number | null>(soonest).pluck();
    this.#closing = db.prepare(`SELECT ${visitColumns} FROM visits ORDER BY closes_ms, id LIMIT 1`);
    this.#exhausting = db.prepare(
      `SELECT ${visitColumns} FROM visits WHERE exhausts_ms IS NOT NULL ORDER BY exhausts_ms, id LIMIT 1`,
    );
    this.#presence = db.prepare(`SELECT ${presenceColumns} FROM presence ORDER BY until_ms, customer LIMIT 1`);
    this.#visitor = db.prepare(
      'SELECT visitor, host, space, until_ms AS untilMs, owner FROM visitors_inside ORDER BY until_ms, visitor LIMIT 1',
    );
  }

  /** When anything falls due next, UTC milliseconds; null: nothing does. */
  soonestMs(): number | null {
    return this.#soonest.get() ?? null;
  }

  /** The soonest cut-off or exhaustion of an open visit; at the same instant the cut-off. */
  visit(): VisitDue | undefined {
    const closing = this.#closing.get();
    const exhausting = this.#exhausting.get();
    if (exhausting?.exhaustsMs != null && (closing === undefined || exhausting.exhaustsMs < closing.closesMs)) {
      return { atMs: exhausting.exhaustsMs, visit: visitOf(exhausting), kind: 'exhausted' };
    }
    return closing && { atMs: closing.closesMs, visit: visitOf(closing), kind: 'cut-off' };
  }

  presence(): Presence | undefined {
    const row = this.#presence.get();
    return row && presenceOf(row);
  }

  visitor(): VisitorInside | undefined {
    return this.#visitor.get();
  }
}
