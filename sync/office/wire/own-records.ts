// The office's own journal as it runs: what was recorded in it, by the office itself or by a command beside it, is told to the
// controllers; visits that began at the desk are ended. Whoever does not hear a record asks for it.

import type { Cancel, Clock, Random } from '../../../access/clock.ts';
import { officeName } from '../../../access/merge/record.ts';
import { eventBatchText } from '../../protocol/events.ts';
import { settleOwnVisits } from '../acts/own-visits.ts';
import type { OwnJournal } from '../merge/own-journal.ts';
import { Events } from '../store/events.ts';
import { isBusy } from '../store/failure.ts';
import { JournalsKept } from '../store/journals.ts';
import type { OfficeStore } from '../store/open.ts';

export interface OwnRecordsParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: OfficeStore;
  readonly journal: OwnJournal;
  /** Tells the controllers a batch of the office's journal. */
  tell(text: string): void;
  /** There are records that were not there before. */
  grew(): void;
  failed(error: unknown): void;
}

const lookMs = 500;
const brokenMs = 5_000;
const settleEveryMs = 15_000;
const maxEvents = 500;
const maxBytes = 256 * 1024;

export class OwnRecords {
  readonly #parts: OwnRecordsParts;
  readonly #events: Events;
  readonly #journals: JournalsKept;
  #told = 0;
  #claimed = false;
  #settledMs = Number.NEGATIVE_INFINITY;
  #stopped = false;
  #cancel: Cancel = () => {};

  constructor(parts: OwnRecordsParts) {
    this.#parts = parts;
    this.#events = new Events(parts.store);
    this.#journals = new JournalsKept(parts.store);
  }

  start(): void {
    this.#look();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** Records may have come: sooner than it would look by itself. */
  soon(): void {
    this.#cancel();
    if (!this.#stopped) this.#cancel = this.#parts.clock.after('office records', 0, () => this.#look());
  }

  #look(): void {
    let delayMs = lookMs;
    try {
      this.#round();
    } catch (error) {
      if (!isBusy(error)) {
        this.#parts.failed(error);
        delayMs = brokenMs;
      }
    }
    this.#cancel();
    if (!this.#stopped) this.#cancel = this.#parts.clock.after('office records', delayMs, () => this.#look());
  }

  #round(): void {
    const { journal, clock } = this.#parts;
    if (!this.#claimed) journal.claim();
    this.#claimed = true;
    const nowMs = clock.now().sinceBootMs;
    if (nowMs - this.#settledMs >= settleEveryMs) {
      this.#settledMs = nowMs;
      settleOwnVisits(this.#parts);
    }
    if (this.#tell()) this.#parts.grew();
  }

  /** @returns whether there was anything */
  #tell(): boolean {
    const { journal, tell } = this.#parts;
    const through = this.#events.cursor(officeName, journal.epoch)?.through ?? 0;
    const before = this.#told;
    while (this.#told < through) {
      const texts = this.#journals.texts(officeName, journal.epoch, this.#told, maxEvents, maxBytes);
      if (texts.length === 0) break;
      tell(eventBatchText(journal.epoch, texts));
      this.#told += texts.length;
    }
    return this.#told > before;
  }
}
