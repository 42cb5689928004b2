// The records of the current document. Each has one key within its kind, so that two documents can be compared whatever
// order their lists are in; where the document gives no id, its place among its like is part of the key.

import type Database from 'better-sqlite3';
import { canonicalJson } from '../../../access/canonical.ts';
import type { Json } from '../../../access/event.ts';
import type { ReplicaKind } from '../../../access/model.ts';
import type { ReplicaDocument } from '../../../config/types.ts';
import type { OfficeStore } from './open.ts';

export interface RecordRow {
  readonly kind: ReplicaKind;
  readonly id: string;
  /** Canonical JSON of the record, for a credential with its value. */
  readonly body: string;
}

/** The rows of one kind of a document. What parts a key's two halves cannot stand in an id. */
export function* rowsOf(document: ReplicaDocument, kind: ReplicaKind): Generator<RecordRow> {
  const places = new Map<string, number>();
  for (const record of document.records[kind]) {
    let id: string;
    if (typeof record === 'string') id = record;
    else if ('id' in record) id = record.id;
    else if ('day' in record) id = `${record.customer}/${record.day}`;
    else if ('epoch' in record) id = `${record.controller}/${record.epoch}`;
    else {
      const place = places.get(record.accessPoint) ?? 0;
      places.set(record.accessPoint, place + 1);
      id = `${record.accessPoint}/${String(place).padStart(6, '0')}`;
    }
    yield { kind, id, body: canonicalJson(record as unknown as Json) };
  }
}

export class Records {
  readonly #body: Database.Statement<[string, string], string>;
  readonly #ids: Database.Statement<[string], string>;
  readonly #bodies: Database.Statement<[string], string>;
  readonly #count: Database.Statement<[string], number>;
  readonly #put: Database.Statement<[string, string, string]>;
  readonly #remove: Database.Statement<[string, string]>;

  constructor({ db }: OfficeStore) {
    this.#body = db.prepare<[string, string], string>('SELECT body FROM records WHERE kind = ? AND id = ?').pluck();
    this.#ids = db.prepare<[string], string>('SELECT id FROM records WHERE kind = ? ORDER BY id').pluck();
    this.#bodies = db.prepare<[string], string>('SELECT body FROM records WHERE kind = ? ORDER BY id').pluck();
    this.#count = db.prepare<[string], number>('SELECT count(*) FROM records WHERE kind = ?').pluck();
    this.#put = db.prepare(
      'INSERT INTO records (kind, id, body) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body',
    );
    this.#remove = db.prepare('DELETE FROM records WHERE kind = ? AND id = ?');
  }

  body(kind: ReplicaKind, id: string): string | undefined {
    return this.#body.get(kind, id);
  }

  ids(kind: ReplicaKind): IterableIterator<string> {
    return this.#ids.iterate(kind);
  }

  /** By key, one at a time: the handle can do nothing else until the last was taken. */
  bodies(kind: ReplicaKind): IterableIterator<string> {
    return this.#bodies.iterate(kind);
  }

  count(kind: ReplicaKind): number {
    return this.#count.get(kind) ?? 0;
  }

  put({ kind, id, body }: RecordRow): void {
    this.#put.run(kind, id, body);
  }

  remove(kind: ReplicaKind, id: string): void {
    this.#remove.run(kind, id);
  }
}
