// What happened here and no replica knows yet, asked by a decision: one indexed, prepared statement a question.

import type Database from 'better-sqlite3';
import type { Catalogue } from '../../access/catalogue.ts';
import type {
  Holder,
  Inside,
  LocalFacts,
  LocalUse,
  Presence,
  Proposal,
  Visit,
  VisitorInside,
} from '../../access/facts.ts';
import type { PlanUsage } from '../../access/model.ts';
import type { Attempts, PersonInside, WaitingAt, Whereabouts } from '../../access/site-rules/state.ts';
import type { Catalogues } from './catalogues.ts';
import { SiteRuleRows } from './site-rules.ts';
import { type PresenceRow, presenceColumns, presenceOf, type VisitRow, visitColumns, visitOf } from './visit-row.ts';

/** Of an open visit, or of one that the cut-off closed and a presence waits with; the visit is asked for twice. */
export const catalogueOfVisit = `SELECT catalogue FROM visits WHERE id = ?
  UNION ALL SELECT closed_catalogue FROM presence WHERE closed_visit = ? AND closed_catalogue IS NOT NULL LIMIT 1`;

const useColumns = 'pass, customer, business_day AS businessDay, minutes';

/** Of a day pass that was used twice, where controllers were cut off from each other, the first use comes last: it holds. */
const useOrder = 'business_day DESC, time_ms DESC, controller DESC, epoch DESC, seq DESC';

export class JournalFacts implements LocalFacts {
  readonly #catalogues: Catalogues;
  readonly #openVisit: Database.Statement<[string], VisitRow>;
  readonly #catalogueHash: Database.Statement<[string, string], string>;
  readonly #presence: Database.Statement<[string], PresenceRow>;
  readonly #visitorInside: Database.Statement<[string], VisitorInside>;
  readonly #useOfOne: Database.Statement<[string], LocalUse>;
  readonly #useOfMany: Database.Statement<[string], LocalUse>;
  readonly #planUse: Database.Statement<[string], PlanUsage>;
  readonly #proposals: Database.Statement<[string, string], Proposal>;
  readonly #inside: Database.Statement<[], Inside>;
  readonly #rules: SiteRuleRows;

  constructor(db: Database.Database, catalogues: Catalogues) {
    this.#catalogues = catalogues;
    this.#rules = new SiteRuleRows(db);
    this.#openVisit = db.prepare(`SELECT ${visitColumns} FROM visits WHERE customer = ?`);
    this.#catalogueHash = db.prepare<[string, string], string>(catalogueOfVisit).pluck();
    this.#presence = db.prepare(`SELECT ${presenceColumns} FROM presence WHERE customer = ?`);
    this.#visitorInside = db.prepare(
      `SELECT space, since_ms AS sinceMs, boot, since_boot_ms AS sinceBootMs FROM visitors_inside WHERE visitor = ?`,
    );
    this.#useOfOne = db.prepare(`SELECT ${useColumns} FROM pass_use WHERE pass = ? ORDER BY ${useOrder}`);
    this.#useOfMany = db.prepare(
      `SELECT ${useColumns} FROM pass_use WHERE pass IN (SELECT value FROM json_each(?)) ORDER BY ${useOrder}`,
    );
    this.#planUse = db.prepare('SELECT customer, day, minutes FROM plan_use WHERE customer = ? ORDER BY seq');
    this.#proposals = db.prepare(
      `SELECT customer, business_day AS businessDay, time_pass AS timePass, remaining_minutes AS remainingMinutes
       FROM proposals WHERE customer = ? AND business_day = ? ORDER BY id`,
    );
    this.#inside = db.prepare(
      `SELECT id AS visit, customer, pass_id AS pass FROM visits WHERE coverage IN ('pass', 'pay-as-you-go')
       ORDER BY from_ms, id`,
    );
  }

  openVisit(customer: string): Visit | undefined {
    const row = this.#openVisit.get(customer);
    return row && visitOf(row);
  }

  catalogueOf(visit: string): Catalogue | undefined {
    const hash = this.#catalogueHash.get(visit, visit);
    return hash === undefined ? undefined : this.#catalogues.read(hash);
  }

  presence(customer: string): Presence | undefined {
    const row = this.#presence.get(customer);
    return row && presenceOf(row);
  }

  visitorInside(visitor: string): VisitorInside | undefined {
    return this.#visitorInside.get(visitor);
  }

  localUse(passes: readonly string[]): readonly LocalUse[] {
    const [first] = passes;
    if (first === undefined) return [];
    return passes.length === 1 ? this.#useOfOne.all(first) : this.#useOfMany.all(JSON.stringify(passes));
  }

  planUse(customer: string): readonly PlanUsage[] {
    return this.#planUse.all(customer);
  }

  proposals(customer: string, businessDay: string): readonly Proposal[] {
    return this.#proposals.all(customer, businessDay);
  }

  insideOnPasses(): readonly Inside[] {
    return this.#inside.all();
  }

  whereabouts(holder: Holder): Whereabouts | undefined {
    return this.#rules.whereabouts(holder);
  }

  attempts(reader: string): Attempts | undefined {
    return this.#rules.attempts(reader);
  }

  waitingAt(accessPoint: string): WaitingAt | undefined {
    return this.#rules.waitingAt(accessPoint);
  }

  peopleInside(space: string): readonly PersonInside[] {
    return this.#rules.peopleInside(space);
  }
}
