// The snapshot of a revision, encoded once and kept in the store. It is made piece by piece, so that events are taken in
// between, from one consistent state, whatever is imported meanwhile; a build that was broken off leaves nothing in use.

import { maxChunks } from '../../protocol/messages.ts';
import { encodeSnapshot, type SnapshotFacts, sha256Hex } from '../../protocol/snapshot.ts';
import { OfficeError } from '../error.ts';
import { type OfficeStore, openOfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';
import { currentRevision } from '../store/revisions.ts';
import { publishedRows } from './rows.ts';
import { siteKeyPrint } from './site-key.ts';

export interface BuildOptions {
  readonly siteKey: Uint8Array;
  /** Uncompressed bytes of a chunk. */
  readonly chunkBytes: number;
}

export class SnapshotBuild {
  readonly revision: number;
  readonly #store: OfficeStore;
  readonly #reader: OfficeStore;
  readonly #print: string;
  readonly #pieces: Generator<Uint8Array, SnapshotFacts>;
  #piece: IteratorResult<Uint8Array, SnapshotFacts> | null = null;
  #written = 0;

  /** Of the newest revision; there must be one. Holds a handle of its own until it is finished or aborted. */
  constructor(store: OfficeStore, { siteKey, chunkBytes }: BuildOptions) {
    this.#store = store;
    this.#print = siteKeyPrint(siteKey);
    this.#reader = openOfficeStore(store.path, { site: store.site, mode: 'read' });
    try {
      this.#reader.db.exec('BEGIN');
      const current = currentRevision(this.#reader);
      if (current === undefined) throw new TypeError('no revision to encode');
      this.revision = current.revision;
      const header = { site: store.site, revision: current.revision, counts: current.counts };
      const rows = publishedRows(new Records(this.#reader), siteKey);
      this.#pieces = encodeSnapshot(header, rows, chunkBytes);
      store.db.prepare('DELETE FROM chunks WHERE revision = ?').run(this.revision);
    } catch (error) {
      this.#reader.close();
      throw error;
    }
  }

  /**
   * Makes and writes one chunk. True when that was all. After an error of SQLite it may be called again.
   * @throws OfficeError `replica-too-large`
   */
  step(): boolean {
    this.#piece ??= this.#pieces.next();
    if (this.#piece.done === true) {
      this.#finish(this.#piece.value);
      this.#reader.close();
      return true;
    }
    if (this.#written >= maxChunks) {
      throw new OfficeError('replica-too-large', `revision ${this.revision} takes more than ${maxChunks} chunks`);
    }
    const body = this.#piece.value;
    this.#store.db
      .prepare('INSERT INTO chunks (revision, n, sha256, body) VALUES (?, ?, ?, ?)')
      .run(this.revision, this.#written, sha256Hex(body), body);
    this.#written++;
    this.#piece = null;
    return false;
  }

  abort(): void {
    this.#pieces.return({ sha256: '', bytes: 0, chunks: [] });
    this.#reader.close();
  }

  #finish({ sha256, bytes }: SnapshotFacts): void {
    const { db } = this.#store;
    db.transaction(() => {
      db.prepare('UPDATE revisions SET sha256 = ?, bytes = ?, site_key_print = ? WHERE revision = ?').run(
        sha256,
        bytes,
        this.#print,
        this.revision,
      );
      db.prepare('DELETE FROM chunks WHERE revision <> ?').run(this.revision);
    }).immediate();
  }
}

/** What the manifest says of the chunks that are kept. */
export function chunkFacts({ db }: OfficeStore, revision: number): SnapshotFacts['chunks'] {
  return db
    .prepare<[number], { sha256: string; bytes: number }>(
      'SELECT sha256, length(body) AS bytes FROM chunks WHERE revision = ? ORDER BY n',
    )
    .all(revision);
}

/** undefined where it is no longer, or not yet, kept. */
export function chunkBody({ db }: OfficeStore, revision: number, n: number): Uint8Array | undefined {
  return db
    .prepare<[number, number], Uint8Array>('SELECT body FROM chunks WHERE revision = ? AND n = ?')
    .pluck()
    .get(revision, n);
}
