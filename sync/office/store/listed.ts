// The office's whole record: what every controller's journal has, and its own, in order of time. Read as a stream.

import type { JournalEvent } from '../../../access/event.ts';
import type { OfficeStore } from './open.ts';

export interface ListFilter {
  readonly sinceMs?: number;
  readonly type?: string;
  readonly controller?: string;
  readonly customer?: string;
}

/**
 * Records that are events: neither stand-ins for lost ones nor what is poisoned. A record of the customer is one that names them, as
 * customer or as holder.
 */
export function* listedEvents({ db }: OfficeStore, filter: ListFilter): Generator<JournalEvent, void> {
  const conditions = [`type <> ''`, 'time_ms IS NOT NULL', 'json_valid(body)'];
  const values: (string | number)[] = [];
  const where = (condition: string, ...given: (string | number)[]): void => {
    conditions.push(condition);
    values.push(...given);
  };
  if (filter.sinceMs !== undefined) where('time_ms >= ?', filter.sinceMs);
  if (filter.type !== undefined) where('type = ?', filter.type);
  if (filter.controller !== undefined) where('controller = ?', filter.controller);
  if (filter.customer !== undefined) {
    where(
      `(body ->> '$.data.customer' = ? OR (body ->> '$.data.holder.id' = ? AND body ->> '$.data.holder.kind' = 'customer'))`,
      filter.customer,
      filter.customer,
    );
  }
  const rows = db
    .prepare<(string | number)[], string>(
      `SELECT body FROM events WHERE ${conditions.join(' AND ')} ORDER BY time_ms, controller, epoch, seq`,
    )
    .pluck();
  for (const body of rows.iterate(...values)) {
    const event = JSON.parse(body) as JournalEvent;
    if (typeof event.type === 'string' && typeof event.data === 'object' && event.data !== null) yield event;
  }
}
