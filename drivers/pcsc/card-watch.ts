// One reader in the PC/SC process: its states become cards that come and go, in the order in which they did. One card is
// read at a time; what happens meanwhile is looked at afterwards, so nothing queues. What the reader is to be told waits for
// cards, never they for it but while it is being told.
// nfc-pcsc's own handling of states is switched off: it emits some failures as an event that is named by the error, keeps
// a connection that it lost for good, and answers the next card through it. `close` of a reader is never called: it waits
// for a lock that the handler of a state holds.

import type { CardStatus, Reader } from 'nfc-pcsc';
import { readCard } from './card-read.ts';
import { type CardState, cardChange, cardState } from './card-state.ts';
import type { FromHost } from './messages.ts';
import { tellReader } from './tell.ts';

export interface CardWatchEvents {
  send(message: FromHost): void;
  /** It is watched no more. */
  ended(): void;
}

export class CardWatch {
  readonly #reader: Reader;
  readonly #events: CardWatchEvents;
  #latest: CardState | null = null;
  /** What was told of. */
  #told: CardState | null = null;
  #command: readonly number[] | null = null;
  #busy = false;
  #over = false;

  constructor(reader: Reader, events: CardWatchEvents) {
    this.#reader = reader;
    this.#events = events;
    reader.reader.removeAllListeners('status');
    reader.reader.on('status', ({ state }: CardStatus) => {
      this.#latest = cardState(state);
      void this.#follow();
    });
    reader.on('error', (error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error);
      events.send({ type: 'broken', reader: reader.name, detail: detail.slice(0, 500) });
    });
    reader.on('end', () => {
      this.#over = true;
      events.ended();
    });
  }

  /** To be called once what was told before is over. */
  tell(command: readonly number[]): void {
    this.#command = command;
    void this.#follow();
  }

  async #follow(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (!this.#over) {
      const [before, now] = [this.#told, this.#latest];
      if (now !== null && now !== before) {
        this.#told = now;
        if (before === null) await this.#begin(now);
        else await this.#change(before, now);
      } else if (this.#command !== null) await this.#pass(this.#command);
      else break;
    }
    this.#busy = false;
  }

  async #pass(command: readonly number[]): Promise<void> {
    this.#command = null;
    await tellReader(this.#reader.reader, command, this.#told?.present === true);
    this.#tell({ type: 'told', reader: this.#reader.name });
  }

  async #begin(now: CardState): Promise<void> {
    this.#tell({ type: 'watching', reader: this.#reader.name });
    if (now.present) await this.#read(true);
  }

  async #change(before: CardState, now: CardState): Promise<void> {
    const reader = this.#reader.name;
    const { left, came, missed } = cardChange(before, now);
    if (left) this.#tell({ type: 'empty', reader });
    if (missed > 0) this.#tell({ type: 'missed', reader, count: missed });
    if (came) await this.#read(false);
  }

  async #read(stale: boolean): Promise<void> {
    const outcome = await readCard(this.#reader.reader);
    this.#tell({ type: 'card', reader: this.#reader.name, outcome, stale });
  }

  #tell(message: FromHost): void {
    if (!this.#over) this.#events.send(message);
  }
}
