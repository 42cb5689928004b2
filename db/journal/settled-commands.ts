// Orders that were settled here, and the issue of the last command that each door took: what keeps an order from being carried
// out again, or out of its turn, after a restart.

import type Database from 'better-sqlite3';
import type { SettledCommand } from '../../access/command/outcome.ts';

export interface SettledCommands {
  /** The first to expire first. */
  readonly settled: readonly SettledCommand[];
  /** UTC milliseconds, by id of the access point. */
  readonly issuedMs: ReadonlyMap<string, number>;
}

export function readSettledCommands(db: Database.Database): SettledCommands {
  const settled = db
    .prepare<[], SettledCommand>(
      'SELECT id, outcome, reason, expires_ms AS expiresMs FROM commands ORDER BY expires_ms, id',
    )
    .all();
  const doors = db
    .prepare<[], { readonly id: string; readonly issuedMs: number }>(
      'SELECT access_point AS id, issued_ms AS issuedMs FROM commanded',
    )
    .all();
  return { settled, issuedMs: new Map(doors.map(({ id, issuedMs }) => [id, issuedMs])) };
}
