// Section 6 as far as a tap meets it: the mode of a door by rank, what commands set and end, when its schedule holds it open.
// Nothing waits for anything here: what holds is asked anew at each minute, and at each instant that somebody named.

import type { AccessPoint, DoorCommand, Mode, UnlockSchedule } from './document.ts';
import { type Door, spaceOf, tell, type World } from './state.ts';
import { addDays, dateAt, inSlots, isOpen, minuteMs, minutesOf, offsetMs } from './wall.ts';

export interface InForce {
  readonly mode: Mode;
  /** As an access record says it; empty where the door decides. */
  readonly reason: 'command' | 'schedule' | '';
  readonly by: string | null;
  readonly until: number | null;
}

const nameOf = ({ mode, reason, by, until }: InForce): string => `${mode} ${reason} ${by} ${until}`;

const controlled: InForce = { mode: 'controlled', reason: '', by: null, until: null };

export function doorOf(world: World, point: AccessPoint): Door {
  let door = world.doors.get(point.id);
  if (door === undefined) {
    door = { set: [], entries: [], seen: nameOf(controlled), changes: 0 };
    world.doors.set(point.id, door);
  }
  return door;
}

/** Lockdown, locked, override by command, schedule, controlled: the first that is there. */
export function modeOf(world: World, point: AccessPoint, at: number): InForce {
  const { set } = doorOf(world, point);
  const lockdown = set.find(({ mode }) => mode === 'lockdown');
  // The last command counts: who unlocks a door takes back that it was locked.
  const lastUnlocked = set.findLastIndex(({ mode }) => mode === 'unlocked');
  const lastLocked = set.findLastIndex(({ mode }) => mode === 'locked');
  const locked = lastLocked > lastUnlocked ? set[lastLocked] : undefined;
  const inForce = [lockdown, locked, set[lastUnlocked]].find((one) => one !== undefined && at < one.until);
  if (inForce !== undefined) {
    const { mode, by, until } = inForce;
    return { mode, reason: 'command', by, until: until === Number.POSITIVE_INFINITY ? null : until };
  }
  return scheduleHolds(world, point, at)
    ? { mode: 'unlocked', reason: 'schedule', by: 'schedule', until: null }
    : controlled;
}

function schedulesOf(world: World, point: AccessPoint): readonly UnlockSchedule[] {
  return (world.replica.unlockSchedules ?? []).filter(({ accessPoint }) => accessPoint === point.id);
}

function scheduleHolds(world: World, point: AccessPoint, at: number): boolean {
  const schedules = schedulesOf(world, point);
  const space = spaceOf(world, point.space);
  if (schedules.length === 0 || !isOpen(space, at)) return false;
  const { entries } = doorOf(world, point);
  return schedules.some((schedule) => {
    const day = dayOfSlot(schedule, space.timeZone, at);
    if (day === null) return false;
    return schedule.afterFirstEntry !== true || entries.some((one) => dayOfSlot(schedule, space.timeZone, one) === day);
  });
}

/** The date on which the slot that holds the instant began; null: none does. */
function dayOfSlot(schedule: UnlockSchedule, zone: string, at: number): string | null {
  if (!inSlots([schedule], zone, at)) return null;
  const today = dateAt(zone, at);
  const clock = (at + offsetMs(zone, at)) % (24 * 60 * minuteMs);
  return clock >= minutesOf(schedule.from) * minuteMs ? today : addDays(today, -1);
}

/** Somebody was let in: in lockdown that begins nothing, for schedules are suspended. */
export function entered(world: World, point: AccessPoint, at: number): void {
  const door = doorOf(world, point);
  if (door.set.some(({ mode }) => mode === 'lockdown')) return;
  const { timeZone } = spaceOf(world, point.space);
  const waits = schedulesOf(world, point).some(
    (one) => one.afterFirstEntry === true && dayOfSlot(one, timeZone, at) !== null,
  );
  if (waits) door.entries.push(at);
}

/** A command, to one door or to all of a space. */
export function command(world: World, given: DoorCommand, at: number): void {
  const points = world.file.config.accessPoints.filter((point) =>
    given.accessPoint !== undefined ? given.accessPoint === point.id : given.space === point.space,
  );
  const fault = points.length === 0 ? unknown(given) : untilFault(given, at);
  const taking = points.filter((point) => fault === null && takes(world, given, point));
  const reason = fault ?? (taking.length < points.length ? 'lockdown' : null);
  if (taking.length > 0) tell(world, at, 'command.applied', { command: given });
  if (reason !== null) tell(world, at, 'command.refused', { command: given, reason });
  if (given.type === 'mode') for (const point of taking) set(doorOf(world, point), given);
  noticeModes(world, at);
}

const unknown = ({ accessPoint }: DoorCommand) =>
  accessPoint === undefined ? 'unknown-space' : 'unknown-access-point';

function untilFault(given: DoorCommand, at: number): string | null {
  if (given.type !== 'mode' || given.until === undefined) return null;
  if (given.mode === 'lockdown' || given.mode === 'controlled') return 'until-not-allowed';
  return Date.parse(given.until) <= at ? 'until-past' : null;
}

/** Only `controlled` ends a lockdown; a release and the other modes are refused meanwhile. */
function takes(world: World, given: DoorCommand, point: AccessPoint): boolean {
  if (!doorOf(world, point).set.some(({ mode }) => mode === 'lockdown')) return true;
  return given.type === 'lock' || (given.type === 'mode' && (given.mode === 'controlled' || given.mode === 'lockdown'));
}

function set(door: Door, { mode, by, until }: DoorCommand & { readonly type: 'mode' }): void {
  if (mode === 'controlled') door.set = [];
  else door.set.push({ mode, by, until: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until) });
}

/** Looks at every door: what is in force there, and whether that is something new. */
export function noticeModes(world: World, at: number): void {
  for (const point of world.file.config.accessPoints) {
    const door = doorOf(world, point);
    const inForce = modeOf(world, point, at);
    const seen = nameOf(inForce);
    if (seen === door.seen) continue;
    door.seen = seen;
    door.changes += 1;
    const { mode, by } = inForce;
    tell(world, at, 'accesspoint.mode', { mode, ...(by === null ? {} : { by }) }, { accessPoint: point.id });
  }
}

/** The instants up to `to` at which a mode may change by itself: whole minutes where there are schedules, ends of overrides. */
export function modeInstants(world: World, from: number, to: number): readonly number[] {
  const instants = [...world.doors.values()].flatMap((door) => door.set.map(({ until }) => until));
  if ((world.replica.unlockSchedules ?? []).length > 0) {
    for (let at = Math.floor(from / minuteMs) * minuteMs + minuteMs; at <= to; at += minuteMs) instants.push(at);
  }
  return [...new Set(instants)].filter((at) => from < at && at <= to).sort((a, b) => a - b);
}
