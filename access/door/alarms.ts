// What an open door comes to (rules.md section 6): forced, about to be held, held, secured again. A forced door has its own
// alarm and is never held; while a fire frees the door nothing new is told.

import type { EventType } from '../event.ts';
import { type DoorSettings, type DoorState, isFreed } from './state.ts';

interface Told {
  readonly state: DoorState;
  readonly types: readonly EventType[];
}

export function opened(state: DoorState, nowMs: number): Told {
  if (state.contact === 'open') return { state, types: [] };
  // A door that is found open at the start was not forced now.
  const forced = state.contact === 'closed' && !isFreed(state);
  const next: DoorState = {
    ...state,
    contact: 'open',
    openedAtMs: nowMs,
    alarm: forced ? 'forced' : null,
    awaiting: [],
  };
  return { state: next, types: forced ? ['door.opened', 'door.forced'] : ['door.opened'] };
}

/** Opened and closed: what was released is over before its time; a request-to-exit that is still pressed goes on. */
export function closed(state: DoorState): Told {
  if (state.contact !== 'open') return { state: { ...state, contact: 'closed' }, types: [] };
  const alarmed = state.alarm === 'forced' || state.alarm === 'held';
  const next: DoorState = { ...state, contact: 'closed', alarm: null, releasedUntilMs: null, exitUntilMs: null };
  return { state: next, types: alarmed ? ['door.closed', 'door.secured'] : ['door.closed'] };
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
