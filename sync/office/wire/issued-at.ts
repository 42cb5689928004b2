// Instants for what the office says, each above the one before, also across a restart and a clock that goes back. A span is
// reserved on disk ahead of time, so that an acknowledgement costs no write of its own.

import type { Clock } from '../../../access/clock.ts';
import { readMeta, writeMeta } from '../store/meta.ts';
import type { OfficeStore } from '../store/open.ts';

/** How far ahead is reserved: one write at most in this time, and at most so far ahead of the clock after a restart. */
const spanMs = 10_000;

export class IssuedAt {
  readonly #store: OfficeStore;
  readonly #clock: Clock;
  #lastMs: number;
  #reservedMs: number;

  constructor(store: OfficeStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#reservedMs = readMeta(store, 'issuedAtReservedMs');
    this.#lastMs = this.#reservedMs;
  }

  /** UTC milliseconds. @throws what SQLite throws; nothing is used up then. */
  next(): number {
    const ms = Math.max(Math.floor(this.#clock.now().wallMs), this.#lastMs + 1);
    if (ms > this.#reservedMs) {
      writeMeta(this.#store, 'issuedAtReservedMs', ms + spanMs);
      this.#reservedMs = ms + spanMs;
    }
    this.#lastMs = ms;
    return ms;
  }
}
