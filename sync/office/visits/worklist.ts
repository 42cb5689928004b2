// What somebody at the office has to look at: passes that were used twice, visits that the cut-off ended, stays that nothing pays
// for, ways out of somebody who was not checked in. What was dealt with is gone from it.

import type { OfficeStore } from '../store/open.ts';
import { conditionsOf, type RangeFilter } from './filter.ts';
import { rareEvents } from './rare.ts';

export type WorkKind = 'oversold' | 'review' | 'not-invoiced' | 'orphan';

export interface WorkLine {
  readonly kind: WorkKind;
  /** null: of an orphan. */
  readonly visit: string | null;
  readonly customer: string;
  readonly space: string;
  /** ISO 8601, UTC: the visit's beginning, or the tap. */
  readonly from: string;
  readonly to: string | null;
  /** Passes that were used before. */
  readonly passes: readonly string[];
  /** Of `not-invoiced`. */
  readonly minutes: number;
}

interface Row {
  readonly visit: string;
  readonly customer: string;
  readonly space: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly review: number;
  readonly reviewed: number;
  readonly invoiced: number;
  readonly oversold: string;
  readonly uncoveredMinutes: number;
}

const work = "(review = 1 OR oversold <> '[]' OR (invoiced = 0 AND reviewed = 0 AND to_ms IS NOT NULL))";

/** Visits in the order of their beginning, then orphans. A visit can stand in it for several reasons. */
export function* worklist(store: OfficeStore, filter: RangeFilter = {}): Generator<WorkLine, void> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  for (const line of allWork(store, filter)) {
    if (left-- <= 0) return;
    yield line;
  }
}

function* allWork(store: OfficeStore, filter: RangeFilter): Generator<WorkLine, void> {
  const to = conditionsOf(store, filter);
  const rows = store.db.prepare<(string | number)[], Row>(
    `SELECT visit, customer, space, from_ms AS fromMs, to_ms AS toMs, review, reviewed, invoiced, oversold,
       uncovered_minutes AS uncoveredMinutes FROM visits INDEXED BY visits_work
     WHERE ${[work, ...to.conditions].join(' AND ')} ORDER BY from_ms, visit`,
  );
  for (const row of rows.iterate(...to.values)) yield* ofVisit(row);
  for (const { customer, space, at } of rareEvents(store, 'checkout.orphan', filter)) {
    yield { kind: 'orphan', visit: null, customer, space, from: at, to: null, passes: [], minutes: 0 };
  }
}

function* ofVisit(row: Row): Generator<WorkLine, void> {
  const { visit, customer, space } = row;
  const to = row.toMs === null ? null : new Date(row.toMs).toISOString();
  const line = { visit, customer, space, from: new Date(row.fromMs).toISOString(), to, passes: [], minutes: 0 };
  const oversold = JSON.parse(row.oversold) as string[];
  if (oversold.length > 0) yield { ...line, kind: 'oversold', passes: oversold };
  if (row.review === 1) yield { ...line, kind: 'review' };
  if (row.invoiced === 0 && row.reviewed === 0 && row.toMs !== null) {
    yield { ...line, kind: 'not-invoiced', minutes: row.uncoveredMinutes };
  }
}
