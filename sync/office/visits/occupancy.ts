// How full a space was: per quarter of an hour, civil day or Monday-based week of its zone. A day with a change of clocks has 23 or
// 25 hours, and as many quarters. As a stream over visits in the order of their beginning.

import type { Space } from '../../../access/model.ts';
import { zoneOf } from '../../../access/time/zone.ts';
import { OfficeError } from '../error.ts';
import type { OfficeStore } from '../store/open.ts';

export type OccupancyUnit = 'quarter' | 'day' | 'week';
export const occupancyUnits: readonly OccupancyUnit[] = ['quarter', 'day', 'week'];

export interface OccupancyLine {
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
  /** Visits that were open at some time in it. */
  readonly visits: number;
  /** The most that were open at once. */
  readonly most: number;
  /** Minutes of all of them together, rounded down. */
  readonly minutes: number;
}

interface Slot {
  readonly fromMs: number;
  readonly toMs: number;
  visits: number;
  most: number;
  insideMs: number;
}

/** Lines of one answer, at most. */
export const maxSlots = 10_000;
const quarterMs = 900_000;
/** No visit is open for longer: a day of 25 hours, and the night that a late cut-off lasts. */
const longestMs = 50 * 3_600_000;

/** @throws OfficeError `bad-filter` */
export function occupancy(
  { db }: OfficeStore,
  space: Space,
  unit: OccupancyUnit,
  range: { readonly fromMs: number; readonly toMs: number; readonly nowMs: number },
): OccupancyLine[] {
  const slots = slotsOf(space, unit, range.fromMs, range.toMs);
  const [first, last] = [slots[0], slots.at(-1)];
  if (first === undefined || last === undefined) return [];
  const rows = db
    .prepare<[string, number, number, number], { readonly fromMs: number; readonly toMs: number | null }>(
      `SELECT from_ms AS fromMs, to_ms AS toMs FROM visits
       WHERE space = ? AND from_ms >= ? AND from_ms < ? AND (to_ms IS NULL OR to_ms > ?) ORDER BY from_ms`,
    )
    .iterate(space.id, first.fromMs - longestMs, last.toMs, first.fromMs);
  const ends: number[] = [];
  let reached = -1;
  const reach = (ms: number): void => {
    for (let next = slots[reached + 1]; next !== undefined && next.fromMs <= ms; next = slots[reached + 1]) {
      dropEnded(ends, next.fromMs);
      next.most = ends.length;
      reached += 1;
    }
    dropEnded(ends, ms);
  };
  for (const { fromMs, toMs } of rows) {
    const endMs = toMs ?? Math.max(range.nowMs, fromMs);
    reach(fromMs);
    if (endMs > fromMs) insert(ends, endMs);
    const now = slots[reached];
    if (now !== undefined && fromMs < now.toMs) now.most = Math.max(now.most, ends.length);
    spread(slots, Math.max(reached, 0), fromMs, endMs);
  }
  reach(last.toMs - 1);
  return slots.map(({ fromMs, toMs, visits, most, insideMs }) => ({
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    visits,
    most,
    minutes: Math.floor(insideMs / 60_000),
  }));
}

function spread(slots: readonly Slot[], from: number, fromMs: number, endMs: number): void {
  for (let index = from; index < slots.length; index++) {
    const slot = slots[index];
    if (slot === undefined || slot.fromMs > endMs) return;
    if (slot.fromMs === endMs && endMs > fromMs) return;
    slot.visits += 1;
    slot.insideMs += Math.max(Math.min(endMs, slot.toMs) - Math.max(fromMs, slot.fromMs), 0);
  }
}

/** Whole slots that touch the range. */
function slotsOf({ timeZone }: Space, unit: OccupancyUnit, fromMs: number, toMs: number): Slot[] {
  const zone = zoneOf(timeZone);
  const slots: Slot[] = [];
  const add = (startMs: number, endMs: number): void => {
    if (slots.length >= maxSlots) {
      throw new OfficeError('bad-filter', `more than ${maxSlots} lines: ask for a shorter time, or for days or weeks`);
    }
    slots.push({ fromMs: startMs, toMs: endMs, visits: 0, most: 0, insideMs: 0 });
  };
  if (unit === 'quarter') {
    for (let ms = Math.floor(fromMs / quarterMs) * quarterMs; ms < toMs; ms += quarterMs) add(ms, ms + quarterMs);
    return slots;
  }
  const step = unit === 'day' ? 1 : 7;
  const today = zone.dayAt(fromMs);
  // Day 0 is a Thursday.
  const firstDay = unit === 'day' ? today : today - ((((today + 3) % 7) + 7) % 7);
  for (let day = firstDay; zone.firstInstant(day, 0) < toMs; day += step) {
    add(zone.firstInstant(day, 0), zone.firstInstant(day + step, 0));
  }
  return slots;
}

/** In order of time. */
function insert(ends: number[], ms: number): void {
  let low = 0;
  for (let high = ends.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  ends.splice(low, 0, ms);
}

function dropEnded(ends: number[], ms: number): void {
  let count = 0;
  while (count < ends.length && (ends[count] ?? 0) <= ms) count += 1;
  if (count > 0) ends.splice(0, count);
}
