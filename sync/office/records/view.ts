// The records as they are, read by name: one at a time, whatever their number.

import { createHmac } from 'node:crypto';
import type { OfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';
import { RecordsError } from './error.ts';
import { keyOf, type RecordKind } from './kinds.ts';
import { type Written, writtenOf } from './written.ts';

/** A record that is a mapping. */
export type WrittenRecord = Exclude<Written, string>;

export class RecordsView {
  readonly store: OfficeStore;
  readonly #records: Records;
  #salt: string | null = null;

  constructor(store: OfficeStore) {
    this.store = store;
    this.#records = new Records(store);
  }

  /** As it is kept; undefined for none. */
  body(kind: RecordKind, id: string): string | undefined {
    return this.#records.body(kind, keyOf(kind, id));
  }

  find(kind: RecordKind, id: string): Written | undefined {
    const body = this.body(kind, id);
    return body === undefined ? undefined : writtenOf(kind, body);
  }

  /** @throws RecordsError `not-found` */
  get(kind: RecordKind, id: string): WrittenRecord {
    const found = this.find(kind, id);
    if (found === undefined) throw missing(kind, id);
    return typeof found === 'string' ? { id: found } : found;
  }

  /** Tells one state of a record from every other, and nothing of what it says. */
  versionOf(body: string): string {
    this.#salt ??= String(
      this.store.db.prepare<[], string>("SELECT value FROM meta WHERE key = 'versionSalt'").pluck().get(),
    );
    return createHmac('sha256', this.#salt).update(body).digest('hex').slice(0, 24);
  }
}

export function missing(kind: string, id: string): RecordsError {
  return new RecordsError('not-found', `there is no record ${id} of ${kind}: its list says which there are`);
}
