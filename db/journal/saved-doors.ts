// What of each door outlives the program: its modes, as the last commit that changed them left them.

import type Database from 'better-sqlite3';
import type { SavedDoor } from '../../access/door/state.ts';

/** By id of the access point; also of doors that no config names any more. */
export function readSavedDoors(db: Database.Database): ReadonlyMap<string, SavedDoor> {
  const rows = db
    .prepare<[], { readonly id: string; readonly saved: string }>('SELECT access_point AS id, saved FROM doors')
    .all();
  return new Map(rows.map(({ id, saved }) => [id, JSON.parse(saved) as SavedDoor]));
}
