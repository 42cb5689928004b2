// Whom the office hears: of each controller of its config what last came of its journal and of its status, and what that means.

import { type ControllerRow, readControllers } from './controllers.ts';
import { lostType } from './events.ts';
import type { OfficeStore } from './open.ts';

/**
 * `never`: nothing that it signed ever arrived. `status-only`: it says how it is, and its journal does not come. `offline`: the broker
 * or it said so. `behind`: records of it wait for long. `quiet`: nothing came for long. `not-in-config`: it was heard before.
 */
export type HeardState = 'heard' | 'never' | 'status-only' | 'offline' | 'behind' | 'quiet' | 'not-in-config';

export interface HeardController {
  readonly controller: string;
  readonly state: HeardState;
  /** When its last status came, ISO 8601, UTC; null: never. */
  readonly statusAt: string | null;
  /** What that said; null: not known. */
  readonly online: boolean | null;
  readonly revision: number | null;
  readonly version: string | null;
  readonly pending: number | null;
  /** The last record of its newest journal that is kept here. */
  readonly record: { readonly epoch: string; readonly seq: number; readonly time: string | null } | null;
}

interface RecordRow {
  readonly controller: string;
  readonly epoch: string;
  readonly seq: number;
  readonly timeMs: number | null;
}

/** A status comes with each change, the manifest's hour and every tap among them. */
const quietMs = 24 * 3_600_000;
/** What waits in the latest status is on its way for seconds; after this long it does not come. */
const behindMs = 10 * 60_000;

/** @param configured ids of the office's config. By id. */
export function heardControllers(store: OfficeStore, configured: readonly string[], nowMs: number): HeardController[] {
  const statuses = new Map(readControllers(store).map((row) => [row.controller, row]));
  const records = new Map(lastRecords(store).map((row) => [row.controller, row]));
  const known = new Set([...configured, ...statuses.keys(), ...records.keys()]);
  known.delete('office');
  return [...known].sort().map((controller) => {
    const [status, record] = [statuses.get(controller), records.get(controller)];
    const state = configured.includes(controller) ? stateOf(status, record, nowMs) : 'not-in-config';
    return line(controller, state, status, record);
  });
}

function stateOf(status: ControllerRow | undefined, record: RecordRow | undefined, nowMs: number): HeardState {
  if (status === undefined && record === undefined) return 'never';
  if (status !== undefined && !status.online) return 'offline';
  if (record === undefined) return 'status-only';
  const heardMs = Math.max(status?.receivedMs ?? 0, record.timeMs ?? 0);
  if (nowMs - heardMs >= quietMs) return 'quiet';
  const pending = saidIn(status).pending ?? 0;
  return status !== undefined && pending > 0 && nowMs - status.receivedMs >= behindMs ? 'behind' : 'heard';
}

interface Said {
  readonly pending?: number | null;
  readonly version?: string | null;
}

function saidIn(status: ControllerRow | undefined): Said {
  return status?.status == null ? {} : (JSON.parse(status.status) as Said);
}

function line(
  controller: string,
  state: HeardState,
  status: ControllerRow | undefined,
  record: RecordRow | undefined,
): HeardController {
  const { pending = null, version = null } = saidIn(status);
  return {
    controller,
    state,
    statusAt: isoOf(status?.receivedMs ?? null),
    online: status?.online ?? null,
    revision: status?.revision ?? null,
    version,
    pending,
    record: record === undefined ? null : { epoch: record.epoch, seq: record.seq, time: isoOf(record.timeMs) },
  };
}

/** Of each controller's newest journal the last record that is no stand-in. */
function lastRecords({ db }: OfficeStore): RecordRow[] {
  return db
    .prepare<[string], RecordRow>(
      `SELECT c.controller, c.epoch, c.through AS seq,
         (SELECT e.time_ms FROM events e WHERE e.controller = c.controller AND e.epoch = c.epoch AND e.type <> ?
          ORDER BY e.seq DESC LIMIT 1) AS timeMs
       FROM cursors c WHERE c.through > 0 AND c.first_ms =
         (SELECT max(o.first_ms) FROM cursors o WHERE o.controller = c.controller AND o.through > 0)
       ORDER BY c.controller, c.epoch`,
    )
    .all(lostType);
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
