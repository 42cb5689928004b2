// What a running controller says of itself, to the socket (interfaces.md section 7) and to the office (section 6).

import type { Moment } from '../../access/clock.ts';
import type { ControllerConfig } from '../../config/types.ts';
import type { StatusReport } from '../../sync/edge/ports.ts';
import type { AccessPointStatus } from '../controller/port.ts';
import type { AccessPointFault } from './faults.ts';
import type { OfficeReach } from './office-watch.ts';
import type { ReaderStatus } from './readers.ts';
import type { RetentionStatus } from './retention.ts';

/** With what of it does not work now; none where all is well. */
export interface AccessPointHealth extends AccessPointStatus {
  readonly faults: readonly AccessPointFault[];
}

export interface StatusFacts {
  readonly config: ControllerConfig;
  readonly version: string;
  /** 0 without a replica. */
  readonly revision: number;
  /** The highest that the office named; never below `revision`. */
  readonly newestRevision: number;
  /** When the office was last known to have nothing newer, UTC milliseconds; null without a replica. */
  readonly confirmedMs: number | null;
  readonly pending: number;
  readonly online: boolean;
  readonly reach: OfficeReach;
  readonly now: Moment;
  /** Decisions that a failing disk did not take and memory keeps. */
  readonly unwritten: number;
  readonly retention: RetentionStatus;
  /** UTC milliseconds. */
  readonly leastMs: number;
  readonly accessPoints: readonly AccessPointHealth[];
  readonly readers: readonly ReaderStatus[];
}

export interface DaemonStatus {
  readonly site: string;
  readonly controller: string;
  readonly version: string;
  readonly revision: number;
  /** The highest that the office named since the start; never below `revision`. */
  readonly newestRevision: number;
  /** Whole seconds; null without a replica. */
  readonly replicaAgeS: number | null;
  readonly pending: number;
  /** Connected to the broker; whether the office hears is in `upstream`. */
  readonly online: boolean;
  readonly upstream: OfficeReach;
  /** Whether the config names a way to an office at all. */
  readonly office: 'configured' | 'none';
  /** `unwritten`: decisions that a failing disk did not take and memory keeps; 0 while all is well. */
  readonly storage: { readonly unwritten: number; readonly journal: RetentionStatus };
  /** `least`: the least that the time can be, which decisions go by while the clock is not synchronised. */
  readonly clock: { readonly synchronised: boolean; readonly time: string; readonly least: string };
  readonly accessPoints: readonly AccessPointHealth[];
  readonly readers: readonly ReaderStatus[];
}

export function daemonStatus(facts: StatusFacts): DaemonStatus {
  const {
    config,
    version,
    revision,
    newestRevision,
    confirmedMs,
    pending,
    online,
    now,
    leastMs,
    accessPoints,
    readers,
  } = facts;
  const { unwritten, retention, reach } = facts;
  const ageMs = confirmedMs === null ? null : Math.max(now.wallMs - confirmedMs, 0);
  return {
    site: config.site,
    controller: config.controller,
    version,
    revision,
    newestRevision,
    replicaAgeS: ageMs === null ? null : Math.floor(ageMs / 1000),
    pending,
    online,
    upstream: reach,
    office: config.upstream === null ? 'none' : 'configured',
    storage: { unwritten, journal: retention },
    clock: {
      synchronised: now.synchronised,
      time: new Date(now.wallMs).toISOString(),
      least: new Date(leastMs).toISOString(),
    },
    accessPoints,
    readers,
  };
}

export function statusReport(facts: StatusFacts): StatusReport {
  const { version, revision, newestRevision, confirmedMs, pending, now, accessPoints, readers } = facts;
  return {
    version,
    revision,
    newestRevision,
    replicaConfirmed: confirmedMs === null ? null : new Date(confirmedMs).toISOString(),
    pending,
    clock: { synchronised: now.synchronised },
    accessPoints: accessPoints.map(({ id, mode, lock, contact }) => ({ id, mode, lock, contact })),
    readers: readers.map(({ id, online }) => ({ id, online })),
  };
}
