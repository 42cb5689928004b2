// The way from a decision to the disk. What could not be written is kept in memory, bounded, and written with its own
// moment before anything later, so that the journal's order is the order of what happened.

import type { StateChange } from '../../access/change.ts';
import type { Moment } from '../../access/clock.ts';
import type { EventDraft, JournalEvent } from '../../access/event.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { ControllerParts } from './port.ts';

interface Unwritten {
  readonly drafts: readonly EventDraft[];
  readonly changes: readonly StateChange[];
  readonly at: Moment;
}

/** Decisions kept in memory while the disk fails; of later ones only the count is kept. */
const maxUnwritten = 10_000;

export class Ledger {
  readonly #journal: Journal;
  readonly #log: ControllerParts['log'];
  readonly #recorded: ControllerParts['recorded'];
  #unwritten: Unwritten[] = [];
  #lost = 0;

  constructor(parts: Pick<ControllerParts, 'journal' | 'log' | 'recorded'>) {
    this.#journal = parts.journal;
    this.#log = parts.log;
    this.#recorded = parts.recorded;
  }

  /**
   * Writes what was left unwritten, then this, durably.
   * @throws DbError; nothing of this was written then, and nothing is kept.
   */
  write(drafts: readonly EventDraft[], changes: readonly StateChange[], at: Moment): readonly JournalEvent[] {
    if (this.#unwritten.length > 0) this.#recover(at);
    return drafts.length === 0 && changes.length === 0 ? [] : this.#journal.commit(drafts, changes, { at });
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

  /** Keeps in memory what could not be written, and shouts. */
  keep(drafts: readonly EventDraft[], changes: readonly StateChange[], at: Moment, error: unknown): void {
    if (this.#unwritten.length < maxUnwritten) this.#unwritten.push({ drafts, changes, at });
    else this.#lost += 1;
    const kept = `${this.#unwritten.length} kept in memory, ${this.#lost} lost`;
    this.#log('error', `the journal cannot be written (${kept}): ${error instanceof Error ? error.message : error}`);
  }

  #recover(at: Moment): void {
    while (this.#unwritten[0] !== undefined) {
      const { drafts, changes, at: then } = this.#unwritten[0];
      const events = this.#journal.commit(drafts, changes, { at: then });
      this.#unwritten.shift();
      this.announce(events);
    }
    this.#unwritten = [];
    const data = { storage: 'journal', recovered: true, lost: this.#lost };
    this.announce(this.#journal.commit([{ type: 'storage.failed', data }], [], { at }));
    this.#lost = 0;
    this.#log('info', 'the journal can be written again');
  }
}
