// Batches become durable: their records, how far their journals were received, the visits they change and what is wrong
// with them, all in one transaction. Whoever acknowledges afterwards acknowledges what is on the disk.

import { genesisHash } from '../../../access/canonical.ts';
import type { Clock } from '../../../access/clock.ts';
import type { EventBatch, ReceivedEvent } from '../../protocol/events.ts';
import { type BatchOutcome, judgeBatch, type Verdict } from '../../protocol/judge.ts';
import { LateRecords } from '../privacy/late.ts';
import { Anomalies, type AnomalyFound } from '../store/anomalies.ts';
import { Events } from '../store/events.ts';
import { isBusy, isStorageFailure } from '../store/failure.ts';
import type { OfficeStore } from '../store/open.ts';
import type { VisitEvent } from '../visits/fold.ts';
import { maxVisitEvents, VisitTable, visitEventOf } from '../visits/project.ts';
import { Epochs } from './epochs.ts';
import { asideRow, type Kept, rowOf } from './row.ts';

/** A batch whose signature and form were checked. */
export interface VerifiedBatch {
  readonly controller: string;
  readonly batch: EventBatch;
}

export interface BatchResult {
  readonly controller: string;
  readonly epoch: string;
  readonly outcome: BatchOutcome;
  /** Records that are new. */
  readonly taken: number;
  /** Everything of this journal up to here is on the disk. */
  readonly through: number;
  /** Hash of the record there; null before the first. */
  readonly hash: string | null;
  /** What is wrong and was not known yet. */
  readonly news: readonly AnomalyFound[];
}

/** A visit of which records came, and these. */
interface Touched {
  readonly controller: string;
  readonly epoch: string;
  readonly events: VisitEvent[];
  /** Something was taken out of what came: it is made of what is kept. */
  read: boolean;
}

/** A gap that is not closed for this long needs a person. */
const lastingGapMs = 300_000;

export class Ingest {
  readonly #store: OfficeStore;
  readonly #clock: Clock;
  readonly #events: Events;
  readonly #epochs: Epochs;
  readonly #visits: VisitTable;
  readonly #anomalies: Anomalies;
  readonly #late: LateRecords;
  /** Per controller, the gap that its last batch met. */
  readonly #gaps = new Map<string, { readonly epoch: string; readonly through: number; readonly sinceMs: number }>();

  constructor(store: OfficeStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#events = new Events(store);
    this.#epochs = new Epochs(this.#events);
    this.#visits = new VisitTable(store);
    this.#anomalies = new Anomalies(store);
    this.#late = new LateRecords(store);
  }

  /**
   * All of it or, where it throws what SQLite throws, nothing. Batches of one journal stand in the order they arrived; each is
   * asked for when the one before is written.
   */
  commit(batches: Iterable<VerifiedBatch>): BatchResult[] {
    return this.#store.db
      .transaction(() => {
        const visits = new Map<string, Touched>();
        this.#late.begin();
        const results: BatchResult[] = [];
        for (const batch of batches) results.push(this.#one(batch, visits));
        const faults: AnomalyFound[] = [];
        for (const [visit, touched] of visits) faults.push(...this.#project(visit, touched));
        if (faults.length === 0) return results;
        return results.map((result) => ({
          ...result,
          news: [...result.news, ...faults.filter(({ controller }) => controller === result.controller)],
        }));
      })
      .immediate();
  }

  #one({ controller, batch: { epoch, events } }: VerifiedBatch, visits: Map<string, Touched>): BatchResult {
    const known = this.#events.cursor(controller, epoch);
    const genesis = known === undefined ? genesisHash({ site: this.#store.site, controller, epoch }) : '';
    const cursor = known ?? { through: 0, hash: genesis };
    const verdict = judgeBatch(cursor, events, (seq) => this.#events.hashOf(controller, epoch, seq));
    const last = verdict.take.at(-1);
    const found: AnomalyFound[] = [];
    if (last !== undefined && known === undefined) {
      found.push(...this.#epochs.begun(controller, epoch, verdict.take[0]?.event));
      this.#events.begin(controller, epoch, genesis, this.#clock.now().wallMs);
    }
    for (const received of verdict.take) {
      const { row, anomalies } = this.#keep(received);
      const late = this.#late.look(row, this.#clock.now().wallMs);
      for (const anomaly of anomalies) found.push(late ? { ...anomaly, body: null, subject: '' } : anomaly);
      if (row.visit === null || row.timeMs === null) continue;
      const touched = visits.get(row.visit) ?? { controller, epoch, events: [], read: false };
      // Of a visit that is read again, what came now is among the rest.
      touched.read ||= late;
      touched.events.push(visitEventOf(received.event, row.timeMs));
      visits.set(row.visit, touched);
    }
    const { through, hash } = last === undefined ? cursor : { through: last.event.seq, hash: last.hash };
    if (last !== undefined) {
      this.#events.move(controller, epoch, { through, hash });
      found.push(...this.#epochs.wrote(controller, epoch, verdict.take));
    }
    found.push(...this.#stopped(controller, epoch, through, verdict));
    const news = found.filter((anomaly) => this.note(anomaly));
    const result = { controller, epoch, outcome: verdict.outcome, taken: verdict.take.length, through, news };
    return { ...result, hash: through === 0 ? null : hash };
  }

  /** A record that cannot be kept as what it says is put aside in its place: it holds up none after it. */
  #keep(received: ReceivedEvent): Kept {
    try {
      const kept = rowOf(received);
      if (this.#events.insert(kept.row)) return kept;
      const { controller, epoch, seq, id } = received.event;
      const reason = 'the id of another record';
      const twice: AnomalyFound = { kind: 'duplicate-id', controller, epoch, seq, subject: id, reason, body: null };
      return { ...kept, anomalies: [...kept.anomalies, twice] };
    } catch (error) {
      if (isBusy(error) || isStorageFailure(error)) throw error;
      const { seq } = received.event;
      const aside = { from: seq, reason: `cannot be kept: ${String(error)}`, linked: true, whole: true };
      const kept = asideRow(received, received.aside ?? aside);
      this.#events.insert(kept.row);
      return kept;
    }
  }

  /** A visit that cannot be made of its records keeps no record from its place. */
  #project(visit: string, { controller, epoch, events, read }: Touched): AnomalyFound[] {
    const place = { controller, epoch, seq: 0, subject: visit, body: null };
    let fault: AnomalyFound;
    try {
      if (this.#visits.project(visit, read ? [] : events)) return [];
      const reason = `visit ${visit} has more than ${maxVisitEvents} records; the rest is not looked at`;
      fault = { ...place, kind: 'visit-overflow', reason };
    } catch (error) {
      if (isBusy(error) || isStorageFailure(error)) throw error;
      fault = {
        ...place,
        kind: 'visit-failed',
        reason: `visit ${visit} cannot be made of its records: ${String(error)}`,
      };
    }
    return this.note(fault) ? [fault] : [];
  }

  #stopped(controller: string, epoch: string, through: number, { outcome, stopped }: Verdict): AnomalyFound[] {
    if (outcome !== 'gap') this.#gaps.delete(controller);
    if (stopped === null) return [];
    const { hash, text } = stopped;
    const { seq } = stopped.event;
    // What the other journal of a fork goes on with does not follow from this one.
    if (outcome === 'chain-break' && this.#anomalies.has('fork', controller, epoch)) return [];
    if (outcome === 'fork' || outcome === 'chain-break') {
      const reason =
        outcome === 'fork'
          ? `another record ${seq} is kept: two controllers write this journal, or it was altered`
          : `record ${seq} does not follow record ${seq - 1} as it was received`;
      return [{ kind: outcome, controller, epoch, seq, subject: hash, reason, body: text }];
    }
    const nowMs = this.#clock.now().sinceBootMs;
    const gap = this.#gaps.get(controller);
    if (gap === undefined || gap.epoch !== epoch || gap.through !== through) {
      this.#gaps.set(controller, { epoch, through, sinceMs: nowMs });
      return [];
    }
    if (nowMs - gap.sinceMs < lastingGapMs) return [];
    const reason = `records from ${through + 1} on are missing, and do not come`;
    return [{ kind: 'gap', controller, epoch, seq: through + 1, subject: '', reason, body: null }];
  }

  /** Inside the transaction of a commit. True where this was not known yet. */
  note(anomaly: AnomalyFound): boolean {
    return this.#anomalies.add(anomaly, this.#clock.now().wallMs);
  }
}
