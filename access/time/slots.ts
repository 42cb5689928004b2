// Weekly slots as instants (rules.md section 4): a slot is [from, to) on the wall clock of a zone, `00:00` as `to` is the
// end of the day, `to` <= `from` wraps and belongs to the weekday it starts on. Membership is what the wall clock shows,
// in an overlap twice.

import type { Slot } from '../model.ts';
import { isTimeOfDay, minuteOfTime, weekdayOfDay } from './date.ts';
import type { Zone } from './zone.ts';

/** A stretch [startMs, endMs) of instants. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

const dayMs = 86_400_000;
const minutesOfDay = 1440;
const maxKeptDays = 800;

/** Kept per list of slots: lists live as long as the replica revision they came with. */
const kept = new WeakMap<readonly Slot[], Map<string, readonly Interval[]>>();

/** The instants of civil day `day` that are inside the slots: merged, in order. No slots: the whole day. */
export function slotsOfDay(zone: Zone, slots: readonly Slot[], day: number): readonly Interval[] {
  let days = kept.get(slots);
  if (days === undefined) {
    days = new Map();
    kept.set(slots, days);
  }
  const key = `${zone.id} ${day}`;
  let intervals = days.get(key);
  if (intervals === undefined) {
    if (days.size >= maxKeptDays) days.clear();
    intervals = compute(zone, slots, day);
    days.set(key, intervals);
  }
  return intervals;
}

/** Whether the instant is inside the slots; no slots: always. */
export function inSlots(zone: Zone, slots: readonly Slot[], ms: number): boolean {
  if (slots.length === 0) return true;
  return slotsOfDay(zone, slots, zone.dayAt(ms)).some((i) => i.startMs <= ms && ms < i.endMs);
}

/** Where the slots, which contain `ms`, stop containing: at most `limitMs`. Slots that touch are one stretch. */
export function slotsEnd(zone: Zone, slots: readonly Slot[], ms: number, limitMs: number): number {
  if (slots.length === 0) return limitMs;
  let endMs = ms;
  for (let day = zone.dayAt(ms); endMs < limitMs; day++) {
    const reachedMs = endMs;
    for (const i of slotsOfDay(zone, slots, day)) if (i.startMs <= endMs && i.endMs > endMs) endMs = i.endMs;
    if (endMs === reachedMs && zone.firstInstant(day + 1, 0) > endMs) break;
  }
  return Math.min(endMs, limitMs);
}

function compute(zone: Zone, slots: readonly Slot[], day: number): readonly Interval[] {
  const today = weekdayOfDay(day);
  const yesterday = weekdayOfDay(day - 1);
  const found: Interval[] = slots.length === 0 ? onWall(zone, day, 0, minutesOfDay) : [];
  for (const slot of slots) {
    // One that contradicts itself is never: what it stands in is not valid, or open, by it.
    if (!isTimeOfDay(slot.from) || !isTimeOfDay(slot.to)) continue;
    const from = minuteOfTime(slot.from);
    const to = minuteOfTime(slot.to);
    const wraps = to !== 0 && to <= from;
    if (slot.days.includes(today)) found.push(...onWall(zone, day, from, wraps || to === 0 ? minutesOfDay : to));
    if (wraps && slot.days.includes(yesterday)) found.push(...onWall(zone, day, 0, to));
  }
  return merge(found);
}

/** The instants at which the wall clock shows minutes [from, to) of that civil day. */
function onWall(zone: Zone, day: number, from: number, to: number): Interval[] {
  const startWallMs = day * dayMs + from * 60_000;
  const endWallMs = day * dayMs + to * 60_000;
  const found: Interval[] = [];
  for (const span of zone.spans(startWallMs - 2 * dayMs, endWallMs + 2 * dayMs)) {
    const startMs = Math.max(startWallMs - span.offsetMs, span.startMs);
    const endMs = Math.min(endWallMs - span.offsetMs, span.endMs);
    if (startMs < endMs) found.push({ startMs, endMs });
  }
  return found;
}

function merge(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const next of intervals.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = merged.at(-1);
    if (last !== undefined && next.startMs <= last.endMs) {
      merged[merged.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, next.endMs) };
    } else merged.push(next);
  }
  return merged;
}
