// The door as a pure state machine (rules.md section 6): state × input → state, records and lock. Deadlines are data.
// Guarantee: the lock is free only inside a grant's or a command's release, the mode `unlocked`, a request-to-exit or a fire;
// what is recorded of a change comes before it.

import type { EventDraft, EventType, JsonObject } from '../event.ts';
import { closed, judged, nextAlarm, opened } from './alarms.ts';
import {
  firstEnd,
  inForce,
  nothingSet,
  type SetMode,
  type Setting,
  sameInForce,
  setMode,
  withoutEnded,
} from './modes.ts';
import {
  type DoorSettings,
  type DoorState,
  type DoorTime,
  type Grant,
  isFreed,
  maxAwaiting,
  type Untaken,
} from './state.ts';

export type DoorInput =
  /** A tap was granted. `grant` null: it repeats one that was told of already (rules.md O7). */
  | { readonly do: 'grant'; readonly forMs: number; readonly grant: Grant | null }
  /** The command `unlock`: one release. Refused in lockdown. */
  | { readonly do: 'unlock'; readonly forMs: number }
  /** The command `lock`: ends a release, not a request-to-exit. */
  | { readonly do: 'lock' }
  /** The command `mode`, to anything but `controlled`. Refused in lockdown. */
  | { readonly do: 'set'; readonly mode: SetMode; readonly setting: Setting }
  /** The command `mode: controlled`: the door goes back to its schedule. */
  | { readonly do: 'give-back'; readonly by: string }
  /** Whether the schedule would hold the door open now. */
  | { readonly do: 'schedule'; readonly runs: boolean }
  /** The first granted entry inside the hours of a schedule that waits for one. */
  | { readonly do: 'entered' }
  /** `atMs`, also below: when it happened, since boot, where that was before it is told; at most the door's own lag before. */
  | { readonly do: 'contact'; readonly open: boolean; readonly atMs?: number }
  | { readonly do: 'request-to-exit'; readonly active: boolean; readonly atMs?: number }
  /** `from`: the access point whose fire input it is. */
  | { readonly do: 'fire'; readonly from: string; readonly active: boolean; readonly atMs?: number }
  | { readonly do: 'tamper'; readonly active: boolean }
  /** Time has passed: whatever fell due is done. */
  | { readonly do: 'tick' };

export interface DoorStep {
  readonly state: DoorState;
  /** In order, before the lock moves. */
  readonly records: readonly EventDraft[];
  /** Why the input was not taken; the state is then as time alone made it. */
  readonly refused: 'lockdown' | null;
}

export interface DoorDeadline {
  /** Milliseconds since boot; null: nothing waits on that side. */
  readonly sinceBootMs: number | null;
  /** UTC milliseconds. */
  readonly wallMs: number | null;
}

type Change = Pick<DoorStep, 'state' | 'records'>;

/**
 * One input at one instant.
 * @param mayFree false: nothing can be recorded, and the door is to stay shut then. No mode that would free it comes into
 * force; what is set stays, for the next step.
 */
export function stepDoor(
  before: DoorState,
  input: DoorInput,
  settings: DoorSettings,
  time: DoorTime,
  mayFree = true,
): DoorStep {
  const due = fallDue(before, settings, time);
  const refused = isRefused(due.state, input) ? 'lockdown' : null;
  const { id } = settings;
  const taken = refused === null ? apply(due.state, input, settings, time) : { state: due.state, records: [] };
  const moded = withInForce(taken.state, causeOf(input), id, time, mayFree);
  const done = followed(due.state, moded.state, settings, time.sinceBootMs, instantOf(input, time));
  // An opening of which is heard late may be overdue.
  const late = fallDue(done.state, settings, time);
  const records = [...due.records, ...taken.records, ...moded.records, ...done.records, ...late.records];
  return { state: withLock(late.state), records, refused };
}

/** When the door next changes by itself. */
export function doorDeadline(state: DoorState, settings: DoorSettings): DoorDeadline {
  return { sinceBootMs: nextDue(state, settings, null)?.atMs ?? null, wallMs: firstEnd(state.settings) };
}

/** Only `mode: controlled` ends a lockdown; meanwhile nothing else that is commanded frees the door or sets a mode. */
function isRefused({ settings }: DoorState, input: DoorInput): boolean {
  if (settings.lockdown === null) return false;
  return input.do === 'unlock' || (input.do === 'set' && input.mode !== 'lockdown');
}

function apply(state: DoorState, input: DoorInput, settings: DoorSettings, time: DoorTime): Change {
  const nowMs = time.sinceBootMs;
  switch (input.do) {
    case 'grant':
      return only(awaited(released(state, nowMs + input.forMs), input.grant));
    case 'unlock':
      return only(released(state, nowMs + input.forMs));
    case 'lock':
      return only({ ...state, releasedUntilMs: null });
    case 'set':
      return only(set(state, input.mode, input.setting));
    case 'give-back':
      return only({ ...state, settings: nothingSet });
    case 'schedule':
      return only({ ...state, scheduled: input.runs });
    case 'entered':
      return only({ ...state, entryMs: time.wallMs });
    case 'contact': {
      const atMs = instantOf(input, time);
      return toldOf(input.open ? opened(state, atMs, settings, time) : closed(state, time), settings.id);
    }
    case 'request-to-exit':
      return requestToExit(state, input.active, settings, nowMs);
    case 'fire':
      return fire(state, input.from, input.active, settings.id);
    case 'tamper': {
      if (input.active === state.tampered) return only(state);
      return {
        state: { ...state, tampered: input.active },
        records: [record(settings.id, 'tamper', { active: input.active })],
      };
    }
    case 'tick':
      return only(state);
  }
}

/** A door that is to be shut ends what was released, also where it was to be shut before. */
function set(state: DoorState, mode: SetMode, setting: Setting): DoorState {
  const settings = setMode(state.settings, mode, setting);
  return mode === 'unlocked' ? { ...state, settings } : { ...state, settings, releasedUntilMs: null };
}

function released(state: DoorState, untilMs: number): DoorState {
  return { ...state, releasedUntilMs: Math.max(state.releasedUntilMs ?? untilMs, untilMs) };
}

/** A door that stands open, or whose contact says nothing, does not tell who came through. */
function awaited(state: DoorState, grant: Grant | null): DoorState {
  if (grant === null || state.contact !== 'closed') return state;
  return { ...state, awaiting: [...state.awaiting, grant].slice(-maxAwaiting) };
}

function requestToExit(state: DoorState, active: boolean, { id, unlockTimeMs }: DoorSettings, nowMs: number): Change {
  if (active === state.requestToExit) return only(state);
  if (!active) return only({ ...state, requestToExit: false });
  const exitUntilMs = Math.max(state.exitUntilMs ?? 0, nowMs + unlockTimeMs);
  return { state: { ...state, requestToExit: true, exitUntilMs }, records: [record(id, 'rex.activated')] };
}

function fire(state: DoorState, from: string, active: boolean, id: string): Change {
  if (state.fires.includes(from) === active) return only(state);
  const others = state.fires.filter((one) => one !== from);
  const records = [record(id, active ? 'fire.activated' : 'fire.cleared', from === id ? {} : { from })];
  return { state: { ...state, fires: active ? [...others, from].sort() : others }, records };
}

/** What is in force after the input, and after what ended by itself; a door that is shut to all ends what was released. */
function withInForce(state: DoorState, cause: string, id: string, time: DoorTime, mayFree: boolean): Change {
  const settings = withoutEnded(state.settings, time.wallMs);
  const ended = settings !== state.settings;
  const found = inForce(settings, state.scheduled, time, ended ? 'until' : cause);
  if (!mayFree && found.mode === 'unlocked' && state.inForce.mode !== 'unlocked') return only(state);
  if (sameInForce(state.inForce, found)) return only(ended ? { ...state, settings } : state);
  const { mode, by, untilMs } = found;
  const until = untilMs === null ? {} : { until: new Date(untilMs).toISOString() };
  const shut = mode === 'lockdown' || mode === 'locked';
  const next: DoorState = { ...state, settings, inForce: found, ...(shut ? { releasedUntilMs: null } : {}) };
  return { state: next, records: [record(id, 'accesspoint.mode', { mode, by, ...until })] };
}

/** What ends a mode where nothing else takes its place: a clock that is not known any more counts as the schedule's. */
function causeOf(input: DoorInput): string {
  return input.do === 'give-back' ? input.by : 'schedule';
}

/** When what it tells of happened. */
function instantOf(input: DoorInput, { sinceBootMs }: DoorTime): number {
  return 'atMs' in input && input.atMs !== undefined ? Math.min(input.atMs, sinceBootMs) : sinceBootMs;
}

/**
 * What follows from a change, whatever made it.
 * @param sinceMs when what made it happened, where that was before it was told.
 */
function followed(before: DoorState, after: DoorState, settings: DoorSettings, atMs: number, sinceMs = atMs): Change {
  // At a door that stands free to all it says nothing that nobody opened it yet.
  const standsFree = after.inForce.mode === 'unlocked' || after.fires.length > 0;
  let state: DoorState = standsFree && after.awaiting.length > 0 ? { ...after, awaiting: [] } : after;
  if (before.releasedUntilMs !== null && state.releasedUntilMs === null && state.awaiting.length > 0) {
    const ended = state.awaiting.map((grant) => ({ grant, endedAtMs: atMs }));
    state = { ...state, awaiting: [], untaken: [...state.untaken, ...ended].slice(-maxAwaiting) };
  }
  const freed = isFreed(state);
  if (isFreed(before) && !freed) state = { ...state, releaseBeganAtMs: state.freedAtMs, releaseEndedAtMs: atMs };
  if (!isFreed(before) && freed) state = { ...state, freedAtMs: sinceMs };
  // The door is released again: it warns anew when it is left open after that.
  if (freed && state.alarm === 'pre-alarm') state = { ...state, alarm: null };
  return settings.contactLagMs === 0 ? notTaken(state, settings, atMs) : only(state);
}

/** Nobody opened in those releases, and by now their contact would have told. */
function notTaken(state: DoorState, { id, contactLagMs }: DoorSettings, nowMs: number): Change {
  const isOver = ({ endedAtMs }: Untaken): boolean => endedAtMs + contactLagMs <= nowMs;
  const over = state.untaken.filter(isOver);
  if (over.length === 0) return only(state);
  const records = over.map(({ grant }): EventDraft => ({ type: 'access.not-taken', accessPoint: id, ...grant }));
  return { state: { ...state, untaken: state.untaken.filter((one) => !isOver(one)) }, records };
}

interface NextDue extends Change {
  readonly atMs: number;
}

/** What time alone does next, and when. @param time null: only when is asked. */
function nextDue(state: DoorState, settings: DoorSettings, time: DoorTime | null): NextDue | null {
  const { releasedUntilMs, exitUntilMs, unjudgedMs } = state;
  const alarm = nextAlarm(state, settings);
  const dues: NextDue[] = [];
  if (releasedUntilMs !== null) dues.push({ atMs: releasedUntilMs, ...only({ ...state, releasedUntilMs: null }) });
  if (exitUntilMs !== null) dues.push({ atMs: exitUntilMs, ...only({ ...state, exitUntilMs: null }) });
  if (unjudgedMs !== null) {
    const change = time === null ? only(state) : toldOf(judged(state, time), settings.id);
    dues.push({ atMs: unjudgedMs + settings.exitLagMs, ...change });
  }
  for (const { endedAtMs } of state.untaken.slice(0, 1)) {
    const atMs = endedAtMs + settings.contactLagMs;
    dues.push({ atMs, ...notTaken(state, settings, atMs) });
  }
  if (alarm !== null) {
    const type = alarm.alarm === 'held' ? 'door.held' : 'door.pre-alarm';
    dues.push({ atMs: alarm.atMs, state: { ...state, alarm: alarm.alarm }, records: [record(settings.id, type)] });
  }
  return dues.reduce<NextDue | null>((first, due) => (first === null || due.atMs < first.atMs ? due : first), null);
}

/** Does what fell due, each at its own instant. */
function fallDue(before: DoorState, settings: DoorSettings, time: DoorTime): Change {
  let state = before;
  const records: EventDraft[] = [];
  const next = (): NextDue | null => nextDue(state, settings, time);
  for (let due = next(); due !== null && due.atMs <= time.sinceBootMs; due = next()) {
    const done = followed(state, due.state, settings, due.atMs);
    records.push(...due.records, ...done.records);
    state = done.state;
  }
  return { state, records };
}

function toldOf({ state, types }: ReturnType<typeof judged>, id: string): Change {
  return { state, records: types.map((type) => record(id, type)) };
}

function withLock(state: DoorState): DoorState {
  const lock = isFreed(state) ? 'unlocked' : 'locked';
  return state.lock === lock ? state : { ...state, lock };
}

function only(state: DoorState): Change {
  return { state, records: [] };
}

function record(accessPoint: string, type: EventType, data: JsonObject = {}): EventDraft {
  return { type, accessPoint, data };
}
