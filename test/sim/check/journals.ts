// All records of a site: those of each journal from its own file, and those that the office made itself.

import Database from 'better-sqlite3';
import type { Recorded } from './record.ts';

export function recordsIn(file: string, question: string): Recorded[] {
  const db = new Database(file, { readonly: true });
  try {
    const bodies = db.prepare<[], string>(question).pluck().all();
    return bodies.map((body) => JSON.parse(body) as Recorded);
  } finally {
    db.close();
  }
}

/** Of all journals, as the office keeps them. */
export function keptRecords(office: string): Recorded[] {
  return recordsIn(office, 'SELECT body FROM events ORDER BY controller, epoch, seq');
}

/** Records of the office's own journal: what it did and found itself. */
export function officeRecords(office: string): Recorded[] {
  return recordsIn(office, "SELECT body FROM events WHERE controller = 'office' ORDER BY epoch, seq");
}
