// What comes while the doors are made anew: kept, within a bound, and done as soon as they are back, records first.

import type { EventDraft } from '../../access/event.ts';
import type { Log } from '../log.ts';
import { wordsOf } from './error.ts';

/** Records kept for the doors to come; of later ones only the count is kept. */
const maxRecords = 1_000;

export class Meanwhile {
  readonly #log: Log;
  #records: EventDraft[] = [];
  #lost = 0;
  #acts: (() => void)[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  /** Beyond 1,000 it is only counted, and the count is logged when the doors are back. */
  record(draft: EventDraft): void {
    if (this.#records.length < maxRecords) this.#records.push(draft);
    else this.#lost += 1;
  }

  /** Not bounded here: the edge has at most one replica on its way. */
  act(act: () => void): void {
    this.#acts.push(act);
  }

  /** The doors are back: everything is handed on, in the order in which it came. */
  end(record: (drafts: readonly EventDraft[]) => void): void {
    const records = this.#records.splice(0);
    if (records.length > 0) record(records);
    this.#tellLost(this.#lost);
    for (const act of this.#acts.splice(0)) {
      try {
        act();
      } catch (error) {
        this.#log('error', `what waited for the doors failed: ${wordsOf(error)}`);
      }
    }
  }

  /** The doors do not come back any more. */
  drop(): void {
    this.#tellLost(this.#lost + this.#records.splice(0).length);
    this.#acts = [];
  }

  #tellLost(count: number): void {
    this.#lost = 0;
    if (count > 0) this.#log('error', `${count} events were not recorded: the doors were being made anew`);
  }
}
