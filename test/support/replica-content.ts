// What a replica's file holds, row for row, in an order of its own: two files that answer alike are told alike, whatever way led there.

import Database from 'better-sqlite3';

const tables = ['customers', 'contracts', 'passes', 'credentials', 'holders', 'bookings', 'visitors', 'plan_usage'];

/** Records that have no id may stand in any order, under any place. */
const unnamed = ['accessRules', 'unlockSchedules', 'includes'];

export function contentOf(file: string): Record<string, unknown> {
  const db = new Database(file, { readonly: true });
  try {
    const check = db.pragma('integrity_check', { simple: true });
    if (check !== 'ok') throw new Error(`${file}: ${check}`);
    const rows = (sql: string): string[] =>
      db
        .prepare<[], unknown[]>(sql)
        .raw()
        .all()
        .map((row) => JSON.stringify(row.map((value) => (Buffer.isBuffer(value) ? value.toString('hex') : value))))
        .sort();
    const header = Object.fromEntries(
      db
        .prepare<[], [string, string]>('SELECT key, value FROM header')
        .raw()
        .all()
        .map(([key, value]) => [key, JSON.parse(value) as unknown]),
    );
    const counts = Object.entries(header.counts as Record<string, number>).filter(([, count]) => count > 0);
    const named = unnamed.map((kind) => `'${kind}'`).join(', ');
    return {
      ...header,
      counts: Object.fromEntries(counts.sort()),
      small: rows(`SELECT kind, id, body FROM small WHERE kind NOT IN (${named})`),
      unnamed: rows(`SELECT kind, body FROM small WHERE kind IN (${named})`),
      ...Object.fromEntries(tables.map((table) => [table, rows(`SELECT * FROM ${table}`)])),
    };
  } finally {
    db.close();
  }
}
