// What the office knows of the journals that a merge of their records asks for: whose a pass is, how far the document counts, and how
// clocks were set.

import type { MergeContext } from '../../../access/merge/plan.ts';
import type { SharedEvent, SharedRecord } from '../../../access/merge/record.ts';
import { lastAnchor } from '../../../access/merge/times.ts';
import type { Includes } from '../../../access/model.ts';
import { readShared } from '../../protocol/shared-data.ts';
import { ownerOf } from '../merge/facts.ts';
import type { OfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';

type Settings = Pick<MergeContext, 'includes' | 'ownerOf' | 'coveredMs' | 'anchorOf' | 'trustedMs'>;

/** @param sinceMs clocks that were set before move no record that still matters */
export function mergeSettings(store: OfficeStore, nowMs: number, sinceMs: number): Settings {
  const records = new Records(store);
  const included = [...records.bodies('includes')].map((body) => JSON.parse(body) as Includes);
  const through = new Map(included.map((one) => [one.epoch, one.through]));
  const steps = clockSteps(store, sinceMs);
  return {
    includes: (epoch, seq) => (through.get(epoch) ?? 0) >= seq,
    ownerOf: (pass) => ownerOf(records, pass),
    coveredMs: (controller) => coveredMs(store, controller, included),
    anchorOf: (record) => lastAnchor(steps, record),
    trustedMs: nowMs,
  };
}

function coveredMs({ db }: OfficeStore, controller: string, included: readonly Includes[]): number | null {
  const time = db
    .prepare<[string, string, number], number | null>(
      'SELECT time_ms FROM events WHERE controller = ? AND epoch = ? AND seq <= ? AND time_ms IS NOT NULL ORDER BY seq DESC LIMIT 1',
    )
    .pluck();
  const times = included
    .filter((one) => one.controller === controller)
    .map(({ epoch, through }) => time.get(controller, epoch, through) ?? null)
    .filter((ms) => ms !== null);
  return times.length === 0 ? null : Math.max(...times);
}

function clockSteps({ db }: OfficeStore, sinceMs: number): SharedRecord[] {
  const bodies = db
    .prepare<[number], string>(`SELECT body FROM events WHERE time_ms >= ? AND type = 'clock.stepped'`)
    .pluck()
    .all(sinceMs);
  return bodies.flatMap((body) => {
    const read = readShared(JSON.parse(body) as SharedEvent);
    return read === null || read === 'malformed' ? [] : [read];
  });
}
