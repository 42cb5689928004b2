// What the office knows of visits, read as a stream: a million rows take no more memory than one. While a stream is read,
// its handle can do nothing else: reading commands open one of their own (`openOfficeStore` with mode `read`).

import type { OfficeStore } from '../store/open.ts';
import type { Charge } from './fold.ts';

export interface CheckinFilter {
  /** Visits that begin at or after this instant, UTC milliseconds. */
  readonly fromMs?: number;
  /** Visits that begin before this instant, UTC milliseconds. */
  readonly toMs?: number;
  readonly space?: string;
  readonly customer?: string;
  /** Only visits that are not ended (true), or only ended ones (false). */
  readonly open?: boolean;
  /** Only visits that somebody has to look at: for review, or on a pass that was oversold. */
  readonly review?: boolean;
}

/** One line of `cardea office checkins` (interfaces.md section 1). */
export interface CheckinLine {
  readonly visit: string;
  readonly customer: string;
  readonly space: string;
  /** ISO 8601, UTC. */
  readonly from: string;
  /** null while the visit is open. */
  readonly to: string | null;
  readonly passes: readonly string[];
  /** null while the check-in has not arrived. */
  readonly coverage: string | null;
  readonly auto: boolean;
  readonly charges: readonly Charge[];
  /** Passes on which it began and that were spent elsewhere already (`pass.oversold`), as far as that stands. */
  readonly oversold: readonly string[];
  /** Somebody at the office has to look at it. */
  readonly review: boolean;
}

interface CheckinRow {
  readonly visit: string;
  readonly customer: string;
  readonly space: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly passes: string;
  readonly coverage: string | null;
  readonly auto: number;
  readonly charges: string;
  readonly oversold: string;
  readonly review: number;
}

const isOversold = 'EXISTS (SELECT 1 FROM pass_uses u WHERE u.visit = visits.visit AND u.flag IS NOT NULL)';

/** In order of their beginning. */
export function* checkins({ db }: OfficeStore, filter: CheckinFilter = {}): Generator<CheckinLine, void> {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const where = (condition: string, ...value: readonly (string | number)[]): void => {
    conditions.push(condition);
    values.push(...value);
  };
  if (filter.fromMs !== undefined) where('from_ms >= ?', filter.fromMs);
  if (filter.toMs !== undefined) where('from_ms < ?', filter.toMs);
  if (filter.space !== undefined) where('space = ?', filter.space);
  if (filter.customer !== undefined) where('customer = ?', filter.customer);
  if (filter.open !== undefined) where(filter.open ? 'to_ms IS NULL' : 'to_ms IS NOT NULL');
  if (filter.review === true) where(`(review = 1 OR ${isOversold})`);
  const rows = db.prepare<(string | number)[], CheckinRow>(
    `SELECT visit, customer, space, from_ms AS fromMs, to_ms AS toMs, passes, coverage, auto, charges, review,
       (SELECT json_group_array(u.pass) FROM pass_uses u WHERE u.visit = visits.visit AND u.flag IS NOT NULL) AS oversold
     FROM visits
     ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} ORDER BY from_ms, visit`,
  );
  for (const row of rows.iterate(...values)) {
    yield {
      visit: row.visit,
      customer: row.customer,
      space: row.space,
      from: new Date(row.fromMs).toISOString(),
      to: row.toMs === null ? null : new Date(row.toMs).toISOString(),
      passes: JSON.parse(row.passes) as string[],
      coverage: row.coverage,
      auto: row.auto === 1,
      charges: JSON.parse(row.charges) as Charge[],
      oversold: JSON.parse(row.oversold) as string[],
      review: row.review === 1,
    };
  }
}

/** Someone who is inside, as far as the office has heard. */
export interface PresentLine {
  readonly customer: string;
  /** The customer's name, or the id where the current document does not have them. */
  readonly name: string;
  readonly space: string;
  readonly visit: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** Whole minutes up to now; 0 where the controller's clock is ahead. */
  readonly minutes: number;
  readonly coverage: string | null;
  /** Where they came in. */
  readonly controller: string;
  readonly accessPoint: string | null;
}

type PresentRow = Omit<PresentLine, 'since' | 'minutes'> & { readonly fromMs: number };

/** By space, then since when. */
export function* present({ db }: OfficeStore, nowMs: number): Generator<PresentLine, void> {
  const rows = db.prepare<[], PresentRow>(
    `SELECT v.customer, coalesce(json_extract(r.body, '$.name'), v.customer) AS name, v.space, v.visit,
       v.from_ms AS fromMs, v.coverage, v.controller, v.access_point AS accessPoint
     FROM visits v LEFT JOIN records r ON r.kind = 'customers' AND r.id = v.customer
     WHERE v.to_ms IS NULL ORDER BY v.space, v.from_ms, v.visit`,
  );
  for (const { fromMs, ...row } of rows.iterate()) {
    const minutes = Math.max(Math.floor((nowMs - fromMs) / 60_000), 0);
    yield { ...row, since: new Date(fromMs).toISOString(), minutes };
  }
}
