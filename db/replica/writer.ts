// Fills an empty database with the records of one revision, as one transaction, and lets nothing pass that is not what
// the header said. Files and memory are filled by the same code.

import type Database from 'better-sqlite3';
import type { ReplicaKind, ReplicaRecords } from '../../access/model.ts';
import { DbError, messageOf } from '../error.ts';
import { type ReplicaCounts, type ReplicaHeader, type ReplicaRow, writeHeader } from './header.ts';
import { replicaInserts } from './inserts.ts';
import { createReplicaIndices, createReplicaTables, replicaApplicationId, replicaSchemaVersion } from './schema.ts';

type Insert = (record: ReplicaRecords[ReplicaKind], place: number) => void;

/** Rows of one table to a statement. */
const together = 16;

export class ReplicaWriter {
  readonly #db: Database.Database;
  readonly #inserts: { readonly [K in ReplicaKind]: Insert };
  readonly #flush: () => void;
  readonly #added = new Map<ReplicaKind, number>();

  /** `db` is empty, and the caller's to close. */
  constructor(db: Database.Database) {
    this.#db = db;
    db.exec('BEGIN');
    createReplicaTables(db);
    const { insert, flush } = replicaInserts(db, together);
    this.#inserts = insert as { readonly [K in ReplicaKind]: Insert };
    this.#flush = flush;
  }

  /** @throws DbError `replica-build` for a record that cannot be stored; it may be told of one of those after it, or of the seal. */
  add(...[kind, record]: ReplicaRow): void {
    const place = this.#added.get(kind) ?? 0;
    try {
      this.#inserts[kind](record, place);
    } catch (error) {
      const name = typeof record === 'object' && 'id' in record ? record.id : `number ${place + 1}`;
      throw this.#error(`${name} of ${kind}, or one shortly before it, cannot be stored: ${messageOf(error)}`, error);
    }
    this.#added.set(kind, place + 1);
  }

  counts(): ReplicaCounts {
    return Object.fromEntries(this.#added);
  }

  /**
   * Makes the indices, compares the counts, checks every page, and commits.
   * @throws DbError `replica-build`
   */
  seal(header: ReplicaHeader): void {
    const counts: ReplicaCounts = this.counts();
    const kinds = new Set([...Object.keys(header.counts), ...Object.keys(counts)] as ReplicaKind[]);
    for (const kind of kinds) {
      const [has, said] = [counts[kind] ?? 0, header.counts[kind] ?? 0];
      if (has !== said) throw this.#error(`there are ${has} records of ${kind}, the header says ${said}`);
    }
    try {
      this.#flush();
      createReplicaIndices(this.#db);
      writeHeader(this.#db, { sha256: '', peers: [], digest: null, most: null, ...header });
      this.#db.pragma(`application_id = ${replicaApplicationId}`);
      this.#db.pragma(`user_version = ${replicaSchemaVersion}`);
      this.#db.exec('COMMIT');
    } catch (error) {
      throw this.#error(`it cannot be finished: ${messageOf(error)}`, error);
    }
    const [answer] = this.#db.prepare<[], string>('PRAGMA quick_check(1)').pluck().all();
    if (answer !== 'ok') throw this.#error(`it is damaged: ${answer ?? 'no answer'}`);
  }

  #error(what: string, cause?: unknown): DbError {
    return new DbError('replica-build', this.#db.name, `the new replica is dropped: ${what}`, cause);
  }
}
