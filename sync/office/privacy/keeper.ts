// The running office keeps nothing for longer than its config says, and finishes erasures: a small step at a time, beside what it takes
// from the controllers. Once a day it looks through everything; what it did stands in its log and in the audit log.

import type { Cancel, Clock } from '../../../access/clock.ts';
import type { OfficeRetention } from '../../../config/types.ts';
import type { OfficeLog } from '../log.ts';
import { writeAudit } from '../records/audit.ts';
import { isBusy } from '../store/failure.ts';
import { readMeta, writeMeta } from '../store/meta.ts';
import type { OfficeStore } from '../store/open.ts';
import { ErasureSteps } from './erasure-steps.ts';
import { Sweep, type Swept } from './sweep.ts';
import { emptyWal } from './wal.ts';

export interface KeeperParts {
  readonly clock: Clock;
  readonly log: OfficeLog;
  readonly store: OfficeStore;
  readonly retention: OfficeRetention;
  /** Whether the office looks for passes that were used twice. */
  merges(): boolean;
  failed(error: unknown): void;
}

const sweepEveryMs = 86_400_000;
const lookEveryMs = 60_000;
const betweenStepsMs = 50;
/** Between the last record of any controller and now, at most. */
const aheadMs = 7 * 86_400_000;
const busyMs = 1_000;
const brokenMs = 60_000;

export class Keeper {
  readonly #parts: KeeperParts;
  readonly #erasures: ErasureSteps;
  #sweep: Sweep | null = null;
  #stopped = false;
  #cancel: Cancel = () => {};

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#erasures = new ErasureSteps(parts.store);
  }

  start(): void {
    this.#later(betweenStepsMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #later(delayMs: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#parts.clock.after('office retention', delayMs, () => {
      try {
        this.#later(this.#step() ? betweenStepsMs : lookEveryMs);
      } catch (error) {
        if (!isBusy(error)) this.#parts.failed(error);
        this.#later(isBusy(error) ? busyMs : brokenMs);
      }
    });
  }

  /** @returns whether there is more to do at once */
  #step(): boolean {
    const { store, retention, clock, merges } = this.#parts;
    const nowMs = clock.now().wallMs;
    if (this.#erasures.step(nowMs)) return true;
    if (this.#sweep === null) {
      const asked = Object.values(retention).some((kept) => kept !== null);
      if (!asked || Math.abs(nowMs - readMeta(store, 'retentionSweptMs')) < sweepEveryMs) return false;
      this.#sweep = new Sweep(store, retention, this.#likelyMs(nowMs), merges());
    }
    if (!this.#sweep.step()) return true;
    const { swept } = this.#sweep;
    this.#end(swept, nowMs);
    this.#sweep = null;
    return false;
  }

  /** A clock that is ahead must not take away what is not too old: the time is never long after the last record. */
  #likelyMs(nowMs: number): number {
    const last = this.#parts.store.db.prepare<[], number | null>('SELECT max(time_ms) FROM events').pluck().get();
    return Math.min(nowMs, (last ?? nowMs) + aheadMs);
  }

  #end(swept: Swept, nowMs: number): void {
    const { store, log } = this.#parts;
    const { visits, records, entries, waiting } = swept;
    const any = visits + records + entries > 0;
    store.db
      .transaction(() => {
        writeMeta(store, 'retentionSweptMs', nowMs);
        if (!any) return;
        const request = `retention-${new Date(nowMs).toISOString()}`;
        const origin = { by: 'office', via: 'office', request, action: 'retention', reason: null, nowMs } as const;
        writeAudit(store, origin, null, [
          { kind: 'retention', id: 'retention', did: 'removed', before: null, after: swept },
        ]);
      })
      .immediate();
    const done = `${visits} visits, ${records} other records and ${entries} entries of the audit log are nobody's any more`;
    const kept = waiting === 0 ? '' : `; ${waiting} older visits are still needed (docs/privacy.md says for what)`;
    if (any || waiting > 0) log('info', `retention: ${done}${kept}`);
    if (any) emptyWal(store);
  }
}
