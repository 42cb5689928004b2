// The visits of one person and business day, which are renamed together: whoever sums the people of a day counts as many as before, and
// nothing ties one day of somebody to the next.

import { businessDayAt } from '../../../access/time/business-day.ts';
import { currentSite } from '../merge/site.ts';
import type { OfficeStore } from '../store/open.ts';
import { ProvedVisits } from '../visits/proved.ts';

export interface VisitPlace {
  readonly visit: string;
  readonly customer: string;
  readonly space: string;
  readonly fromMs: number;
}

const aroundMs = 50 * 3_600_000;

export class VisitDays {
  readonly #store: OfficeStore;
  readonly #proved: ProvedVisits;

  constructor(store: OfficeStore) {
    this.#store = store;
    this.#proved = new ProvedVisits(store);
  }

  place(visit: string): VisitPlace | undefined {
    return this.#store.db
      .prepare<[string], VisitPlace>('SELECT visit, customer, space, from_ms AS fromMs FROM visits WHERE visit = ?')
      .get(visit);
  }

  /** The visit, or the one that stands in the table for it. */
  standing(visit: string): VisitPlace | undefined {
    for (const one of this.#proved.withOthers(visit)) {
      const place = this.place(one);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** With those of which another one stands in the table. */
  around({ customer, space, fromMs }: VisitPlace): string[] {
    const near = this.#store.db
      .prepare<[string, number, number], VisitPlace>(
        `SELECT visit, customer, space, from_ms AS fromMs FROM visits
         WHERE customer = ? AND from_ms > ? AND from_ms < ? ORDER BY from_ms, visit`,
      )
      .all(customer, fromMs - aroundMs, fromMs + aroundMs);
    const { spaces } = currentSite(this.#store);
    const dayOf = (id: string, ms: number): string =>
      businessDayAt(spaces.get(id) ?? { timeZone: 'UTC', dailyCutOff: '00:00' }, ms).label;
    const day = dayOf(space, fromMs);
    const same = near.filter((one) => dayOf(one.space, one.fromMs) === day);
    return [...new Set(same.flatMap(({ visit }) => this.#proved.withOthers(visit)))];
  }

  /** Passes of these visits that the document does not have. */
  passesUnknown(visits: readonly string[]): string[] {
    return this.#store.db
      .prepare<[string], string>(
        `SELECT DISTINCT p.value FROM visits v, json_each(v.passes) p
         WHERE v.visit IN (SELECT value FROM json_each(?)) AND p.value NOT GLOB 'erased-*'
         AND NOT EXISTS (SELECT 1 FROM records WHERE kind = 'passes' AND id = p.value)`,
      )
      .pluck()
      .all(JSON.stringify(visits));
  }
}
