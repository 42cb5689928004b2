// What a door is at one instant: what is open, what frees it, what somebody set. Plain data; deadlines are milliseconds
// since boot, so that no step of the wall clock moves them.

import type { EventDraft } from '../event.ts';
import { type InForce, nothingSet, type Settings, type WallTime } from './modes.ts';

export interface DoorSettings {
  /** Of the access point. */
  readonly id: string;
  /** Still open this long after the later of its opening and the end of the last release: held. null: no contact. */
  readonly heldAfterMs: number | null;
  /** How long before it is held the door warns; 0: it does not. */
  readonly preAlarmMs: number;
  /** How long a request-to-exit frees the door, at the least. */
  readonly unlockTimeMs: number;
  /** How much later than it happened the contact tells of a change, at the most: its debounce. 0: at once. */
  readonly contactLagMs: number;
  /** The same of the request-to-exit. */
  readonly exitLagMs: number;
}

export interface DoorTime extends WallTime {
  readonly sinceBootMs: number;
  /** Names the boot that `sinceBootMs` counts from. */
  readonly boot: string;
}

/** An `access.granted` that waits for its door to be opened. */
export type Grant = Pick<EventDraft, 'reader' | 'data'>;

/** One that nobody opened for; whether somebody did just before the release ended, the contact tells later. */
export interface Untaken {
  readonly grant: Grant;
  readonly endedAtMs: number;
}

/** A door that stands open, as the next life of the program needs to know of it. */
export interface Opening {
  /** The later of its opening and the end of the last release: from there on it becomes held. Since the boot that is named. */
  readonly sinceMs: number;
  readonly boot: string;
  /** The same on the wall, for a boot after that one: UTC milliseconds. */
  readonly sinceWallMs: number;
  /** Whether something freed it then: what did has ended with the program, if not before. */
  readonly freed: boolean;
  readonly alarm: DoorState['alarm'];
}

/** What of a door outlives the program. */
export interface SavedDoor {
  readonly settings: Settings;
  /** The last entry that began a schedule (`afterFirstEntry`), UTC milliseconds; null: none did. */
  readonly entryMs: number | null;
  /** The mode that was recorded last. */
  readonly inForce: InForce;
  /** null: it stood closed, or nobody knows. */
  readonly opening: Opening | null;
}

export interface DoorState extends Omit<SavedDoor, 'opening'> {
  /** What was saved of a door that stood open, until its contact is read for the first time. */
  readonly found: Opening | null;
  /** Whether the schedule would hold the door open now. */
  readonly scheduled: boolean;
  readonly contact: 'open' | 'closed' | null;
  /** A grant or a command frees the door until then. */
  readonly releasedUntilMs: number | null;
  /** A request-to-exit frees it until then, and while it is pressed. */
  readonly exitUntilMs: number | null;
  readonly requestToExit: boolean;
  /** Ids of the access points whose fire inputs free this door now. */
  readonly fires: readonly string[];
  readonly tampered: boolean;
  readonly openedAtMs: number;
  readonly openedWallMs: number;
  readonly boot: string;
  /** It was opened then while nothing freed it; a request-to-exit from before may still be told of. null: it was not. */
  readonly unjudgedMs: number | null;
  /** When what frees it now, or freed it last, began. */
  readonly freedAtMs: number;
  /** From when to when it was freed last, what frees it now left out. */
  readonly releaseBeganAtMs: number;
  readonly releaseEndedAtMs: number;
  /** The last that was told of a door that is open; null: nothing. */
  readonly alarm: 'forced' | 'pre-alarm' | 'held' | null;
  /** Grants of the release that runs, while nobody has opened; at most 32, the oldest is forgotten. */
  readonly awaiting: readonly Grant[];
  /** Those of releases that ended a moment ago; at most as many. */
  readonly untaken: readonly Untaken[];
  readonly lock: 'locked' | 'unlocked';
}

export const newDoor: SavedDoor = {
  settings: nothingSet,
  entryMs: null,
  inForce: { mode: 'controlled', source: 'none', by: 'start', untilMs: null },
  opening: null,
};

/** A door as it is found: shut as far as is known, with what was saved of it. */
export function foundDoor(saved: SavedDoor): DoorState {
  const { settings, entryMs, inForce, opening } = saved;
  return {
    settings,
    entryMs,
    // What was recorded last, held free by nothing: the first step says what is in force now.
    inForce,
    scheduled: false,
    found: opening,
    contact: null,
    releasedUntilMs: null,
    exitUntilMs: null,
    requestToExit: false,
    fires: [],
    tampered: false,
    openedAtMs: 0,
    openedWallMs: 0,
    boot: '',
    unjudgedMs: null,
    freedAtMs: Number.NEGATIVE_INFINITY,
    releaseBeganAtMs: Number.NEGATIVE_INFINITY,
    releaseEndedAtMs: Number.NEGATIVE_INFINITY,
    alarm: null,
    awaiting: [],
    untaken: [],
    lock: 'locked',
  };
}

export const maxAwaiting = 32;

export function savedOf(state: DoorState): SavedDoor {
  const { settings, entryMs, inForce } = state;
  return { settings, entryMs, inForce, opening: openingOf(state) };
}

function openingOf(state: DoorState): Opening | null {
  const { contact, boot, openedAtMs, releaseEndedAtMs, openedWallMs, alarm } = state;
  if (contact === null) return state.found;
  if (contact === 'closed') return null;
  const sinceMs = Math.max(openedAtMs, releaseEndedAtMs);
  return { sinceMs, boot, sinceWallMs: openedWallMs + sinceMs - openedAtMs, freed: isFreed(state), alarm };
}

/** Whether what is saved of one is what is saved of the other: nothing has to be written then. */
export function sameSaved(a: DoorState, b: DoorState): boolean {
  if (a.settings !== b.settings || a.entryMs !== b.entryMs || a.inForce !== b.inForce) return false;
  const [one, other] = [openingOf(a), openingOf(b)];
  if (one === null || other === null) return one === other;
  return (Object.keys(one) as (keyof Opening)[]).every((key) => one[key] === other[key]);
}

/** Whether a release runs: unlocked mode, a pressed request-to-exit and a fire are releases. */
export function isFreed(state: DoorState): boolean {
  const { inForce, requestToExit, releasedUntilMs, exitUntilMs, fires } = state;
  return (
    inForce.mode === 'unlocked' || requestToExit || releasedUntilMs !== null || exitUntilMs !== null || fires.length > 0
  );
}

/** Whether a release ran at that instant, not long ago: a contact tells later than it is opened. */
export function wasFreed(state: DoorState, atMs: number): boolean {
  const { freedAtMs, releaseBeganAtMs, releaseEndedAtMs } = state;
  return (isFreed(state) && atMs >= freedAtMs) || (atMs >= releaseBeganAtMs && atMs < releaseEndedAtMs);
}

/**
 * Whether a door is freed by a mode, a grant or a command as it was not before, or for longer. Request-to-exit and fire are no
 * part of it: they free in any case.
 */
export function isFreedAnew(before: DoorState, after: DoorState): boolean {
  if (after.inForce.mode === 'unlocked' && before.inForce.mode !== 'unlocked') return true;
  return (after.releasedUntilMs ?? 0) > (before.releasedUntilMs ?? 0);
}

/** Whether it lets somebody in whom it would not have let in before: it is freed, or a mode that shuts it has ended. */
export function isLoosened(before: DoorState, after: DoorState): boolean {
  const shut = (mode: DoorState['inForce']['mode']): number => ['locked', 'lockdown'].indexOf(mode);
  return isFreedAnew(before, after) || shut(after.inForce.mode) < shut(before.inForce.mode);
}
