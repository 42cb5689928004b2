// The snapshot of a revision, and what leads there from the one before, encoded once and kept in the store. It is made piece by piece, so that events are taken in
// between, from one consistent state, whatever is imported meanwhile; a build that was broken off leaves nothing in use.

import { maxChunks } from '../../protocol/messages.ts';
import { encodeSnapshot, type SnapshotFacts, sha256Hex } from '../../protocol/snapshot.ts';
import { OfficeError } from '../error.ts';
import { dropChanges } from '../store/changes.ts';
import { type OfficeStore, openOfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';
import { currentRevision, encodedRevision } from '../store/revisions.ts';
import { keepDelta, makeDelta } from './deltas.ts';
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
  /** What the delta begins at; null where there can be none. */
  readonly #base: number | null;
  readonly #delta: Generator<void, string[] | null>;
  #piece: IteratorResult<Uint8Array, SnapshotFacts> | null = null;
  #parts: IteratorResult<void, string[] | null> | null = null;
  #written = 0;
  #writtenBytes = 0;

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
      const records = new Records(this.#reader);
      const rows = publishedRows(records, siteKey);
      const base = encodedRevision(this.#reader);
      const revised = base !== undefined && base.digest !== null && base.siteKeyPrint === this.#print;
      this.#base = revised ? base.revision : null;
      this.#delta = revised ? makeDelta(this.#reader, { records, siteKey, base, revision: this.revision }) : noDelta();
      this.#pieces = encodeSnapshot(header, rows, chunkBytes);
      store.db.prepare('DELETE FROM chunks WHERE revision = ?').run(this.revision);
    } catch (error) {
      this.#reader.close();
      throw error;
    }
  }

  /**
   * Makes and writes one chunk, or some of the delta. True when that was all. After an error of SQLite it may be called again.
   * @throws OfficeError `replica-too-large`
   */
  step(): boolean {
    this.#piece ??= this.#pieces.next();
    if (this.#piece.done === true) {
      if (this.#parts?.done !== true) this.#parts = this.#delta.next();
      if (this.#parts.done !== true) return false;
      this.#finish(this.#piece.value, this.#parts.value);
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
    this.#writtenBytes += body.length;
    this.#piece = null;
    return false;
  }

  abort(): void {
    this.#pieces.return({ sha256: '', bytes: 0, chunks: [], digest: '' });
    this.#delta.return(null);
    this.#reader.close();
  }

  #finish({ sha256, bytes, digest }: SnapshotFacts, parts: string[] | null): void {
    const { db } = this.#store;
    db.transaction(() => {
      db.prepare('UPDATE revisions SET sha256 = ?, bytes = ?, digest = ?, site_key_print = ? WHERE revision = ?').run(
        sha256,
        bytes,
        digest,
        this.#print,
        this.revision,
      );
      db.prepare('DELETE FROM chunks WHERE revision <> ?').run(this.revision);
      const base = this.#base ?? 0;
      keepDelta(this.#store, { base, revision: this.revision, parts, snapshotBytes: this.#writtenBytes });
      dropChanges(this.#store, this.revision);
    }).immediate();
  }
}

// biome-ignore lint/correctness/useYield: it is over at once
function* noDelta(): Generator<void, null> {
  return null;
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
