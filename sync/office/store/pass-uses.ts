// The table of uses of passes: made of the visits' records, and made anew with them.

import type Database from 'better-sqlite3';
import type { VisitUse } from '../merge/uses.ts';
import type { OfficeStore } from './open.ts';

interface Row {
  readonly pass: string;
  readonly visit: string;
  readonly office: number;
  readonly customer: string;
  readonly businessDay: string | null;
  readonly minutes: number;
  readonly controller: string;
  readonly epoch: string;
  readonly seq: number;
  readonly timeMs: number;
  readonly revision: number | null;
  readonly remaining: number | null;
  readonly flag: string | null;
}

const columns = `pass, visit, office, customer, business_day AS businessDay, minutes, controller, epoch, seq,
  time_ms AS timeMs, revision, remaining, flag`;

export class PassUses {
  readonly #ofVisit: Database.Statement<[string], Row>;
  readonly #ofPass: Database.Statement<[string], Row>;
  readonly #flagged: Database.Statement<[number], string>;
  readonly #drop: Database.Statement<[string]>;
  readonly #put: Database.Statement<(string | number | null)[]>;

  constructor({ db }: OfficeStore) {
    this.#ofVisit = db.prepare(`SELECT ${columns} FROM pass_uses WHERE visit = ? ORDER BY pass, office`);
    this.#ofPass = db.prepare(`SELECT ${columns} FROM pass_uses WHERE pass = ? ORDER BY visit, office`);
    this.#flagged = db
      .prepare<[number], string>(
        'SELECT DISTINCT pass FROM pass_uses WHERE flag IS NOT NULL AND time_ms >= ? ORDER BY pass',
      )
      .pluck();
    this.#drop = db.prepare('DELETE FROM pass_uses WHERE visit = ?');
    this.#put = db.prepare(
      `INSERT OR REPLACE INTO pass_uses (pass, visit, office, customer, business_day, minutes, controller, epoch, seq, time_ms,
         revision, remaining, flag) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  ofVisit(visit: string): VisitUse[] {
    return this.#ofVisit.all(visit).map(useOf);
  }

  ofPass(pass: string): VisitUse[] {
    return this.#ofPass.all(pass).map(useOf);
  }

  /** Passes of which a use since then is flagged. */
  flagged(sinceMs: number): string[] {
    return this.#flagged.all(sinceMs);
  }

  /** Inside the caller's transaction: these are all of the visit. */
  replace(visit: string, uses: readonly VisitUse[]): void {
    this.#drop.run(visit);
    for (const use of uses) {
      const { controller, epoch, seq, timeMs } = use.place;
      const begin = [use.pass, visit, Number(use.office), use.customer, use.businessDay, use.minutes];
      this.#put.run(...begin, controller, epoch, seq, timeMs, use.revision, use.remaining, use.flag);
    }
  }
}

function useOf({ office, controller, epoch, seq, timeMs, ...same }: Row): VisitUse {
  return { ...same, office: office === 1, place: { controller, epoch, seq, timeMs } };
}
