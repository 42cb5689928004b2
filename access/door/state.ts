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
}

export interface DoorTime extends WallTime {
  readonly sinceBootMs: number;
}

/** An `access.granted` that waits for its door to be opened. */
export type Grant = Pick<EventDraft, 'reader' | 'data'>;

/** What of a door outlives the program. */
export interface SavedDoor {
  readonly settings: Settings;
  /** The last entry that began a schedule (`afterFirstEntry`), UTC milliseconds; null: none did. */
  readonly entryMs: number | null;
  /** The mode that was recorded last. */
  readonly inForce: InForce;
}

export interface DoorState extends SavedDoor {
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
  readonly releaseEndedAtMs: number;
  /** The last that was told of a door that is open; null: nothing. */
  readonly alarm: 'forced' | 'pre-alarm' | 'held' | null;
  /** Grants of the release that runs, while nobody has opened; at most 32, the oldest is forgotten. */
  readonly awaiting: readonly Grant[];
  readonly lock: 'locked' | 'unlocked';
}

export const newDoor: SavedDoor = {
  settings: nothingSet,
  entryMs: null,
  inForce: { mode: 'controlled', source: 'none', by: 'start', untilMs: null },
};

/** A door as it is found: shut as far as is known, with what was saved of it. */
export function foundDoor(saved: SavedDoor): DoorState {
  const { settings, entryMs, inForce } = saved;
  return {
    settings,
    entryMs,
    // What was recorded last, held free by nothing: the first step says what is in force now.
    inForce,
    scheduled: false,
    contact: null,
    releasedUntilMs: null,
    exitUntilMs: null,
    requestToExit: false,
    fires: [],
    tampered: false,
    openedAtMs: 0,
    releaseEndedAtMs: 0,
    alarm: null,
    awaiting: [],
    lock: 'locked',
  };
}

export const maxAwaiting = 32;

export function savedOf({ settings, entryMs, inForce }: DoorState): SavedDoor {
  return { settings, entryMs, inForce };
}

/** Whether a release runs: unlocked mode, a pressed request-to-exit and a fire are releases. */
export function isFreed(state: DoorState): boolean {
  const { inForce, requestToExit, releasedUntilMs, exitUntilMs, fires } = state;
  return (
    inForce.mode === 'unlocked' || requestToExit || releasedUntilMs !== null || exitUntilMs !== null || fires.length > 0
  );
}
