// Batches become durable: their records, how far their journals were received, the visits they change and what is wrong
// with them, all in one transaction. Whoever acknowledges afterwards acknowledges what is on the disk.

import { genesisHash } from '../../../access/canonical.ts';
import type { Clock } from '../../../access/clock.ts';
import type { EventBatch, WireEvent } from '../../protocol/events.ts';
import { type BatchOutcome, judgeBatch, type Verdict } from '../../protocol/judge.ts';
import { Anomalies, type AnomalyFound } from '../store/anomalies.ts';
import { Events } from '../store/events.ts';
import type { OfficeStore } from '../store/open.ts';
import { maxVisitEvents, VisitTable } from '../visits/project.ts';
import { restoredData } from './event-data.ts';
import { rowOf } from './row.ts';

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
  /** What is wrong and was not known yet. */
  readonly news: readonly AnomalyFound[];
}

/** A gap that is not closed for this long needs a person. */
const lastingGapMs = 300_000;

export class Ingest {
  readonly #store: OfficeStore;
  readonly #clock: Clock;
  readonly #events: Events;
  readonly #visits: VisitTable;
  readonly #anomalies: Anomalies;
  /** Per controller, the gap that its last batch met. */
  readonly #gaps = new Map<string, { readonly epoch: string; readonly through: number; readonly sinceMs: number }>();

  constructor(store: OfficeStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#events = new Events(store);
    this.#visits = new VisitTable(store);
    this.#anomalies = new Anomalies(store);
  }

  /** All of it or, where it throws what SQLite throws, nothing. Batches of one journal stand in the order they arrived. */
  commit(batches: readonly VerifiedBatch[]): BatchResult[] {
    return this.#store.db
      .transaction(() => {
        const visits = new Map<string, AnomalyFound>();
        const results = batches.map((batch) => this.#one(batch, visits));
        const overflows: AnomalyFound[] = [];
        for (const [visit, overflow] of visits) {
          if (!this.#visits.project(visit) && this.#note(overflow)) overflows.push(overflow);
        }
        return results.map((result) => ({
          ...result,
          news: [...result.news, ...overflows.filter(({ controller }) => controller === result.controller)],
        }));
      })
      .immediate();
  }

  #one({ controller, batch: { epoch, events } }: VerifiedBatch, visits: Map<string, AnomalyFound>): BatchResult {
    const known = this.#events.cursor(controller, epoch);
    const genesis = genesisHash({ site: this.#store.site, controller, epoch });
    const cursor = known ?? { through: 0, hash: genesis };
    const verdict = judgeBatch(cursor, events, (seq) => this.#events.hashOf(controller, epoch, seq));
    const last = verdict.take.at(-1);
    const found: AnomalyFound[] = [];
    if (last !== undefined && known === undefined)
      found.push(...this.#begin(controller, epoch, genesis, verdict.take[0]?.event));
    for (const received of verdict.take) {
      const { row, anomalies } = rowOf(received, (id) => this.#events.idTaken(id));
      this.#events.insert(row);
      found.push(...anomalies);
      if (row.visit !== null) visits.set(row.visit, overflowOf(row.visit, controller, epoch));
    }
    const through = last?.event.seq ?? cursor.through;
    if (last !== undefined) this.#events.move(controller, epoch, { through, hash: last.hash });
    found.push(...this.#stopped(controller, epoch, through, verdict));
    const news = found.filter((anomaly) => this.#note(anomaly));
    return { controller, epoch, outcome: verdict.outcome, taken: verdict.take.length, through, news };
  }

  #begin(controller: string, epoch: string, genesis: string, first: WireEvent | undefined): AnomalyFound[] {
    const before = this.#events.otherEpoch(controller, epoch);
    this.#events.begin(controller, epoch, genesis, this.#clock.now().wallMs);
    if (before === undefined) return [];
    const restored = first === undefined ? null : this.#restoredWords(first);
    const reason = restored ?? `a new journal; the one before is ${before}`;
    return [{ kind: 'new-epoch', controller, epoch, seq: 1, subject: '', reason, body: null }];
  }

  /** What a journal that a restore began says of itself, beside what is kept here of the one before. */
  #restoredWords({ controller, type, data }: WireEvent): string | null {
    const read = type === 'controller.started' ? restoredData.safeParse(data).data : undefined;
    if (read === undefined) return null;
    const { previousEpoch, through, takenAt } = read;
    const known = this.#events.cursor(controller, previousEpoch)?.through ?? 0;
    const time = new Date(takenAt).toISOString();
    const words = `a journal restored from a backup of ${time}, with ${through} records of ${previousEpoch}`;
    if (known <= through) return words;
    return `${words}; here are ${known}: of the last ${known - through} the controller knows nothing any more`;
  }

  #stopped(controller: string, epoch: string, through: number, { outcome, stopped }: Verdict): AnomalyFound[] {
    if (outcome !== 'gap') this.#gaps.delete(controller);
    if (stopped === null) return [];
    const { hash, text } = stopped;
    const { seq } = stopped.event;
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

  #note(anomaly: AnomalyFound): boolean {
    return this.#anomalies.add(anomaly, this.#clock.now().wallMs);
  }
}

function overflowOf(visit: string, controller: string, epoch: string): AnomalyFound {
  const reason = `visit ${visit} has more than ${maxVisitEvents} records; the rest is not looked at`;
  return { kind: 'visit-overflow', controller, epoch, seq: 0, subject: visit, reason, body: null };
}
