// First in and last out of each person on each business day of a space, and how long they were inside: what payroll asks for. As a
// stream: no more than the people of two days are in memory.

import { businessDayAt } from '../../../access/time/business-day.ts';
import { currentSite } from '../merge/site.ts';
import type { OfficeStore } from '../store/open.ts';
import { conditionsOf, type RangeFilter, whereOf } from './filter.ts';

export interface DayLine {
  /** Label of the business day; of a space that the document does not list any more, the date in UTC. */
  readonly day: string;
  readonly space: string;
  readonly customer: string;
  /** ISO 8601, UTC. */
  readonly firstIn: string;
  /** null while they are inside. */
  readonly lastOut: string | null;
  /** The end is the cut-off's: they may have left before. */
  readonly auto: boolean;
  readonly visits: number;
  /** Inside, without the times between visits: whole seconds of each visit, together rounded up to the minute. Up to now while inside. */
  readonly minutes: number;
}

interface Row {
  readonly customer: string;
  readonly space: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly auto: number;
}

interface Day {
  readonly label: string;
  readonly endMs: number;
  readonly space: string;
  readonly customer: string;
  readonly firstMs: number;
  lastMs: number | null;
  auto: boolean;
  visits: number;
  seconds: number;
}

/** By the end of the business day, then by who came first. A range should hold whole days: of others the first may lack its morning. */
export function* days(store: OfficeStore, nowMs: number, filter: RangeFilter = {}): Generator<DayLine, void> {
  const { spaces } = currentSite(store);
  const to = conditionsOf(store, filter);
  const rows = store.db.prepare<(string | number)[], Row>(
    `SELECT customer, space, from_ms AS fromMs, to_ms AS toMs, auto FROM visits ${whereOf(to)} ORDER BY from_ms, visit`,
  );
  const open = new Map<string, Day>();
  let nextEndMs = Number.POSITIVE_INFINITY;
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  for (const row of rows.iterate(...to.values)) {
    if (row.fromMs >= nextEndMs) {
      for (const line of ended(open, row.fromMs)) {
        if (left-- <= 0) return;
        yield line;
      }
      nextEndMs = [...open.values()].reduce((least, { endMs }) => Math.min(least, endMs), Number.POSITIVE_INFINITY);
    }
    const listed = spaces.get(row.space) ?? { timeZone: 'UTC', dailyCutOff: '00:00' };
    const { label, endMs } = businessDayAt(listed, row.fromMs);
    const key = `${row.space} ${row.customer}`;
    const day = open.get(key) ?? startOf(row, label, endMs);
    open.set(key, day);
    nextEndMs = Math.min(nextEndMs, day.endMs);
    count(day, row, nowMs);
  }
  for (const line of ended(open, Number.POSITIVE_INFINITY)) {
    if (left-- <= 0) return;
    yield line;
  }
}

function startOf({ customer, space, fromMs }: Row, label: string, endMs: number): Day {
  return { label, endMs, space, customer, firstMs: fromMs, lastMs: fromMs, auto: false, visits: 0, seconds: 0 };
}

function count(day: Day, { fromMs, toMs, auto }: Row, nowMs: number): void {
  day.visits += 1;
  day.seconds += Math.max(Math.floor(((toMs ?? nowMs) - fromMs) / 1000), 0);
  if (toMs === null || day.lastMs === null) day.lastMs = null;
  else if (toMs >= day.lastMs) {
    day.lastMs = toMs;
    day.auto = auto === 1;
  }
}

/** Days that are over at that instant: whoever comes then comes on another. */
function* ended(open: Map<string, Day>, ms: number): Generator<DayLine, void> {
  for (const [key, day] of open) {
    if (day.endMs > ms) continue;
    open.delete(key);
    yield {
      day: day.label,
      space: day.space,
      customer: day.customer,
      firstIn: new Date(day.firstMs).toISOString(),
      lastOut: day.lastMs === null ? null : new Date(day.lastMs).toISOString(),
      auto: day.auto,
      visits: day.visits,
      minutes: Math.ceil(day.seconds / 60),
    };
  }
}
