// What happened here, asked by others than the journal's writer (`cardea decide --db`): read-only, while the daemon runs.

import type { LocalFacts } from '../../access/facts.ts';
import { DbError } from '../error.ts';
import { openForReading } from '../open.ts';
import { Catalogues } from './catalogues.ts';
import { JournalFacts } from './local-facts.ts';
import { journalApplicationId, journalSchemaVersion, refuseNewerSchema, schemaVersionOf } from './schema.ts';

/** @throws DbError for a file that is no journal of this version. */
export function openLocalFacts(file: string): { readonly facts: LocalFacts; close(): void } {
  const db = openForReading(file);
  try {
    const ours = db.pragma('application_id', { simple: true }) === journalApplicationId;
    if (!ours) throw new DbError('damaged', file, `${file} is no journal: name the folder of a running controller`);
    refuseNewerSchema(db, file);
    if (schemaVersionOf(db) < journalSchemaVersion) {
      const mend = 'start its controller once with this version, which brings it forward';
      throw new DbError('damaged', file, `${file} is a journal of an older version: ${mend}`);
    }
    return { facts: new JournalFacts(db, new Catalogues(db)), close: () => void db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}
