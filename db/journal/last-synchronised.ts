// The last record that was made under a synchronised clock: what the time can be at least, at a start without one. Found in
// the same time whatever the journal's size: the first record without a synchronised clock leaves the last one with it as a
// kept value, in its own transaction.

import type Database from 'better-sqlite3';
import type { Anchor } from '../../access/time/trusted-time.ts';

/** The kept value's name. Of a journal that a restore began it is what was known of the one before. */
export const synchronisedKey = 'synchronised';

/** Records that are looked through from the end; further back the kept value knows. */
const lookedThrough = 100;

/** @param schema of an attached journal @returns null where no record was ever made under a synchronised clock */
export function lastSynchronised(db: Database.Database, schema = 'main'): Anchor | null {
  const found = db
    .prepare<[number], { timeMs: number; boot: string; sinceBootMs: number }>(
      `SELECT time_ms AS timeMs, json_extract(body, '$.clock.boot') AS boot,
         json_extract(body, '$.clock.sinceBootMs') AS sinceBootMs
       FROM (SELECT seq, time_ms, body FROM ${schema}.events ORDER BY seq DESC LIMIT ?)
       WHERE json_extract(body, '$.clock.synchronised') = 1 ORDER BY seq DESC LIMIT 1`,
    )
    .get(lookedThrough);
  if (found !== undefined) return { wallMs: found.timeMs, boot: found.boot, sinceBootMs: found.sinceBootMs };
  const kept = db
    .prepare<[string], string>(`SELECT value FROM ${schema}.meta WHERE key = ?`)
    .pluck()
    .get(`kept:${synchronisedKey}`);
  return kept === undefined ? null : (JSON.parse(kept) as Anchor);
}
