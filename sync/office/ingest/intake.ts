// From a message to an acknowledgement: queued, checked, committed together with others, acknowledged after the commit. A
// store that cannot be written is waited for with the batches in hand; nothing is acknowledged meanwhile.

import type { KeyObject } from 'node:crypto';
import type { Cancel, Clock } from '../../../access/clock.ts';
import { type EventBatchRefusal, maxEventBytes, readEventBatch } from '../../protocol/events.ts';
import { verify } from '../../protocol/jws.ts';
import type { AnomalyFound } from '../store/anomalies.ts';
import { isBusy, isStorageFailure } from '../store/failure.ts';
import type { OfficeStore } from '../store/open.ts';
import { type BatchResult, Ingest, type VerifiedBatch } from './ingest.ts';
import { IngestQueue, type QueueBounds, type WaitingMessage } from './queue.ts';

export interface IntakeParts {
  readonly clock: Clock;
  readonly store: OfficeStore;
  readonly bounds?: QueueBounds;
  keyOf(controller: string, kid: string): KeyObject | undefined;
  acknowledge(controller: string, epoch: string, through: number, hash: string | null): void;
  refused(reason: string, detail: string): void;
  anomaly(found: AnomalyFound): void;
  failed(error: unknown): void;
  /** Between commit and acknowledgement. */
  afterCommit(): void;
}

/** Records by what became of their batches, since the start. */
export interface IntakeCounters {
  readonly taken: number;
  readonly duplicateBatches: number;
  readonly gapBatches: number;
}

const roundMessages = 64;
const roundBytes = 4 * 1024 * 1024;
const busyMs = 250;
const brokenMs = 5_000;

export class Intake {
  readonly #parts: IntakeParts;
  readonly #queue: IngestQueue;
  readonly #ingest: Ingest;
  /** Taken from the queue, and not committed yet. */
  #inHand: readonly WaitingMessage[] = [];
  /** Those of them that are no batches of their controllers. */
  readonly #bad = new Set<WaitingMessage>();
  #cancel: Cancel | null = null;
  #stopped = false;
  #counters = { taken: 0, duplicateBatches: 0, gapBatches: 0 };

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#queue = new IngestQueue(parts.bounds);
    this.#ingest = new Ingest(parts.store, parts.clock);
  }

  get counters(): IntakeCounters {
    return { ...this.#counters };
  }

  receive(message: WaitingMessage): void {
    if (this.#stopped) return;
    if (!this.#queue.offer(message)) {
      this.#parts.refused('overload', `events of ${message.controller} come faster than they can be written`);
      return;
    }
    if (this.#cancel === null) this.#later(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #later(delayMs: number): void {
    this.#cancel = this.#parts.clock.after('office intake', delayMs, () => {
      this.#cancel = null;
      const waitMs = this.#round();
      if (waitMs !== null && !this.#stopped) this.#later(waitMs);
    });
  }

  /** How long to wait before the next; null where there is nothing more to do. */
  #round(): number | null {
    if (this.#inHand.length === 0) this.#inHand = this.#queue.take(roundMessages, roundBytes);
    if (this.#inHand.length > 0) {
      try {
        this.#commit(this.#inHand);
      } catch (error) {
        if (isBusy(error)) return busyMs;
        this.#parts.failed(error);
        if (isStorageFailure(error)) return brokenMs;
        this.#commitEach(this.#inHand);
      }
      this.#inHand = [];
      this.#bad.clear();
    }
    return this.#queue.empty ? null : 0;
  }

  /** Each is read when it is its turn: what a message unpacks to is gone again when the next one is read. */
  *#batches(messages: readonly WaitingMessage[]): Generator<VerifiedBatch> {
    for (const message of messages) {
      if (this.#bad.has(message)) continue;
      const batch = this.#read(message);
      if (batch === null) this.#bad.add(message);
      else yield batch;
    }
  }

  #read({ controller, topic, payload }: WaitingMessage): VerifiedBatch | null {
    const keyFor = (kid: string): KeyObject | undefined => this.#parts.keyOf(controller, kid);
    const verified = verify(payload, { topic, keyFor });
    if (!verified.ok) {
      this.#parts.refused(verified.reason, `events of ${controller}: ${verified.detail}`);
      return null;
    }
    const read = readEventBatch(verified.payload, { site: this.#parts.store.site, controller });
    if (read.ok) return { controller, batch: read.batch };
    this.#parts.refused(read.reason, `events of ${controller}: ${read.detail}`);
    this.#unplaced(controller, verified.payload, read);
    return null;
  }

  /** Its own controller signed it, and nobody can say where it belongs: it stops that journal, so a person has to know. */
  #unplaced(controller: string, payload: unknown, { reason, detail }: EventBatchRefusal): void {
    const body = JSON.stringify(payload).slice(0, maxEventBytes);
    const place = { controller, epoch: '', seq: 0, subject: reason };
    const found: AnomalyFound = { ...place, kind: 'unreadable', reason: `${reason}: ${detail}`, body };
    if (this.#ingest.note(found)) this.#parts.anomaly(found);
  }

  #commit(messages: readonly WaitingMessage[]): void {
    const results = this.#ingest.commit(this.#batches(messages));
    this.#parts.afterCommit();
    const reached = new Map<string, BatchResult>();
    for (const result of results) {
      this.#count(result);
      for (const found of result.news) this.#parts.anomaly(found);
      reached.set(`${result.controller}/${result.epoch}`, result);
    }
    for (const { controller, epoch, through, hash } of reached.values()) {
      this.#parts.acknowledge(controller, epoch, through, hash);
    }
  }

  /** One batch that cannot be taken must not hold up the others. */
  #commitEach(messages: readonly WaitingMessage[]): void {
    for (const message of messages) {
      try {
        this.#commit([message]);
      } catch (error) {
        this.#parts.refused('failed', `events of ${message.controller} could not be taken: ${String(error)}`);
      }
    }
  }

  #count({ taken, outcome }: BatchResult): void {
    this.#counters.taken += taken;
    if (outcome === 'duplicate') this.#counters.duplicateBatches++;
    if (outcome === 'gap') this.#counters.gapBatches++;
  }
}
