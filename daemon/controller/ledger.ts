// The way from a decision to the disk. What could not be written is kept in memory, bounded, and written with its own
// moment before anything later, so that the journal's order is the order of what happened.

import type { StateChange } from '../../access/change.ts';
import type { Moment } from '../../access/clock.ts';
import type { EventDraft, JournalEvent } from '../../access/event.ts';
import { tellPeers } from '../../access/merge/told.ts';
import { DbError, messageOf } from '../../db/error.ts';
import type { Journal } from '../../db/journal/journal.ts';

export interface LedgerParts {
  readonly journal: Journal;
  /** Told of each committed batch, after the outputs were set: the edge, the followers of the journal. Never throws. */
  readonly recorded: (events: readonly JournalEvent[]) => void;
  /** Whether the site has other controllers, which are to be told what they need. Left out: it has none. */
  readonly hasPeers?: () => boolean;
  readonly log: (level: 'info' | 'error', message: string) => void;
}

interface Unwritten {
  readonly drafts: readonly EventDraft[];
  readonly changes: readonly StateChange[];
  readonly at: Moment;
}

/** Decisions kept in memory while the disk fails; of later ones only the count is kept. */
const maxUnwritten = 10_000;
/** Kept decisions that are written in one turn: each is a transaction of its own, and taps and heartbeats wait for the turn. */
const writtenPerTurn = 25;

export class Ledger {
  readonly #journal: Journal;
  readonly #log: LedgerParts['log'];
  readonly #recorded: LedgerParts['recorded'];
  readonly #hasPeers: () => boolean;
  #unwritten: Unwritten[] = [];
  #lost = 0;

  constructor(parts: LedgerParts) {
    this.#journal = parts.journal;
    this.#log = parts.log;
    this.#recorded = parts.recorded;
    this.#hasPeers = parts.hasPeers ?? (() => false);
  }

  /** Whether the site has other controllers. */
  get hasPeers(): boolean {
    return this.#hasPeers();
  }

  /** How many decisions are in memory only. */
  get unwritten(): number {
    return this.#unwritten.length;
  }

  /** Their records, in their order, each with its moment. */
  unwrittenRecords(): { readonly draft: EventDraft; readonly at: Moment }[] {
    return this.#unwritten.flatMap(({ drafts, at }) => drafts.map((draft) => ({ draft, at })));
  }

  /** What those decisions change, in their order: later decisions must know of it. */
  unwrittenChanges(): StateChange[] {
    return this.#unwritten.flatMap(({ changes }) => changes);
  }

  /**
   * Writes what was left unwritten, a bounded number of decisions at a time; call it before facts are read, which must know
   * of them. A disk that still fails leaves all as it is.
   * @returns whether nothing is left.
   */
  recover(at: Moment): boolean {
    if (this.#unwritten.length === 0) return true;
    try {
      for (let n = 0; n < writtenPerTurn && this.#unwritten[0] !== undefined; n++) {
        this.#writeKept(this.#unwritten[0]);
        this.#unwritten.shift();
      }
      if (this.#unwritten.length > 0) return false;
      const data = { storage: 'journal', recovered: true, lost: this.#lost };
      this.announce(this.#journal.commit([{ type: 'storage.failed', data }], [], { at }));
    } catch {
      return false;
    }
    this.#lost = 0;
    this.#log('info', 'the journal can be written again');
    return true;
  }

  /**
   * Writes durably, after all that was left unwritten.
   * @throws DbError; nothing of this was written then, and nothing is kept.
   */
  write(drafts: readonly EventDraft[], changes: readonly StateChange[], at: Moment): readonly JournalEvent[] {
    if (drafts.length === 0 && changes.length === 0) return [];
    if (!this.recover(at)) {
      const waiting = `${this.#unwritten.length} earlier decisions wait to be written`;
      throw new DbError('storage-failed', 'journal.db', `the journal cannot be written: ${waiting}; check the disk`);
    }
    return this.#commit(drafts, changes, at);
  }

  /**
   * Writes what peers said, and what it comes to here. It is on disk with the next record at the latest; a power cut before takes
   * it back whole, and it is asked for again: a tap never waits for the disk on its account.
   * @throws DbError
   */
  keepUp(changes: readonly StateChange[], at: Moment): void {
    this.#journal.commit([], changes, { at, lazily: true });
  }

  #commit(drafts: readonly EventDraft[], changes: readonly StateChange[], at: Moment): readonly JournalEvent[] {
    return this.#journal.commit(this.#hasPeers() ? tellPeers(drafts, changes) : drafts, changes, { at });
  }

  /** Tells whoever follows the journal; called once the outputs were set. */
  announce(events: readonly JournalEvent[]): void {
    if (events.length > 0) this.#recorded(events);
  }

  /** Writes and tells; what cannot be written is kept. */
  record(drafts: readonly EventDraft[], changes: readonly StateChange[], at: Moment): readonly JournalEvent[] {
    let events: readonly JournalEvent[];
    try {
      events = this.write(drafts, changes, at);
    } catch (error) {
      this.keep(drafts, changes, at, error);
      return [];
    }
    this.announce(events);
    return events;
  }

  /** The end: what can be written now is written, however much it is; of the rest the log says that it is lost. */
  end(at: Moment): void {
    for (let before = Number.POSITIVE_INFINITY; this.unwritten > 0 && this.unwritten < before; ) {
      before = this.unwritten;
      this.recover(at);
    }
    const lost = this.unwritten + this.#lost;
    if (lost > 0) this.#log('error', `${lost} decisions never reached the disk and are lost now`);
  }

  /** Keeps in memory what could not be written, and shouts. */
  keep(drafts: readonly EventDraft[], changes: readonly StateChange[], at: Moment, error: unknown): void {
    if (this.#unwritten.length < maxUnwritten) this.#unwritten.push({ drafts, changes, at });
    else this.#lost += 1;
    const kept = `${this.#unwritten.length} kept in memory, ${this.#lost} lost`;
    this.#log('error', `the journal cannot be written (${kept}): ${messageOf(error)}`);
  }

  /**
   * A decision that can never be written as it is (it contradicts what is there by now) must not hold up all others: its
   * records are written without its changes, and a record says so.
   */
  #writeKept({ drafts, changes, at }: Unwritten): void {
    try {
      this.announce(this.#commit(drafts, changes, at));
    } catch (error) {
      if (isDiskFailure(error)) throw error;
      const note: EventDraft = { type: 'storage.failed', data: { storage: 'journal', setAside: messageOf(error) } };
      const whole = error instanceof DbError && error.code === 'too-large' ? [] : drafts;
      this.announce(this.#journal.commit([...whole, note], [], { at }));
      this.#log('error', `a decision was recorded without its effect on visits: ${messageOf(error)}`);
    }
  }
}

/** Whether trying again later can help. */
export function isDiskFailure(error: unknown): boolean {
  if (!(error instanceof DbError) || error.code === 'too-large') return false;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return !code.startsWith('SQLITE_CONSTRAINT');
}
