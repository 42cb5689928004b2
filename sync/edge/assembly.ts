// One snapshot being put together: chunk after chunk, each held against the manifest before it is unpacked, written aside as
// it comes. It ends whole and checked, or it ends with nothing.

import { createHash } from 'node:crypto';
import type { Manifest } from '../protocol/messages.ts';
import { readHeaderLine, readRowLine, SnapshotError } from '../protocol/replica-rows.ts';
import { type MostKept, mostAfter, shrinks } from '../protocol/shrink.ts';
import { decodeChunk, linesOf, maxChunkTextBytes, sha256Hex } from '../protocol/snapshot.ts';
import type { BuildHeader, ReplicaBuild, ReplicaSink } from './ports.ts';

export type AssemblyErrorCode = 'other-site' | 'other-revision' | 'shrinks' | 'hash' | 'length' | 'build';

/** Why a snapshot is not taken. `build`: not its own fault, the disk's; it may be tried again. */
export class AssemblyError extends Error {
  readonly code: AssemblyErrorCode;
  constructor(code: AssemblyErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'AssemblyError';
    this.code = code;
  }
}

export type Offer =
  | { readonly outcome: 'taken' | 'known' | 'held' | 'too-far' | 'not-of-manifest' }
  | { readonly outcome: 'whole'; readonly file: string; readonly header: BuildHeader };

/** Checked chunks that came before their turn, at most. */
const maxHeld = 8;

export class Assembly {
  readonly manifest: Manifest;
  readonly #site: string;
  readonly #before: MostKept | null;
  readonly #sink: ReplicaSink;
  readonly #whole = createHash('sha256');
  readonly #held = new Map<number, Uint8Array>();
  readonly #found = new Map<string, number>();
  #next = 0;
  #bytes = 0;
  #header: BuildHeader | null = null;
  #build: ReplicaBuild | null = null;

  /** @param before the most that there was: a newer one may not lose a fifth of it unless that is meant. */
  constructor(manifest: Manifest, site: string, before: MostKept | null, sink: ReplicaSink) {
    this.manifest = manifest;
    this.#site = site;
    this.#before = before;
    this.#sink = sink;
  }

  /** Number of the first chunk that is missing. */
  get next(): number {
    return this.#next;
  }

  /**
   * Takes a chunk as it was received.
   * @throws SnapshotError or AssemblyError: it is then to be aborted, and of no more use.
   */
  offer(n: number, packed: Uint8Array): Offer {
    const expected = this.manifest.chunks[n];
    if (expected === undefined) return { outcome: 'not-of-manifest' };
    if (n < this.#next || this.#held.has(n)) return { outcome: 'known' };
    if (n - this.#next > maxHeld) return { outcome: 'too-far' };
    if (packed.length !== expected.bytes || sha256Hex(packed) !== expected.sha256)
      return { outcome: 'not-of-manifest' };
    this.#held.set(n, packed);
    if (n !== this.#next) return { outcome: 'held' };
    return this.#takeHeld();
  }

  /** Removes what was built so far. */
  abort(): void {
    this.#held.clear();
    this.#build?.abort();
    this.#build = null;
  }

  #takeHeld(): Offer {
    for (let packed = this.#held.get(this.#next); packed !== undefined; packed = this.#held.get(this.#next)) {
      this.#held.delete(this.#next);
      this.#next++;
      this.#take(decodeChunk(packed, Math.min(this.manifest.bytes - this.#bytes, maxChunkTextBytes)));
    }
    return this.#next === this.manifest.chunks.length ? this.#finish() : { outcome: 'taken' };
  }

  #take(text: Buffer): void {
    this.#bytes += text.length;
    this.#whole.update(text);
    for (const line of linesOf(text)) {
      if (this.#build === null) this.#build = this.#begin(line);
      else this.#add(this.#build, line);
    }
  }

  #begin(line: string): ReplicaBuild {
    const header = readHeaderLine(line);
    if (header.site !== this.#site) throw new AssemblyError('other-site', `a replica of ${header.site}`);
    if (header.revision !== this.manifest.revision) {
      throw new AssemblyError('other-revision', `revision ${header.revision} under ${this.manifest.revision}`);
    }
    const loss = shrinks(this.#before, header.counts);
    if (loss !== null && !this.manifest.shrinkMeant) {
      throw new AssemblyError('shrinks', `${loss}, and the office does not say that this is meant`);
    }
    const { sha256, digest, controllers: peers, shrinkMeant } = this.manifest;
    const most = mostAfter(this.#before, header.counts, shrinkMeant);
    const whole = { ...header, sha256, digest, peers, most };
    this.#header = whole;
    return building(() => this.#sink.begin(whole));
  }

  #add(build: ReplicaBuild, line: string): void {
    const row = readRowLine(line);
    if (row === null) return;
    const [kind] = row;
    this.#found.set(kind, (this.#found.get(kind) ?? 0) + 1);
    building(() => build.add(...row));
  }

  #finish(): Offer {
    const build = this.#build;
    const header = this.#header;
    if (build === null || header === null) throw new SnapshotError('header', 'a snapshot without a header');
    if (this.#bytes !== this.manifest.bytes) {
      throw new AssemblyError('length', `${this.#bytes} bytes under ${this.manifest.bytes}`);
    }
    if (this.#whole.digest('hex') !== this.manifest.sha256) {
      throw new AssemblyError('hash', 'the whole is not what the manifest says');
    }
    const { counts } = header;
    for (const kind of new Set([...Object.keys(counts), ...this.#found.keys()])) {
      const promised = (counts as Readonly<Record<string, number | undefined>>)[kind] ?? 0;
      const found = this.#found.get(kind) ?? 0;
      if (promised !== found) throw new SnapshotError('counts', `${found} of ${kind} where ${promised} were promised`);
    }
    const file = building(() => build.finish());
    this.#build = null;
    return { outcome: 'whole', file, header };
  }
}

function building<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new AssemblyError(
      'build',
      `cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}
