// The door as a pure state machine (rules.md section 6): state × input → state and effects. Deadlines are data, on the
// monotonic side: a step of the wall clock never lengthens a release.
// Guarantee: the lock is released only inside a release, a pressed request-to-exit or the mode `unlocked`.

import type { Mode } from '../entry/tap.ts';
import type { EventType } from '../event.ts';

export interface DoorSettings {
  /** Still open this long after the later of its opening and the end of the last release: held. null: no contact. */
  readonly heldAfterMs: number | null;
  /** How long a request-to-exit frees the door, at the least. */
  readonly unlockTimeMs: number;
}

/** All instants are milliseconds since boot. */
export interface DoorState {
  readonly mode: Mode;
  readonly contact: 'open' | 'closed' | null;
  readonly releasedUntilMs: number | null;
  readonly requestToExit: boolean;
  readonly openedAtMs: number;
  readonly releaseEndedAtMs: number;
  readonly alarm: 'forced' | 'held' | null;
  readonly lock: 'locked' | 'unlocked';
}

export type DoorInput =
  | { readonly do: 'release'; readonly forMs: number }
  | { readonly do: 'secure' }
  | { readonly do: 'contact'; readonly open: boolean }
  | { readonly do: 'request-to-exit'; readonly active: boolean }
  | { readonly do: 'mode'; readonly mode: Mode }
  /** Time has passed: whatever fell due is done. */
  | { readonly do: 'tick' };

export interface DoorStep {
  readonly state: DoorState;
  readonly records: readonly EventType[];
}

export const closedDoor: DoorState = {
  mode: 'controlled',
  contact: null,
  releasedUntilMs: null,
  requestToExit: false,
  openedAtMs: 0,
  releaseEndedAtMs: 0,
  alarm: null,
  lock: 'locked',
};

/** One input at one instant. Records come before the outputs that follow from the new state. */
export function stepDoor(state: DoorState, input: DoorInput, settings: DoorSettings, nowMs: number): DoorStep {
  const due = fallDue(state, settings, nowMs);
  const done = input.do === 'tick' ? { state: due.state, records: [] } : apply(due.state, input, settings, nowMs);
  return { state: locked(done.state), records: [...due.records, ...done.records] };
}

/** When the door next changes by itself; null: it does not. */
export function doorDeadline(state: DoorState, settings: DoorSettings): number | null {
  const heldMs = heldAt(state, settings);
  if (state.releasedUntilMs === null) return heldMs;
  return heldMs === null ? state.releasedUntilMs : Math.min(heldMs, state.releasedUntilMs);
}

function apply(
  state: DoorState,
  input: Exclude<DoorInput, { do: 'tick' }>,
  settings: DoorSettings,
  nowMs: number,
): DoorStep {
  switch (input.do) {
    case 'release': {
      const untilMs = Math.max(state.releasedUntilMs ?? 0, nowMs + input.forMs);
      return { state: { ...state, releasedUntilMs: untilMs }, records: [] };
    }
    case 'secure':
      return { state: endRelease(state, nowMs), records: [] };
    case 'contact':
      return input.open ? opened(state, nowMs) : closed(state, nowMs);
    case 'request-to-exit':
      return requestToExit(state, input.active, settings, nowMs);
    case 'mode': {
      const ends = state.mode === 'unlocked' && input.mode !== 'unlocked';
      return { state: { ...state, mode: input.mode, ...(ends ? { releaseEndedAtMs: nowMs } : {}) }, records: [] };
    }
  }
}

function opened(state: DoorState, nowMs: number): DoorStep {
  if (state.contact === 'open') return { state, records: [] };
  // A door that is found open at the start was not forced now.
  const forced = state.contact === 'closed' && !isReleased(state);
  const next: DoorState = { ...state, contact: 'open', openedAtMs: nowMs, alarm: forced ? 'forced' : null };
  return { state: next, records: forced ? ['door.opened', 'door.forced'] : ['door.opened'] };
}

function closed(state: DoorState, nowMs: number): DoorStep {
  if (state.contact !== 'open') return { state: { ...state, contact: 'closed' }, records: [] };
  const records: EventType[] = state.alarm === null ? ['door.closed'] : ['door.closed', 'door.secured'];
  // Opened and closed: the release is over before its time.
  const next: DoorState = { ...endRelease(state, nowMs), contact: 'closed', alarm: null };
  return { state: next, records };
}

function requestToExit(state: DoorState, active: boolean, settings: DoorSettings, nowMs: number): DoorStep {
  if (active === state.requestToExit) return { state, records: [] };
  if (!active) return { state: { ...state, requestToExit: false, releaseEndedAtMs: nowMs }, records: [] };
  const untilMs = Math.max(state.releasedUntilMs ?? 0, nowMs + settings.unlockTimeMs);
  return { state: { ...state, requestToExit: true, releasedUntilMs: untilMs }, records: ['rex.activated'] };
}

function fallDue(state: DoorState, settings: DoorSettings, nowMs: number): DoorStep {
  let next = state;
  if (next.releasedUntilMs !== null && next.releasedUntilMs <= nowMs) {
    next = { ...next, releasedUntilMs: null, releaseEndedAtMs: next.releasedUntilMs };
  }
  const heldMs = heldAt(next, settings);
  if (heldMs === null || heldMs > nowMs) return { state: next, records: [] };
  return { state: { ...next, alarm: 'held' }, records: ['door.held'] };
}

/** A forced door has its own alarm and does not become held; unlocked mode and a pressed request-to-exit are releases. */
function heldAt(state: DoorState, { heldAfterMs }: DoorSettings): number | null {
  if (heldAfterMs === null || state.contact !== 'open' || state.alarm !== null || isReleased(state)) return null;
  return Math.max(state.openedAtMs, state.releaseEndedAtMs) + heldAfterMs;
}

function endRelease(state: DoorState, nowMs: number): DoorState {
  return state.releasedUntilMs === null ? state : { ...state, releasedUntilMs: null, releaseEndedAtMs: nowMs };
}

function isReleased(state: DoorState): boolean {
  return state.mode === 'unlocked' || state.requestToExit || state.releasedUntilMs !== null;
}

function locked(state: DoorState): DoorState {
  const lock = isReleased(state) ? 'unlocked' : 'locked';
  return state.lock === lock ? state : { ...state, lock };
}
