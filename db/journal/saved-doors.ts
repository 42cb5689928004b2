// What of each door outlives the program: its modes, as the last commit that changed them left them. A row that makes no sense
// (somebody edited the database) is as one that is not there: it keeps no controller from its doors.

import type Database from 'better-sqlite3';
import { ranked } from '../../access/door/modes.ts';
import type { Opening, SavedDoor } from '../../access/door/state.ts';

/** By id of the access point; also of doors that no config names any more. */
export function readSavedDoors(db: Database.Database): ReadonlyMap<string, SavedDoor> {
  const rows = db
    .prepare<[], { readonly id: string; readonly saved: string }>('SELECT access_point AS id, saved FROM doors')
    .all();
  return new Map(
    rows.flatMap(({ id, saved }) => {
      const door = savedOf(saved);
      return door === null ? [] : [[id, door] as const];
    }),
  );
}

function savedOf(text: string): SavedDoor | null {
  try {
    const saved = JSON.parse(text) as Partial<SavedDoor> | null;
    if (saved?.settings === undefined || typeof saved.inForce?.mode !== 'string') return null;
    const { settings, inForce, entryMs = null, opening = null } = saved;
    const isWhole = ranked.every((mode) => settings[mode] === null || isSetting(settings[mode]));
    if (!isWhole || !isSetting(inForce) || !isTime(entryMs)) return null;
    return { settings, inForce, entryMs, opening: opening !== null && isOpening(opening) ? opening : null };
  } catch {
    return null;
  }
}

function isSetting({ by, untilMs }: { readonly by: unknown; readonly untilMs: unknown }): boolean {
  return typeof by === 'string' && isTime(untilMs);
}

/** A door is as one that was closed where what stands there of its opening makes no sense. */
function isOpening({ sinceMs, boot, sinceWallMs, freed, alarm }: Opening): boolean {
  const isKnown = [null, 'forced', 'pre-alarm', 'held'].includes(alarm);
  const isDated = typeof boot === 'string' && Number.isFinite(sinceMs) && Number.isFinite(sinceWallMs);
  return isKnown && isDated && typeof freed === 'boolean';
}

/** An instant that a date can show, or none. */
function isTime(ms: unknown): boolean {
  return ms === null || (typeof ms === 'number' && Math.abs(ms) <= 8.64e15);
}
