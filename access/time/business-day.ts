// Business days: from the space's daily cut-off on date D to the cut-off on D+1, kept as instants (rules.md, head).

import type { Space } from '../model.ts';
import { dateOfDay, minuteOfTime } from './date.ts';
import { zoneOf } from './zone.ts';

/** [startMs, endMs), named by the date of its start. */
export interface BusinessDay {
  readonly label: string;
  readonly startMs: number;
  readonly endMs: number;
}

const maxKept = 4096;
const kept = new Map<string, BusinessDay>();
/** The day that was asked for last, per space: nearly every question is about the same one. Days do not overlap. */
const latest = new WeakMap<object, BusinessDay>();

/** The business day of the space that holds the instant. */
export function businessDayAt(space: Pick<Space, 'timeZone' | 'dailyCutOff'>, ms: number): BusinessDay {
  const last = latest.get(space);
  if (last !== undefined && last.startMs <= ms && ms < last.endMs) return last;
  const found = findBusinessDay(space, ms);
  latest.set(space, found);
  return found;
}

function findBusinessDay(space: Pick<Space, 'timeZone' | 'dailyCutOff'>, ms: number): BusinessDay {
  const day = zoneOf(space.timeZone).dayAt(ms);
  const today = businessDay(space, day);
  if (ms < today.startMs) return businessDay(space, day - 1);
  return ms < today.endMs ? today : businessDay(space, day + 1);
}

function businessDay(space: Pick<Space, 'timeZone' | 'dailyCutOff'>, day: number): BusinessDay {
  const key = `${space.timeZone} ${space.dailyCutOff} ${day}`;
  let found = kept.get(key);
  if (found === undefined) {
    const zone = zoneOf(space.timeZone);
    const minute = minuteOfTime(space.dailyCutOff);
    found = {
      label: dateOfDay(day),
      startMs: zone.firstInstant(day, minute),
      endMs: zone.firstInstant(day + 1, minute),
    };
    if (kept.size >= maxKept) kept.clear();
    kept.set(key, found);
  }
  return found;
}
