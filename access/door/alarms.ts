// What an open door comes to (rules.md section 6): forced, about to be held, held, secured again. A forced door has its own
// alarm and is never held; while a fire frees the door nothing new is told.

import type { EventType } from '../event.ts';
import { type DoorSettings, type DoorState, type DoorTime, isFreed, type Opening, wasFreed } from './state.ts';

interface Told {
  readonly state: DoorState;
  readonly types: readonly EventType[];
}

/** @param atMs when it was opened: what counts is whether a release ran then. */
export function opened(state: DoorState, atMs: number, { exitLagMs }: DoorSettings, time: DoorTime): Told {
  if (state.contact === 'open' || state.unjudgedMs !== null) return { state, types: [] };
  if (state.found !== null) return { state: foundOpen(state, state.found, time), types: [] };
  // Somebody may have pressed to leave before: that is told as late as its own debounce says.
  const early = state.contact === 'closed' && !wasFreed(state, atMs) && time.sinceBootMs < atMs + exitLagMs;
  if (early) return { state: { ...state, unjudgedMs: atMs }, types: [] };
  return judged({ ...state, unjudgedMs: atMs }, time);
}

/** An opening that waited for its judgement; where none did, nothing. */
export function judged(state: DoorState, time: DoorTime): Told {
  const atMs = state.unjudgedMs;
  if (atMs === null) return { state, types: [] };
  // A door that is found open at the start was not forced now.
  const forced = state.contact === 'closed' && !wasFreed(state, atMs);
  const next: DoorState = {
    ...state,
    contact: 'open',
    unjudgedMs: null,
    openedAtMs: atMs,
    openedWallMs: time.wallMs - (time.sinceBootMs - atMs),
    boot: time.boot,
    alarm: forced ? 'forced' : null,
    awaiting: [],
    untaken: state.untaken.filter(({ endedAtMs }) => endedAtMs <= atMs),
  };
  return { state: next, types: forced ? ['door.opened', 'door.forced'] : ['door.opened'] };
}

/** It stood open when the program ended, and still does: what was told of it is not told again. */
function foundOpen(state: DoorState, found: Opening, { boot, sinceBootMs, wallMs }: DoorTime): DoorState {
  const { sinceMs, sinceWallMs: openedWallMs, freed, alarm } = found;
  // Of another boot only the wall knows how long ago that was.
  const openedAtMs = found.boot === boot ? sinceMs : sinceBootMs - Math.max(wallMs - openedWallMs, 0);
  const releaseEndedAtMs = freed ? sinceBootMs : state.releaseEndedAtMs;
  return { ...state, contact: 'open', found: null, openedAtMs, openedWallMs, boot, releaseEndedAtMs, alarm };
}

/** Opened and closed: what was released is over before its time; a request-to-exit that is still pressed goes on. */
export function closed(before: DoorState, time: DoorTime): Told {
  const { state, types } = judged(before, time);
  const { contact, found } = state;
  const alarm = found === null ? state.alarm : found.alarm;
  if (contact !== 'open' && found === null) return { state: { ...state, contact: 'closed' }, types };
  const alarmed = alarm === 'forced' || alarm === 'held';
  const over = contact === 'open' ? { releasedUntilMs: null, exitUntilMs: null } : {};
  const next: DoorState = { ...state, contact: 'closed', found: null, alarm: null, ...over };
  return { state: next, types: [...types, 'door.closed', ...(alarmed ? (['door.secured'] as const) : [])] };
}

/** What an open door tells next by itself, and when (milliseconds since boot); null: nothing. */
export function nextAlarm(
  state: DoorState,
  { heldAfterMs, preAlarmMs }: DoorSettings,
): { readonly atMs: number; readonly alarm: 'pre-alarm' | 'held' } | null {
  if (heldAfterMs === null || state.contact !== 'open' || isFreed(state)) return null;
  if (state.alarm === 'forced' || state.alarm === 'held') return null;
  const heldMs = Math.max(state.openedAtMs, state.releaseEndedAtMs) + heldAfterMs;
  if (state.alarm === null && preAlarmMs > 0) return { atMs: heldMs - preAlarmMs, alarm: 'pre-alarm' };
  return { atMs: heldMs, alarm: 'held' };
}
