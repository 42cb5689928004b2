// What the office's tests begin with: a folder of their own, a store in it, a clock that stands still.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReplicaDocument } from '../../../config/types.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { VerifiedBatch } from '../../../sync/office/ingest/ingest.ts';
import { type OfficeStore, openOfficeStore } from '../../../sync/office/store/open.ts';
import { readEventBatch } from '../../../sync/protocol/events.ts';
import type { JournalMaker } from '../../support/journal-maker.ts';

export const startMs = Date.UTC(2026, 2, 2, 8);

export interface Bench {
  readonly folder: string;
  readonly path: string;
  readonly clock: VirtualClock;
  /** A further handle on the same store. */
  open(mode?: 'write' | 'read'): OfficeStore;
  close(): void;
}

export function openBench(): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-office-'));
  const path = join(folder, 'office.db');
  const stores: OfficeStore[] = [];
  return {
    folder,
    path,
    clock: new VirtualClock(startMs),
    open(mode = 'write') {
      const store = openOfficeStore(path, { site: 'riverside', mode, busyTimeoutMs: 0 });
      stores.push(store);
      return store;
    },
    close() {
      for (const store of stores) store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A batch of a made journal as the office sees it once its signature was checked. */
export function received(journal: JournalMaker, from?: number, to?: number): VerifiedBatch {
  const payload: unknown = JSON.parse(JSON.stringify(journal.batch(from, to)));
  const read = readEventBatch(payload, { site: journal.site, controller: journal.controller });
  if (!read.ok) throw new Error(`${read.reason}: ${read.detail}`);
  return { controller: journal.controller, batch: read.batch };
}

/** Everything in a table, in an order of its own, without when the office saw it. */
export function dump(store: OfficeStore, table: string): unknown[] {
  const rows = store.db.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).all();
  for (const row of rows) {
    delete row.first_ms;
    delete row.last_ms;
    delete row.times;
    delete row.anomaly;
  }
  return rows.map((row) => JSON.stringify(row)).sort();
}

type Records = ReplicaDocument['records'];

const none: Records = {
  spaces: [],
  plans: [],
  timePasses: [],
  teams: [],
  staff: [],
  resources: [],
  accessRules: [],
  unlockSchedules: [],
  includes: [],
  badgeKeys: [],
  revokedBadges: [],
  customers: [],
  contracts: [],
  passes: [],
  credentials: [],
  bookings: [],
  visitors: [],
  planUsage: [],
};

export function replica(revision: number, records: Partial<Records> = {}, site = 'riverside'): ReplicaDocument {
  return { site, revision, records: { ...none, ...records } };
}

export function customer(id: string, name = id): Records['customers'][number] {
  return { id, name, registeredWith: ['riverside'], teams: [], disabled: false };
}

export function credential(
  id: string,
  value: string,
  over: Partial<Records['credentials'][number]> = {},
): Records['credentials'][number] {
  return {
    id,
    type: 'card',
    customer: 'ana',
    status: 'active',
    validFrom: null,
    expires: null,
    extendedUnlock: false,
    duress: false,
    value,
    ...over,
  };
}

export function people(count: number): Records['customers'] {
  return Array.from({ length: count }, (_, n) => customer(`c${n}`));
}
