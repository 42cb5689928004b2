// Who is inside besides open visits: whoever the cut-off checked out and of whom nothing was heard since (presumed inside, rules.md
// section 4), and visitors who arrived and have not departed.

import type { Site } from '../../../access/catalogue.ts';
import { businessDayAt } from '../../../access/time/business-day.ts';
import { currentSite } from '../merge/site.ts';
import type { OfficeStore } from '../store/open.ts';
import { type PresentLine, present } from './query.ts';

/** One line of `cardea office present`: a member's or contact's visit, somebody presumed inside, or a visitor. */
export type InsideLine =
  | PresentLine
  | (Omit<PresentLine, 'kind' | 'coverage'> & { readonly kind: 'presumed' })
  | {
      readonly kind: 'visitor';
      readonly visitor: string;
      readonly name: string;
      readonly host: string | null;
      readonly space: string | null;
      readonly since: string;
      readonly minutes: number;
      readonly controller: string;
    };

/** Nobody is presumed inside for longer than to the cut-off after the next. */
const lookBackMs = 50 * 3_600_000;

/** Open visits by space and time, then who is presumed inside, then visitors. */
export function* inside(store: OfficeStore, nowMs: number, space?: string): Generator<InsideLine, void> {
  yield* present(store, nowMs, space);
  let known: Site | null = null;
  const site = (): Site => {
    known ??= currentSite(store);
    return known;
  };
  yield* presumed(store, site, nowMs, space);
  yield* visitors(store, site, nowMs, space);
}

interface Closed {
  readonly visit: string;
  readonly customer: string;
  readonly name: string;
  readonly space: string;
  readonly toMs: number;
  readonly controller: string;
  readonly accessPoint: string | null;
}

function* presumed(store: OfficeStore, site: () => Site, nowMs: number, space?: string): Generator<InsideLine, void> {
  const closed = store.db
    .prepare<[number, number], Closed>(
      `SELECT v.visit, v.customer, coalesce(json_extract(r.body, '$.name'), v.customer) AS name, v.space, v.to_ms AS toMs,
         v.controller, v.access_point AS accessPoint
       FROM visits v LEFT JOIN records r ON r.kind = 'customers' AND r.id = v.customer
       WHERE v.auto = 1 AND v.to_ms > ? AND v.to_ms <= ?
         AND NOT EXISTS (SELECT 1 FROM visits l WHERE l.customer = v.customer AND l.from_ms >= v.to_ms)
       ORDER BY v.space, v.to_ms, v.visit`,
    )
    .all(nowMs - lookBackMs, nowMs)
    .filter((one) => (space === undefined || one.space === space) && untilMs(site(), one.space, one.toMs) > nowMs);
  if (closed.length === 0) return;
  const gone = goneSince(store, Math.min(...closed.map(({ toMs }) => toMs)));
  for (const { toMs, ...one } of closed) {
    if ((gone.get(one.customer) ?? Number.NEGATIVE_INFINITY) >= toMs) continue;
    yield { kind: 'presumed', ...one, ...sinceThen(toMs, nowMs) };
  }
}

/** Customers of whom a tap showed that they are not inside any more, and when that last was. */
function goneSince({ db }: OfficeStore, sinceMs: number): Map<string, number> {
  const rows = db
    .prepare<[number, number], { readonly customer: string | null; readonly timeMs: number }>(
      `SELECT json_extract(body, '$.data.customer') AS customer, time_ms AS timeMs FROM events
         WHERE type = 'checkout.orphan' AND time_ms >= ?
       UNION ALL
       SELECT json_extract(body, '$.data.holder.id'), time_ms FROM events
         WHERE time_ms >= ? AND instr(body, '"absent":true') > 0 AND type IN ('access.granted', 'access.denied')`,
    )
    .all(sinceMs, sinceMs);
  const gone = new Map<string, number>();
  for (const { customer, timeMs } of rows) {
    if (customer !== null) gone.set(customer, Math.max(gone.get(customer) ?? 0, timeMs));
  }
  return gone;
}

interface VisitorRow {
  readonly visitor: string;
  readonly name: string | null;
  readonly host: string | null;
  readonly space: string | null;
  readonly timeMs: number;
  readonly controller: string;
}

function* visitors({ db }: OfficeStore, site: () => Site, nowMs: number, space?: string): Generator<InsideLine, void> {
  const arrived = db
    .prepare<[number, number], VisitorRow>(
      `SELECT json_extract(e.body, '$.data.visitor') AS visitor, json_extract(r.body, '$.name') AS name,
         json_extract(e.body, '$.data.host') AS host,
         coalesce(json_extract(e.body, '$.data.space'), json_extract(r.body, '$.space')) AS space,
         max(e.time_ms) AS timeMs, e.controller
       FROM events e LEFT JOIN records r ON r.kind = 'visitors' AND r.id = json_extract(e.body, '$.data.visitor')
       WHERE e.type = 'visitor.arrived' AND e.time_ms > ? AND e.time_ms <= ? GROUP BY 1 ORDER BY timeMs, visitor`,
    )
    .all(nowMs - lookBackMs, nowMs);
  if (arrived.length === 0) return;
  const departed = new Map(
    db
      .prepare<[number], [string, number]>(
        `SELECT json_extract(body, '$.data.visitor'), max(time_ms) FROM events
         WHERE type = 'visitor.departed' AND time_ms > ? GROUP BY 1`,
      )
      .raw()
      .all(nowMs - lookBackMs),
  );
  for (const { timeMs, name, ...one } of arrived) {
    if ((departed.get(one.visitor) ?? Number.NEGATIVE_INFINITY) >= timeMs) continue;
    if (one.space !== null && untilMs(site(), one.space, timeMs) <= nowMs) continue;
    if (space !== undefined && one.space !== space) continue;
    yield { kind: 'visitor', ...one, name: name ?? one.visitor, ...sinceThen(timeMs, nowMs) };
  }
}

/** The end of the business day; of a space that is not listed any more, 24 h. */
function untilMs({ spaces }: Site, space: string, ms: number): number {
  const listed = spaces.get(space);
  return listed === undefined ? ms + 86_400_000 : businessDayAt(listed, ms).endMs;
}

function sinceThen(ms: number, nowMs: number): { readonly since: string; readonly minutes: number } {
  return { since: new Date(ms).toISOString(), minutes: Math.max(Math.floor((nowMs - ms) / 60_000), 0) };
}
