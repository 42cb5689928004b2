// What each customer used in a time: days and minutes of each pass, time inside on a plan, and minutes that nothing covered. One
// customer at a time is in memory.

import { businessDayAt } from '../../../access/time/business-day.ts';
import { currentSite } from '../merge/site.ts';
import type { OfficeStore } from '../store/open.ts';
import { conditionsOf, type RangeFilter, whereOf } from './filter.ts';
import type { Usage } from './fold.ts';

export interface UsedLine {
  readonly customer: string;
  /** null: no pass; `coverage` then says what it was. */
  readonly pass: string | null;
  /** `uncovered`: no pass that was held covers it. */
  readonly coverage: 'pass' | 'plan' | 'none-needed' | 'uncovered';
  readonly visits: number;
  /** Business days on which it was used. */
  readonly days: number;
  /** Of a day pass 0. */
  readonly minutes: number;
}

interface Row {
  readonly customer: string;
  readonly space: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly coverage: string | null;
  readonly usage: string;
  readonly uncoveredMinutes: number;
}

interface Sum {
  readonly pass: string | null;
  readonly coverage: UsedLine['coverage'];
  readonly days: Set<string>;
  visits: number;
  minutes: number;
}

/** By customer, then pass. Of visits that have ended. */
export function* used(store: OfficeStore, filter: RangeFilter = {}): Generator<UsedLine, void> {
  const { spaces } = currentSite(store);
  const to = conditionsOf(store, filter);
  to.conditions.push('to_ms IS NOT NULL');
  const rows = store.db.prepare<(string | number)[], Row>(
    `SELECT customer, space, from_ms AS fromMs, to_ms AS toMs, coverage, usage, uncovered_minutes AS uncoveredMinutes
     FROM visits ${whereOf(to)} ORDER BY customer, from_ms, visit`,
  );
  let customer: string | null = null;
  let sums = new Map<string, Sum>();
  for (const row of rows.iterate(...to.values)) {
    if (row.customer !== customer) {
      if (customer !== null) yield* linesOf(customer, sums);
      customer = row.customer;
      sums = new Map();
    }
    const listed = spaces.get(row.space) ?? { timeZone: 'UTC', dailyCutOff: '00:00' };
    add(sums, row, businessDayAt(listed, row.fromMs).label);
  }
  if (customer !== null) yield* linesOf(customer, sums);
}

function add(sums: Map<string, Sum>, row: Row, day: string): void {
  const of = (coverage: Sum['coverage'], pass: string | null, on: string, minutes: number): void => {
    const key = `${pass ?? ''} ${coverage}`;
    const sum = sums.get(key) ?? { pass, coverage, days: new Set(), visits: 0, minutes: 0 };
    sums.set(key, sum);
    sum.days.add(on);
    sum.visits += 1;
    sum.minutes += minutes;
  };
  for (const { pass, businessDay = day, minutes = 0 } of JSON.parse(row.usage) as Usage[]) {
    of('pass', pass, businessDay, minutes);
  }
  if (row.coverage === 'plan' || row.coverage === 'none-needed') {
    of(row.coverage, null, day, Math.ceil(Math.floor((row.toMs - row.fromMs) / 1000) / 60));
  }
  if (row.uncoveredMinutes > 0) of('uncovered', null, day, row.uncoveredMinutes);
}

function* linesOf(customer: string, sums: ReadonlyMap<string, Sum>): Generator<UsedLine, void> {
  for (const [, { pass, coverage, visits, days, minutes }] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
    yield { customer, pass, coverage, visits, days: days.size, minutes };
  }
}
