// The journal at a path, over its being set aside: when another file takes its place, what is left of the old one comes
// first, then all of the new one. The old file stays open until then, so that no other can be mistaken for it.

import { statSync } from 'node:fs';
import type { JournalEvent } from '../../access/event.ts';
import { messageOf } from '../../db/error.ts';
import { type EventFilter, type JournalReader, openJournalReader } from '../../db/journal/reader.ts';

interface Opened {
  readonly reader: JournalReader;
  /** Which file it is, whatever its name is by now. */
  readonly mark: string;
}

export class FollowedJournal {
  readonly #file: string;
  readonly #filter: EventFilter;
  readonly #say: (words: string) => void;
  #opened: Opened;
  #afterSeq = 0;
  #fault = '';

  /**
   * @param say what becomes of the file, one line each.
   * @throws DbError as `openJournalReader`
   */
  constructor(file: string, filter: EventFilter, say: (words: string) => void) {
    this.#file = file;
    this.#filter = filter;
    this.#say = say;
    this.#opened = open(file);
  }

  /** How many records were dropped from the beginning. */
  get dropped(): number {
    return this.#opened.reader.dropped();
  }

  /** What came since the last call. @throws what the database says of a file that it cannot read */
  *news(): Generator<JournalEvent> {
    const next = this.#successor();
    if (next !== null) {
      try {
        yield* this.#rest();
      } catch (error) {
        this.#say(`what was left of the journal before cannot be read: ${messageOf(error)}`);
      }
      this.#opened.reader.close();
      this.#opened = next;
      this.#afterSeq = 0;
      const { epoch } = next.reader.identity();
      this.#say(`${this.#file} was set aside or replaced; here is the journal that is there now, epoch ${epoch}`);
    }
    yield* this.#rest();
  }

  /** As `news`; what cannot be read now is told of once, and looked at again with the next call. */
  *newsLater(): Generator<JournalEvent> {
    try {
      yield* this.news();
      this.#fault = '';
    } catch (error) {
      const fault = messageOf(error);
      if (fault !== this.#fault) this.#say(`${this.#file} cannot be read now, and is looked at again: ${fault}`);
      this.#fault = fault;
    }
  }

  close(): void {
    this.#opened.reader.close();
  }

  *#rest(): Generator<JournalEvent> {
    const { reader } = this.#opened;
    // Taken before reading: what is written meanwhile may be given now, so the last one given counts where it is later.
    const head = reader.head();
    for (const event of reader.events({ ...this.#filter, afterSeq: this.#afterSeq })) {
      this.#afterSeq = event.seq;
      yield event;
    }
    this.#afterSeq = Math.max(this.#afterSeq, head);
  }

  /** Another file at the path; null while it is the same, is not there, or is only being made. */
  #successor(): Opened | null {
    const mark = markOf(this.#file);
    if (mark === '' || mark === this.#opened.mark) return null;
    try {
      return open(this.#file);
    } catch {
      // It is only being made: the next look finds it whole, or the daemon says what is wrong with it.
      return null;
    }
  }
}

/** A file that is replaced this often while it is opened is taken as it is. */
const maxTries = 10;

/** @throws DbError as `openJournalReader` */
function open(file: string): Opened {
  for (let tries = 1; ; tries++) {
    const mark = markOf(file);
    const reader = openJournalReader(file);
    if (markOf(file) === mark || tries === maxTries) return { reader, mark };
    reader.close();
  }
}

/** Empty where there is no file. */
function markOf(file: string): string {
  const status = statSync(file, { throwIfNoEntry: false });
  return status === undefined ? '' : `${status.dev} ${status.ino}`;
}
