// Records of customers that belong to no visit: check-ins that were rejected, ways out of somebody who was not checked in.

import type { OfficeStore } from '../store/open.ts';
import { type Asked, asked, customersInTeam, limitOf, type RangeFilter } from './filter.ts';

export interface RareLine {
  readonly customer: string;
  readonly space: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Why it was rejected; null: of an orphan. */
  readonly reason: string | null;
  readonly controller: string;
  readonly accessPoint: string | null;
}

interface Row extends Omit<RareLine, 'at'> {
  readonly timeMs: number;
}

/** In order of time. Poisoned records are none. */
export function* rareEvents(
  { db }: OfficeStore,
  type: 'checkin.rejected' | 'checkout.orphan',
  filter: RangeFilter,
): Generator<RareLine, void> {
  const { fromMs, toMs, space, customer, team } = filter;
  const to: Asked = { conditions: [`type = '${type}'`], values: [] };
  if (fromMs !== undefined) asked(to, 'time_ms >= ?', fromMs);
  if (toMs !== undefined) asked(to, 'time_ms < ?', toMs);
  if (space !== undefined) asked(to, "json_extract(body, '$.data.space') = ?", space);
  if (customer !== undefined) asked(to, "json_extract(body, '$.data.customer') = ?", customer);
  if (team !== undefined) asked(to, `json_extract(body, '$.data.customer') IN (${customersInTeam})`, team);
  const rows = db.prepare<(string | number)[], Row>(
    `SELECT json_extract(body, '$.data.customer') AS customer, json_extract(body, '$.data.space') AS space, time_ms AS timeMs,
       json_extract(body, '$.data.reason') AS reason, controller, json_extract(body, '$.accessPoint') AS accessPoint
     FROM events WHERE ${to.conditions.join(' AND ')} ORDER BY time_ms, controller, epoch, seq
     ${limitOf(filter)}`,
  );
  for (const { timeMs, ...row } of rows.iterate(...to.values)) {
    if (typeof row.customer !== 'string' || typeof row.space !== 'string') continue;
    yield { ...row, at: new Date(timeMs).toISOString() };
  }
}
