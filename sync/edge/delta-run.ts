// Deltas are applied piece by piece to a replica of their own, so that the thread does its other work in between; what comes of
// them is ready only where it is, record for record, what the manifest says. Else nothing has changed.

import type { Cancel, Timers } from '../../access/clock.ts';
import { nameOf, type Operation, readOperation } from '../protocol/delta.ts';
import { ContentDigest, rowText } from '../protocol/digest.ts';
import type { Manifest } from '../protocol/messages.ts';
import { type ReplicaCounts, type ReplicaRow, SnapshotError } from '../protocol/replica-rows.ts';
import { type MostKept, mostAfter, shrinks } from '../protocol/shrink.ts';
import type { DeltaStep } from './delta-chain.ts';
import type { BuildHeader, ReplicaRevision, ReplicaSink } from './ports.ts';

/** What deltas can be applied to. */
export interface DeltaBase {
  readonly revision: number;
  readonly digest: string;
  readonly counts: ReplicaCounts;
}

/** The replica before the one that decides, and what leads from there to that one. */
export interface BeforeBase extends DeltaBase {
  readonly steps: readonly DeltaStep[];
}

export interface DeltaRunParts {
  readonly timers: Timers;
  readonly site: string;
  readonly revise: NonNullable<ReplicaSink['revise']>;
  readonly manifest: Manifest;
  readonly base: DeltaBase;
  /** Of `base`. */
  readonly most: MostKept | null;
  readonly before: BeforeBase | null;
  /** From `base` to what the manifest names. */
  readonly steps: readonly DeltaStep[];
  done(file: string, header: BuildHeader): void;
  failed(error: unknown): void;
}

/** Why deltas are not taken, though each is the office's. */
export class DeltaError extends Error {
  readonly code: 'operation' | 'digest' | 'shrinks';
  constructor(code: DeltaError['code'], message: string) {
    super(message);
    this.name = 'DeltaError';
    this.code = code;
  }
}

/** Operations between two times that the thread does something else. */
const sliceOperations = 500;

export class DeltaRun {
  readonly #parts: DeltaRunParts;
  #work: Generator<void, () => void> | null;
  #revision: ReplicaRevision | null = null;
  #cancel: Cancel = () => {};

  constructor(parts: DeltaRunParts) {
    this.#parts = parts;
    this.#work = this.#all(parts.before);
  }

  start(): void {
    this.#later();
  }

  /** Removes what was made so far. */
  abort(): void {
    this.#cancel();
    this.#work = null;
    this.#revision?.abort();
    this.#revision = null;
  }

  #later(): void {
    this.#cancel = this.#parts.timers.after('edge delta', 0, () => this.#step());
  }

  #step(): void {
    let tell: () => void;
    try {
      const next = this.#work?.next();
      if (next === undefined) return;
      if (next.done !== true) {
        this.#later();
        return;
      }
      tell = next.value;
    } catch (error) {
      const again = this.#revision?.ofBefore === true;
      this.abort();
      if (again) {
        // The one before may be in use elsewhere, or not be what it was.
        this.#work = this.#all(null);
        this.#later();
        return;
      }
      tell = () => this.#parts.failed(error);
    }
    this.#work = null;
    this.#revision = null;
    tell();
  }

  *#all(before: BeforeBase | null): Generator<void, () => void> {
    const { revise, manifest, site, most } = this.#parts;
    const revision = revise(before);
    this.#revision = revision;
    while (!revision.prepare()) yield;
    const fromBefore = before !== null && revision.ofBefore;
    const base = fromBefore ? before : this.#parts.base;
    const content = new Content(base);
    for (const step of [...(fromBefore ? before.steps : []), ...this.#parts.steps]) {
      yield* applyStep(revision, content, step);
    }
    const counts = content.counts();
    const loss = shrinks(most, counts);
    if (loss !== null && !manifest.shrinkMeant) {
      throw new DeltaError('shrinks', `${loss}, and the office does not say that this is meant`);
    }
    if (content.digest.text() !== manifest.digest) {
      throw new DeltaError('digest', 'what came of the deltas is not what the manifest says');
    }
    const { revision: number, sha256, digest, controllers: peers, shrinkMeant } = manifest;
    const header = {
      site,
      revision: number,
      counts,
      sha256,
      digest,
      peers,
      most: mostAfter(most, counts, shrinkMeant),
    };
    const file = revision.finish(header);
    return () => this.#parts.done(file, header);
  }
}

/** How many records there are of each kind, and what they are together. */
class Content {
  readonly digest: ContentDigest;
  readonly #counts: Map<string, number>;

  constructor({ digest, counts }: DeltaBase) {
    this.digest = new ContentDigest(digest);
    this.#counts = new Map(Object.entries(counts));
  }

  counted(kind: string, change: 1 | -1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + change);
  }

  counts(): ReplicaCounts {
    return Object.fromEntries([...this.#counts].filter(([, count]) => count > 0));
  }
}

/** Deletes first, so that a value can go from one record to another within a step. */
function* applyStep(revision: ReplicaRevision, content: Content, { operations }: DeltaStep): Generator<void> {
  const puts: Extract<Operation, { does: 'put' }>[] = [];
  const named = new Set<string>();
  let done = 0;
  const took = (row: ReplicaRow): void => {
    content.digest.remove(rowText(row));
    content.counted(row[0], -1);
  };
  for (const said of operations) {
    if (++done % sliceOperations === 0) yield;
    const operation = readOperation(said);
    if (operation === null) continue;
    if (operation.does === 'delete') {
      const row = revision.remove(operation.what[0], operation.what[1]);
      if (row === null) throw new DeltaError('operation', `nothing to delete: ${JSON.stringify(said).slice(0, 100)}`);
      took(row);
      continue;
    }
    puts.push(operation);
    const [kind] = operation.row;
    const name = nameOf(operation.row);
    if (name === null) continue;
    if (named.has(`${kind}/${name}`)) throw new DeltaError('operation', `${kind} ${name} is put twice`);
    named.add(`${kind}/${name}`);
    const row = revision.remove(kind, name);
    if (row !== null) took(row);
  }
  for (const { row, text } of puts) {
    if (++done % sliceOperations === 0) yield;
    revision.put(...row);
    content.digest.add(text);
    content.counted(row[0], 1);
  }
}

/** Whether the deltas themselves are to blame: a snapshot can mend that, and nothing else can. */
export function isOfDeltas(error: unknown): error is Error {
  if (error instanceof DeltaError || error instanceof SnapshotError) return true;
  return error instanceof Error && 'code' in error && error.code === 'replica-conflict';
}
