// The last record that was made under a synchronised clock: what the time can be at least, at a start without one.

import type Database from 'better-sqlite3';
import type { Anchor } from '../../access/time/trusted-time.ts';

/**
 * Walks back from the end: as far as the clock was not synchronised.
 * @param schema of an attached journal
 */
export function lastSynchronised(db: Database.Database, schema = 'main'): Anchor | null {
  const found = db
    .prepare<[], { timeMs: number; boot: string; sinceBootMs: number }>(
      `SELECT time_ms AS timeMs, json_extract(body, '$.clock.boot') AS boot,
         json_extract(body, '$.clock.sinceBootMs') AS sinceBootMs
       FROM ${schema}.events WHERE json_extract(body, '$.clock.synchronised') = 1 ORDER BY seq DESC LIMIT 1`,
    )
    .get();
  return found === undefined ? null : { wallMs: found.timeMs, boot: found.boot, sinceBootMs: found.sinceBootMs };
}
