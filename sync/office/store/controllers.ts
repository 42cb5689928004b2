// The last status of each controller. What a broker keeps for us is not written at once: losing it costs nothing, the
// retained message comes again.

import type { OfficeStore } from './open.ts';

export interface ControllerRow {
  readonly controller: string;
  readonly online: boolean;
  /** Of the replica it decides by; null where it did not say. */
  readonly revision: number | null;
  /** The status as JSON text, null after a last will with nothing known before. */
  readonly status: string | null;
  readonly receivedMs: number;
}

/** A status that does not say its revision (a last will) leaves the one known before. */
export function writeController(store: OfficeStore, row: ControllerRow): void {
  store.db
    .prepare(
      `INSERT INTO controllers (controller, online, revision, status, received_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (controller) DO UPDATE SET online = excluded.online,
         revision = coalesce(excluded.revision, revision), status = coalesce(excluded.status, status),
         received_ms = excluded.received_ms`,
    )
    .run(row.controller, row.online ? 1 : 0, row.revision, row.status, row.receivedMs);
}

/** By id. */
export function readControllers(store: OfficeStore): ControllerRow[] {
  return store.db
    .prepare<[], Omit<ControllerRow, 'online'> & { readonly online: number }>(
      'SELECT controller, online, revision, status, received_ms AS receivedMs FROM controllers ORDER BY controller',
    )
    .all()
    .map((row) => ({ ...row, online: row.online === 1 }));
}
