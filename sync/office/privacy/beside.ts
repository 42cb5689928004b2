// What is kept of people beside records, journals and the audit log: commands to controllers, texts of what was put aside, and whom
// the help desk has heard of.

import type { JsonObject } from '../../../access/event.ts';
import type { OfficeStore } from '../store/open.ts';
import { cut, type Renamed } from './cut.ts';
import { mentions } from './erasure-steps.ts';

/** Commands that were issued before. In the caller's transaction. @returns how many */
export function eraseCommands({ db }: OfficeStore, beforeMs: number, renamed: Renamed): number {
  const rows = db
    .prepare<[number], { id: string; body: string }>('SELECT id, body FROM commands WHERE issued_ms < ?')
    .all(beforeMs);
  const put = db.prepare('UPDATE commands SET body = ? WHERE id = ?');
  let count = 0;
  for (const { id, body } of rows) {
    const found = cut('command', JSON.parse(body) as JsonObject, renamed);
    if (found === null) continue;
    put.run(JSON.stringify(found.data), id);
    count += 1;
  }
  return count;
}

/** Texts of anomalies that were last met before. @param renamed null: whatever they say */
export function eraseAnomalies({ db }: OfficeStore, beforeMs: number, renamed: Renamed | null): void {
  const rows = db
    .prepare<[number], { anomaly: number; body: string }>(
      'SELECT anomaly, body FROM anomalies WHERE last_ms < ? AND body IS NOT NULL',
    )
    .all(beforeMs);
  const put = db.prepare('UPDATE anomalies SET body = NULL WHERE anomaly = ?');
  for (const { anomaly, body } of rows) if (renamed === null || mentions(body, renamed)) put.run(anomaly);
}

/**
 * Whom tickets that were opened before are about, and who was refused before. In the caller's transaction. What tickets say is in the
 * office's own journal.
 */
export function eraseTickets({ db }: OfficeStore, beforeMs: number, renamed: Renamed): void {
  const rows = db
    .prepare<[number, number], { person: string }>(
      `SELECT person FROM tickets WHERE opened_ms < ? AND person IS NOT NULL
       UNION SELECT person FROM refusals WHERE time_ms < ?`,
    )
    .all(beforeMs, beforeMs);
  const put = db.prepare('UPDATE tickets SET person = ? WHERE person = ? AND opened_ms < ?');
  const drop = db.prepare('DELETE FROM refusals WHERE person = ? AND time_ms < ?');
  for (const { person } of rows) {
    const [kind = '', id = ''] = person.split('/');
    const other = kind === 'customer' || kind === 'visitor' || kind === 'staff' ? renamed(kind, id) : null;
    if (other === null) continue;
    put.run(`${kind}/${other}`, person, beforeMs);
    drop.run(person, beforeMs);
  }
}
