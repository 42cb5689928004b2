// The records of one person out of all journals that the office keeps, as controllers share them. Read for acts, which are few: no
// index of persons is kept for them.

import type { EventType } from '../../../access/event.ts';
import type { SharedEvent, SharedRecord } from '../../../access/merge/record.ts';
import { readShared } from '../../protocol/shared-data.ts';
import type { OfficeStore } from '../store/open.ts';

/** Taps that can still say where somebody is: as far back as anybody is presumed inside. */
export const presenceMs = 50 * 3_600_000;

const visitTypes = ['checkin.recorded', 'checkout.recorded', 'pass.oversold'] satisfies EventType[];

/** @param nowMs taps long before are not looked at */
export function sharedRecords({ db }: OfficeStore, customer: string, nowMs: number): SharedRecord[] {
  const ofVisits = db
    .prepare<[string], string>(
      `SELECT e.body FROM visits v JOIN events e ON e.visit = v.visit
       WHERE v.customer = ? AND e.type IN (${visitTypes.map((type) => `'${type}'`).join(', ')})`,
    )
    .pluck()
    .all(customer);
  const sinceMs = nowMs - presenceMs;
  const orphans = db
    .prepare<[number, string], string>(
      `SELECT body FROM events WHERE type = 'checkout.orphan' AND time_ms >= ? AND json_extract(body, '$.data.customer') = ?`,
    )
    .pluck()
    .all(sinceMs, customer);
  const taps = db
    .prepare<[number, string], string>(
      `SELECT body FROM events WHERE time_ms >= ? AND type IN ('access.granted', 'access.denied')
       AND json_extract(body, '$.data.holder.id') = ?`,
    )
    .pluck()
    .all(sinceMs, customer);
  return [...ofVisits, ...orphans, ...taps].flatMap((body) => {
    const read = readShared(JSON.parse(body) as SharedEvent);
    return read === null || read === 'malformed' || read.holder !== `customer:${customer}` ? [] : [read];
  });
}
