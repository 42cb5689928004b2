// What happened here, asked by others than the journal's writer (`cardea decide --db`): read-only, while the daemon runs.

import type { SavedDoor } from '../../access/door/state.ts';
import type { LocalFacts } from '../../access/facts.ts';
import { DbError } from '../error.ts';
import { openForReading } from '../open.ts';
import { Catalogues } from './catalogues.ts';
import { JournalFacts } from './local-facts.ts';
import { readSavedDoors } from './saved-doors.ts';
import { journalApplicationId, journalSchemaVersion, refuseNewerSchema, schemaVersionOf } from './schema.ts';

export interface LocalReader {
  readonly facts: LocalFacts;
  /** The modes of the doors, by id of the access point. */
  savedDoors(): ReadonlyMap<string, SavedDoor>;
  close(): void;
}

/** @throws DbError for a file that is no journal of this version. */
export function openLocalFacts(file: string): LocalReader {
  const db = openForReading(file);
  try {
    const ours = db.pragma('application_id', { simple: true }) === journalApplicationId;
    if (!ours) throw new DbError('damaged', file, `${file} is no journal: name the folder of a running controller`);
    refuseNewerSchema(db, file);
    if (schemaVersionOf(db) < journalSchemaVersion) {
      const mend = 'start its controller once with this version, which brings it forward';
      throw new DbError('damaged', file, `${file} is a journal of an older version: ${mend}`);
    }
    const facts = new JournalFacts(db, new Catalogues(db));
    return { facts, savedDoors: () => readSavedDoors(db), close: () => void db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}
