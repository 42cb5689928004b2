// The office's own records (interfaces.md section 6): a journal of the controller `office`, kept among the controllers' journals, by
// the same chain. Each run of the office that records anything begins an epoch of its own: a store that was restored from a backup
// never gives a number twice.

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

  constructor(store: OfficeStore, clock: Clock, random: Random) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    this.#events = new Events(store);
    this.epoch = v4({ random: random.bytes(16) });
  }

  /** Inside the caller's transaction. */
  record(drafts: readonly EventDraft[]): readonly NewRecord[] {
    if (drafts.length === 0) return [];
    const at = this.#clock.now();
    const identity = { site: this.#store.site, controller: officeName, epoch: this.epoch };
    const genesis = genesisHash(identity);
    const known = this.#events.cursor(officeName, this.epoch);
    if (known === undefined) this.#events.begin(officeName, this.epoch, genesis, at.wallMs);
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
