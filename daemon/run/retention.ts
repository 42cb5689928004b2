// Keeps the journal within its bounds, in small steps between taps: each is one short transaction of the one writer. What is
// dropped before the office has it is on record, and the office hears of it.

import type { Cancel, Clock } from '../../access/clock.ts';
import type { EventDraft } from '../../access/event.ts';
import { recordOf } from '../../config/raw.ts';
import type { JournalSettings } from '../../config/types.ts';
import type { Journal } from '../../db/journal/journal.ts';
import { isLow, planRetention } from '../../db/journal/retention.ts';
import { type Log, RareLog } from '../log.ts';
import { wordsOf } from './error.ts';

export interface RetentionParts {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly log: Log;
  settings(): JournalSettings;
  /** Nobody waits for the records: this controller works alone. */
  alone(): boolean;
  record(draft: EventDraft): void;
}

export interface RetentionStatus {
  /** Bytes of the file that hold something, and what it may take. */
  readonly bytes: number;
  readonly maxBytes: number;
  /** Records dropped from the beginning. */
  readonly dropped: number;
  /** Records that the office has not take nearly all of it. */
  readonly low: boolean;
}

const idleMs = 60_000;
/** Between two steps; taps come first. */
const stepMs = 200;
/** Records of a step: to drop them takes about as long as one tap's own write. */
const stepRecords = 50;
const failureLogMs = 3_600_000;
/** Up to which record it was told what the office never got. */
const toldKey = 'droppedTold';

export class Retention {
  readonly #parts: RetentionParts;
  readonly #failures: RareLog;
  #bytes = 0;
  #shrinking = false;
  #low = false;
  #cancel: Cancel = () => {};

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    this.#failures = new RareLog(parts.log, parts.clock, failureLogMs);
  }

  /** Looks soon, and then again and again. */
  start(): void {
    this.#later(stepMs);
  }

  stop(): void {
    this.#cancel();
  }

  /** As of the last look: a disk that fails keeps nobody from asking. */
  status(): RetentionStatus {
    const { journal, settings } = this.#parts;
    return {
      bytes: this.#bytes,
      maxBytes: settings().maxBytes,
      dropped: journal.anchor?.seq ?? 0,
      low: this.#low,
    };
  }

  #later(delayMs: number): void {
    this.#cancel = this.#parts.clock.after('journal retention', delayMs, () => {
      this.#later(this.#look() ? stepMs : idleMs);
    });
  }

  /** Whether there is more to do. */
  #look(): boolean {
    try {
      return this.#step();
    } catch (error) {
      const words = wordsOf(error);
      this.#failures.count('step', 1, 'error', () => `old records of the journal cannot be dropped: ${words}`);
      return false;
    }
  }

  #step(): boolean {
    const { clock, journal, settings, alone } = this.#parts;
    const bounds = settings();
    const now = clock.now();
    const head = journal.head.seq;
    this.#bytes = journal.usedBytes();
    const facts = {
      head,
      dropped: journal.anchor?.seq ?? 0,
      delivered: alone() ? head : journal.acknowledged.through,
      usedBytes: this.#bytes,
      nowMs: now.synchronised ? now.wallMs : null,
    };
    this.#tellLow(isLow(facts, bounds.maxBytes, this.#low), facts.usedBytes, bounds.maxBytes);
    const oldest = journal.oldest(stepRecords);
    const { through, shrinking } = planRetention({ ...facts, shrinking: this.#shrinking, oldest }, bounds);
    this.#shrinking = shrinking && through !== null;
    // One whose hash is damaged cannot be what the chain goes on from; one beside it can.
    const last = oldest.filter(({ seq }) => through !== null && seq <= through).reverse();
    if (last.some(({ seq }) => journal.drop(seq))) return true;
    this.#tellGap(facts.delivered);
    return false;
  }

  #tellLow(low: boolean, bytes: number, maxBytes: number): void {
    if (low === this.#low) return;
    const pending = this.#parts.journal.pending();
    const data = { storage: 'journal', bytes, maxBytes, pending, ...(low ? {} : { recovered: true }) };
    const { log, record } = this.#parts;
    this.#low = low;
    record({ type: 'storage.low', data });
    if (!low) log('info', 'the journal has room again');
    else {
      const mend = 'bring the office back, or raise journal.maxBytes where the disk has room';
      log(
        'error',
        `${pending} events that the office has not nearly fill the journal (${bytes} of ${maxBytes} bytes): ${mend}`,
      );
    }
  }

  /** Once a round of dropping is over: what of it the office never had. */
  #tellGap(delivered: number): void {
    const { journal, log, record } = this.#parts;
    const dropped = journal.anchor?.seq ?? 0;
    const { epoch } = journal;
    const told = recordOf(journal.get(toldKey));
    const from = Math.max(delivered, told.epoch === epoch && typeof told.through === 'number' ? told.through : 0) + 1;
    if (dropped < from) return;
    journal.set(toldKey, { epoch, through: dropped });
    record({ type: 'journal.gap', data: { reason: 'dropped', from, through: dropped } });
    log(
      'error',
      `records ${from} to ${dropped} were dropped before the office had them: the journal may take no more of the disk`,
    );
  }
}
