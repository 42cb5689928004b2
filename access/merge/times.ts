// When what a record says happened, as far as that is known now. A clock that was set later shows when what was recorded before it
// was, by the time since boot (rules.md section 4): each end moves records by the last `clock.stepped` of their boot, as their own
// controller moves its visits. What lies far ahead of a clock that is believed is kept, and not looked at before its time.

import type { Anchor } from '../time/trusted-time.ts';
import { stepMs } from '../visit/shown.ts';
import { bootHolder, type SharedRecord } from './record.ts';

/** Clocks of a site that are right are nearer to each other. */
export const farAheadMs = 10 * 60_000;

export interface KnownTimes {
  /** What the time is here, UTC milliseconds; null: that is not known. */
  readonly trustedMs: number | null;
  /** The last reading that the controller of the record shared of its boot, once its clock was set; undefined: it was not. */
  readonly anchorOf: (record: SharedRecord) => Anchor | undefined;
}

export interface Timed {
  readonly records: readonly SharedRecord[];
  /** When the next one is to be looked at that is not yet, UTC milliseconds; null: all are. */
  readonly againMs: number | null;
}

type Step = Pick<SharedRecord, 'holder' | 'controller' | 'seq' | 'timeMs' | 'sinceBootMs'>;

/** The last time that the controller of the record set its clock in the record's boot, to a time that is right. */
export function lastAnchor(steps: readonly Step[], { boot, controller }: SharedRecord): Anchor | undefined {
  const own = steps.filter((step) => step.holder === bootHolder(boot) && step.controller === controller);
  const last = own.sort((a, b) => a.sinceBootMs - b.sinceBootMs || a.seq - b.seq).at(-1);
  return last && { wallMs: last.timeMs, boot, sinceBootMs: last.sinceBootMs };
}

export function timed(records: readonly SharedRecord[], { trustedMs, anchorOf }: KnownTimes): Timed {
  const moved = records.map((record) => shownBy(record, anchorOf(record)));
  if (trustedMs === null) return { records: moved, againMs: null };
  const ahead = moved.filter(({ timeMs }) => timeMs > trustedMs + farAheadMs);
  if (ahead.length === 0) return { records: moved, againMs: null };
  const againMs = ahead.reduce((least, { timeMs }) => Math.min(least, timeMs - farAheadMs), Number.POSITIVE_INFINITY);
  return { records: moved.filter((record) => !ahead.includes(record)), againMs };
}

/** A record behind the reading was made with the clock as it is: what it is slewed by since moves nothing. */
function shownBy(record: SharedRecord, anchor: Anchor | undefined): SharedRecord {
  const { timeMs, boot, sinceBootMs } = record;
  if (anchor === undefined || anchor.boot !== boot || sinceBootMs >= anchor.sinceBootMs) return record;
  const movedMs = Math.round(anchor.wallMs - anchor.sinceBootMs - (timeMs - sinceBootMs));
  return Math.abs(movedMs) < stepMs ? record : { ...record, timeMs: timeMs + movedMs, movedMs };
}
