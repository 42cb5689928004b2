// What the office knows of visits, read as a stream: a million rows take no more memory than one. While a stream is read,
// its handle can do nothing else: reading commands open one of their own (`openOfficeStore` with mode `read`).

import type { OfficeStore } from '../store/open.ts';
import { asked, conditionsOf, limitOf, membership, type RangeFilter, whereOf } from './filter.ts';
import type { Charge, Usage } from './fold.ts';

export interface CheckinFilter extends RangeFilter {
  /** Only visits that are not ended (true), or only ended ones (false). */
  readonly open?: boolean;
  readonly auto?: boolean;
  /** Only visits that somebody is to look at. */
  readonly review?: boolean;
  /** Only visits of which a pass was used twice, and nobody has settled that. */
  readonly oversold?: boolean;
  /** `card`, `qr`, `pin`, `app`, `manual`, `door`. */
  readonly source?: string;
  readonly coverage?: string;
  /** Whether they were members when they came, by the contracts of the current document. */
  readonly kind?: 'member' | 'contact';
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
  readonly source: string | null;
  readonly review: boolean;
  /** Passes that others had used before. */
  readonly oversold: readonly string[];
  /** false: a part of it is covered and charged by nothing. */
  readonly invoiced: boolean;
  readonly uncoveredMinutes: number;
  readonly usage: readonly Usage[];
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
  readonly source: string | null;
  readonly review: number;
  readonly oversold: string;
  readonly invoiced: number;
  readonly uncoveredMinutes: number;
  readonly usage: string;
}

/** In order of their beginning. */
export function* checkins(store: OfficeStore, filter: CheckinFilter = {}): Generator<CheckinLine, void> {
  const to = conditionsOf(store, filter);
  const { open, auto, review, oversold, source, coverage, kind } = filter;
  if (open !== undefined) asked(to, open ? 'to_ms IS NULL' : 'to_ms IS NOT NULL');
  if (auto !== undefined) asked(to, auto ? 'auto = 1' : 'auto = 0');
  if (review !== undefined) asked(to, review ? 'review = 1' : 'review = 0');
  if (oversold !== undefined) asked(to, oversold ? "oversold <> '[]'" : "oversold = '[]'");
  if (source !== undefined) asked(to, 'source = ?', source);
  if (coverage !== undefined) asked(to, 'coverage = ?', coverage);
  const rows = store.db.prepare<(string | number)[], CheckinRow>(
    `SELECT visit, customer, space, from_ms AS fromMs, to_ms AS toMs, passes, coverage, auto, charges, source, review, oversold,
       invoiced, uncovered_minutes AS uncoveredMinutes, usage FROM visits
     ${whereOf(to)} ORDER BY from_ms, visit ${kind === undefined ? limitOf(filter) : ''}`,
  );
  const isMember = kind === undefined ? null : membership(store);
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  for (const row of rows.iterate(...to.values)) {
    if (isMember !== null && isMember(row.customer, row.space, row.fromMs) !== (kind === 'member')) continue;
    if (left-- <= 0) return;
    yield lineOf(row);
  }
}

function lineOf(row: CheckinRow): CheckinLine {
  return {
    visit: row.visit,
    customer: row.customer,
    space: row.space,
    from: new Date(row.fromMs).toISOString(),
    to: row.toMs === null ? null : new Date(row.toMs).toISOString(),
    passes: listOf<string>(row.passes),
    coverage: row.coverage,
    auto: row.auto === 1,
    charges: listOf<Charge>(row.charges),
    source: row.source,
    review: row.review === 1,
    oversold: listOf<string>(row.oversold),
    invoiced: row.invoiced === 1,
    uncoveredMinutes: row.uncoveredMinutes,
    usage: listOf<Usage>(row.usage),
  };
}

/** Most lists are empty: reading them costs nothing then. */
function listOf<Item>(text: string): Item[] {
  return text === '[]' ? [] : (JSON.parse(text) as Item[]);
}

/** Someone who is inside, as far as the office has heard. */
export interface PresentLine {
  readonly kind: 'visit';
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

type PresentRow = [
  customer: string,
  name: string,
  space: string,
  visit: string,
  fromMs: number,
  coverage: string | null,
  controller: string,
  accessPoint: string | null,
];

/** By space, then since when. Read at once: those who are inside fit into it, and into memory. */
export function present({ db }: OfficeStore, nowMs: number, space?: string): PresentLine[] {
  const rows = db.prepare<string[], PresentRow>(
    `SELECT v.customer, coalesce(json_extract(r.body, '$.name'), v.customer) AS name, v.space, v.visit,
       v.from_ms AS fromMs, v.coverage, v.controller, v.access_point AS accessPoint
     FROM visits v LEFT JOIN records r ON r.kind = 'customers' AND r.id = v.customer
     WHERE v.to_ms IS NULL ${space === undefined ? '' : 'AND v.space = ?'} ORDER BY v.space, v.from_ms, v.visit`,
  );
  return rows
    .raw()
    .all(...(space === undefined ? [] : [space]))
    .map(presentLine);

  function presentLine(row: unknown): PresentLine {
    const [customer, name, where, visit, fromMs, coverage, controller, accessPoint] = row as PresentRow;
    return {
      kind: 'visit',
      customer,
      name,
      space: where,
      visit,
      since: new Date(fromMs).toISOString(),
      minutes: Math.max(Math.floor((nowMs - fromMs) / 60_000), 0),
      coverage,
      controller,
      accessPoint,
    };
  }
}
