// When a door is unlocked by its schedule (rules.md section 6): inside a slot of it, in the space's zone, while the space is
// open; one with `afterFirstEntry` from the first granted entry inside its hours on.

import type { Site } from '../catalogue.ts';
import { isOpen } from '../entry/opening.ts';
import type { Slot, Space, UnlockSchedule } from '../model.ts';
import { isTimeOfDay, minuteOfTime, weekdayOfDay } from '../time/date.ts';
import { inSlots, slotsOfDay } from '../time/slots.ts';
import { type Zone, zoneOf } from '../time/zone.ts';

export interface ScheduledDoor {
  readonly id: string;
  readonly space: string;
}

/** A slot as a list, the same one each time: what is computed of a list is kept by it. */
const lists = new WeakMap<UnlockSchedule, readonly Slot[]>();

function listOf(schedule: UnlockSchedule): readonly Slot[] {
  let list = lists.get(schedule);
  if (list === undefined) {
    list = [schedule];
    lists.set(schedule, list);
  }
  return list;
}

interface Found {
  readonly space: Space;
  readonly zone: Zone;
  readonly schedules: readonly UnlockSchedule[];
}

function find(site: Site, { id, space: spaceId }: ScheduledDoor): Found | null {
  const schedules = site.schedulesAt.get(id) ?? [];
  const space = schedules.length === 0 ? undefined : site.spaces.get(spaceId);
  return space === undefined ? null : { space, zone: zoneOf(space.timeZone), schedules };
}

/**
 * Whether a schedule holds the door open.
 * @param entryMs the last entry that began a schedule, UTC milliseconds; null: none did.
 */
export function scheduleRuns(site: Site, door: ScheduledDoor, entryMs: number | null, ms: number): boolean {
  const found = find(site, door);
  if (found === null || !isOpen(found.space, ms)) return false;
  const { zone, schedules } = found;
  return schedules.some((schedule) => {
    const startMs = occurrenceStart(zone, schedule, ms);
    return startMs !== null && (!schedule.afterFirstEntry || isEntered(zone, schedule, startMs, entryMs));
  });
}

/** Whether a granted entry now is the first inside the hours of a schedule that waits for one. */
export function beginsSchedule(site: Site, door: ScheduledDoor, entryMs: number | null, ms: number): boolean {
  const found = find(site, door);
  if (found === null) return false;
  return found.schedules.some((schedule) => {
    const startMs = schedule.afterFirstEntry ? occurrenceStart(found.zone, schedule, ms) : null;
    return startMs !== null && !isEntered(found.zone, schedule, startMs, entryMs);
  });
}

/**
 * Whether the entry fell into the occurrence that began at `startMs`. A clock that is set back behind the entry takes nothing
 * away from it; an entry that a wrong clock put into another occurrence began nothing of this one.
 */
function isEntered(zone: Zone, schedule: UnlockSchedule, startMs: number, entryMs: number | null): boolean {
  return entryMs !== null && occurrenceStart(zone, schedule, entryMs) === startMs;
}

/**
 * The next instant at which the answer of `scheduleRuns` can change by itself, a day and a bit ahead at most; null: the
 * door has no schedule.
 */
export function nextScheduleEdge(site: Site, door: ScheduledDoor, ms: number): number | null {
  const found = find(site, door);
  if (found === null) return null;
  const { zone, space, schedules } = found;
  const today = zone.dayAt(ms);
  // Closures begin and end at midnight.
  const edges = [zone.firstInstant(today + 1, 0), zone.firstInstant(today + 2, 0)];
  // Where one day's hours touch the next's the door stays in them, and yet one that waits for an entry waits anew.
  for (const { afterFirstEntry, days, from } of schedules) {
    if (!afterFirstEntry || !isTimeOfDay(from)) continue;
    const begins = [today, today + 1].filter((day) => days.includes(weekdayOfDay(day)));
    for (const day of begins) edges.push(zone.firstInstant(day, minuteOfTime(from)));
  }
  for (const list of [space.openingHours, ...schedules.map(listOf)]) {
    for (const day of [today, today + 1]) {
      for (const { startMs, endMs } of slotsOfDay(zone, list, day)) edges.push(startMs, endMs);
    }
  }
  return Math.min(...edges.filter((edge) => edge > ms));
}

/** Where the slot's occurrence that holds the instant began; null: none holds it. */
function occurrenceStart(zone: Zone, schedule: UnlockSchedule, ms: number): number | null {
  if (!inSlots(zone, listOf(schedule), ms)) return null;
  const from = minuteOfTime(schedule.from);
  const today = zone.dayAt(ms);
  const startMs = zone.firstInstant(today, from);
  // A slot that wraps belongs to the weekday on which it starts.
  const beganToday = schedule.days.includes(weekdayOfDay(today)) && startMs <= ms;
  return beganToday ? startMs : zone.firstInstant(today - 1, from);
}
