// The journal on its way to the office: in order, in batches, within a window; only the office's own signed word moves the
// cursor. Whatever gets lost on the way is sent again from the cursor.

import type { Cancel, Clock } from '../../access/clock.ts';
import { type AckState, judgeAck } from '../protocol/acks.ts';
import { eventBatchText, maxBatchBytes, maxBatchEvents } from '../protocol/events.ts';
import type { Ack } from '../protocol/messages.ts';
import { wireText } from './outgoing-text.ts';
import type { EdgeSettings, EventSource } from './ports.ts';

export interface OutboxOptions {
  readonly clock: Clock;
  readonly source: EventSource;
  /** Nobody writes this journal any more: an office that has more of it than is known here has all of it. */
  readonly closed?: boolean;
  readonly settings: EdgeSettings;
  readonly acknowledged: { readonly through: number; readonly issuedAtMs: number | null };
  /** Signs and publishes a batch; false where it could not be handed over. */
  send(batchText: string): boolean;
  moved(state: AckState): void;
  refuse(kind: 'ack' | 'outbox', reason: string, detail: string): void;
}

/** Batches on their way at most, beside the window's bound in events: 16 · batchBytes is what the network may hold. */
const maxBatches = 16;
/** After a manifest the office is given this long to acknowledge what it may have heard. */
const nudgeMs = 1_000;

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #epoch: string;
  #acked: AckState;
  /** Last sequence number that was handed over since the connection came up. */
  #sent: number;
  /** Last sequence number of each batch on its way. */
  #batches: number[] = [];
  #head: number;
  #online = false;
  #tries = 0;
  #sentAtMs = 0;
  #cancel: Cancel | null = null;
  /** Up to here it was told which records cannot be sent as they were recorded. */
  #told = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#epoch = options.source.identity().epoch;
    const { through, issuedAtMs } = options.acknowledged;
    this.#acked = { epoch: this.#epoch, through, issuedAtMs };
    this.#sent = through;
    this.#head = through;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Last sequence number that is known to be written. */
  get head(): number {
    return this.#head;
  }

  online(): void {
    this.#online = true;
    this.#tries = 0;
    this.#again();
  }

  offline(): void {
    this.#online = false;
    this.#stopWaiting();
  }

  grew(seq: number): void {
    this.#head = Math.max(this.#head, seq);
    this.#pump();
  }

  /** The office spoke: it may have been away while the window was sent. */
  nudge(): void {
    if (!this.#online || this.#batches.length === 0) return;
    const sinceMs = this.#options.clock.now().sinceBootMs - this.#sentAtMs;
    this.#tries = 0;
    this.#stopWaiting();
    this.#wait(Math.max(nudgeMs - sinceMs, 0));
  }

  take(ack: Ack): void {
    if (ack.through > this.#head) this.#look();
    const through = this.#options.closed === true ? Math.min(ack.through, this.#head) : ack.through;
    const other = this.#otherRecord(ack);
    if (other !== null) {
      this.#options.refuse('ack', 'fork', other);
      return;
    }
    const verdict = judgeAck(this.#acked, this.#head, { ...ack, through });
    if (verdict.outcome === 'refused') {
      const detail = `through ${ack.through} of epoch ${ack.epoch}; written here are ${this.#head} of ${this.#epoch}`;
      this.#options.refuse('ack', verdict.reason, detail);
      return;
    }
    if (verdict.outcome === 'ignored') {
      if (verdict.reason === 'stale')
        this.#options.refuse('ack', 'stale', `through ${ack.through}, older than one seen`);
      return;
    }
    const before = this.#acked.through;
    this.#acked = verdict.state;
    if (verdict.state.through === before) return;
    this.#tries = 0;
    this.#options.moved(verdict.state);
    if (verdict.outcome === 'rewind') this.#again();
    else this.#advance();
  }

  /**
   * The office has another record in that place: what lies here is not what it has, whatever it says. In words; null: it has
   * the same, or nobody can tell.
   */
  #otherRecord({ epoch, through, hash }: Ack): string | null {
    if (hash === undefined || epoch !== this.#epoch || through > this.#head) return null;
    let own: string | null;
    try {
      own = this.#options.source.hashOf?.(through) ?? null;
    } catch {
      return null;
    }
    return own === null || own === hash ? null : `the office has another record ${through} of ${epoch} than this one`;
  }

  #advance(): void {
    this.#sent = Math.max(this.#sent, this.#acked.through);
    this.#batches = this.#batches.filter((last) => last > this.#acked.through);
    this.#stopWaiting();
    this.#pump();
  }

  /** From the cursor on. */
  #again(): void {
    this.#sent = this.#acked.through;
    this.#batches = [];
    this.#stopWaiting();
    this.#pump();
  }

  #pump(): void {
    if (!this.#online) return;
    this.#look();
    const { windowEvents, batchEvents, batchBytes } = this.#options.settings;
    while (this.#sent < this.#head && this.#batches.length < maxBatches) {
      const room = windowEvents - (this.#sent - this.#acked.through);
      if (room <= 0) break;
      if (!this.#sendBatch(Math.min(batchEvents, room, maxBatchEvents), Math.min(batchBytes, maxBatchBytes))) break;
    }
    if (this.#sent < this.#head || this.#batches.length > 0) this.#await();
  }

  #sendBatch(maxEvents: number, maxBytes: number): boolean {
    const events = this.#read(maxEvents, maxBytes);
    const last = events.at(-1);
    if (last === undefined) return false;
    const texts = events.map((record) => {
      const { text, fault } = wireText(record);
      if (fault !== null && record.seq > this.#told) {
        this.#told = record.seq;
        this.#options.refuse('outbox', 'record-lost', fault);
      }
      return text;
    });
    if (!this.#options.send(eventBatchText(this.#epoch, texts))) return false;
    this.#sent = last.seq;
    this.#batches.push(last.seq);
    this.#sentAtMs = this.#options.clock.now().sinceBootMs;
    return true;
  }

  #read(maxEvents: number, maxBytes: number): ReturnType<EventSource['read']> {
    try {
      return this.#options.source.read(this.#sent, maxEvents, maxBytes);
    } catch (error) {
      this.#options.refuse('outbox', 'unreadable', `events after ${this.#sent}: ${String(error)}`);
      return [];
    }
  }

  #look(): void {
    try {
      this.#head = Math.max(this.#head, this.#options.source.head());
    } catch (error) {
      this.#options.refuse('outbox', 'unreadable', `the journal's head: ${String(error)}`);
    }
  }

  /** Without progress the waits grow: an office that is away for a week finds a few copies, not a million. */
  #await(): void {
    if (this.#cancel !== null) return;
    const { ackTimeoutMs, backoffMaxMs } = this.#options.settings;
    const longestMs = Math.max(ackTimeoutMs, backoffMaxMs);
    this.#wait(Math.min(ackTimeoutMs * 2 ** Math.min(this.#tries, 30), longestMs));
  }

  #wait(delayMs: number): void {
    this.#cancel = this.#options.clock.after('edge acknowledgement', delayMs, () => {
      this.#cancel = null;
      this.#tries++;
      this.#again();
    });
  }

  #stopWaiting(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
