// The office's own records (interfaces.md section 6): a journal of the controller `office`, kept among the controllers' journals, by
// the same chain. Each run of the office that records anything begins an epoch of its own: a store that was restored from a backup
// never gives a number twice. A command of another process goes on with the epoch of the office that runs, or begins one: where the
// journal ends is read in the transaction that adds to it, so that two writers never give one number.

import { v4 } from 'uuid';
import { genesisHash } from '../../../access/canonical.ts';
import type { Clock, Random } from '../../../access/clock.ts';
import type { EventDraft } from '../../../access/event.ts';
import { officeName } from '../../../access/merge/record.ts';
import { type NewRecord, recordsOf } from '../../../db/journal/records.ts';
import type { ReceivedEvent } from '../../protocol/events.ts';
import { rowOf } from '../ingest/row.ts';
import { Events } from '../store/events.ts';
import type { OfficeStore } from '../store/open.ts';

export class OwnJournal {
  readonly #store: OfficeStore;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #events: Events;
  readonly epoch: string;

  /** @param epoch of the office that runs, for a command beside it */
  constructor(store: OfficeStore, clock: Clock, random: Random, epoch?: string) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    this.#events = new Events(store);
    this.epoch = epoch ?? v4({ random: random.bytes(16) });
  }

  /** Tells commands that this is the epoch of the office that runs. */
  claim(): void {
    this.#store.db.prepare('INSERT OR REPLACE INTO own_epoch (one, epoch) VALUES (1, ?)').run(this.epoch);
  }

  /** Whether anything in it is about a visit. */
  hasVisits(): boolean {
    const one = `SELECT 1 FROM events WHERE controller = '${officeName}' AND visit IS NOT NULL LIMIT 1`;
    return this.#store.db.prepare(one).get() !== undefined;
  }

  /** Inside the caller's transaction. @param wallMs when it happened, UTC milliseconds; left out: now */
  record(drafts: readonly EventDraft[], wallMs?: number): readonly NewRecord[] {
    if (drafts.length === 0) return [];
    const now = this.#clock.now();
    const at = { ...now, wallMs: wallMs ?? now.wallMs };
    const identity = { site: this.#store.site, controller: officeName, epoch: this.epoch };
    const genesis = genesisHash(identity);
    const known = this.#events.cursor(officeName, this.epoch);
    if (known === undefined) this.#events.begin(officeName, this.epoch, genesis, now.wallMs);
    const { through: seq, hash } = known ?? { through: 0, hash: genesis };
    const records = recordsOf(drafts, { identity, head: { seq, hash }, file: this.#store.path }, at, this.#random);
    for (const record of records) {
      const received = record as unknown as ReceivedEvent;
      this.#events.insert(rowOf(received).row);
    }
    const last = records.at(-1);
    if (last !== undefined) this.#events.move(officeName, this.epoch, { through: last.event.seq, hash: last.hash });
    return records;
  }
}

/** The epoch that the office which runs has claimed; undefined where none did since the store was made. */
export function claimedEpoch({ db }: OfficeStore): string | undefined {
  return db.prepare<[], string>('SELECT epoch FROM own_epoch').pluck().get();
}
