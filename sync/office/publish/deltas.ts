// What leads from one published revision to the next, made with the snapshot of the later one and kept while it is worth it: until a
// chain of so many would be more to send than the snapshot itself.

import { canonicalJson } from '../../../access/canonical.ts';
import type { Json } from '../../../access/event.ts';
import { isWholeKind } from '../../protocol/delta.ts';
import { deltaText, maxDeltaParts, maxOperations } from '../../protocol/messages.ts';
import type { ReplicaRow } from '../../protocol/replica-rows.ts';
import { changesBetween } from '../store/changes.ts';
import type { OfficeStore } from '../store/open.ts';
import type { Records } from '../store/records.ts';
import type { Revision } from '../store/revisions.ts';
import { publishedRow } from './rows.ts';

/** Of the operations of one message, about; a message is a third longer. */
const partBytes = 48 * 1024;
/** Of the operations of a chain, at most, and deltas of one. */
const maxChainBytes = 6 * 1024 * 1024;
const maxChainDeltas = 512;
/** Changes between two times that the office does something else. */
const sliceChanges = 500;

export interface DeltaPart {
  readonly base: number;
  readonly revision: number;
  readonly part: number;
  readonly bytes: number;
}

/**
 * Yields now and then; returns the parts, or null where there is no delta from `base` to `revision`.
 * @param reader a handle that stands at `revision`.
 */
export function* makeDelta(
  reader: OfficeStore,
  { records, siteKey, base, revision }: { records: Records; siteKey: Uint8Array; base: Revision; revision: number },
): Generator<void, string[] | null> {
  const changes = changesBetween(reader, base.revision, revision);
  if (changes === null) return null;
  const parts: string[] = [];
  let open: string[] = [];
  let openBytes = 0;
  let done = 0;
  let bytes = 0;
  const close = (): void => {
    parts.push(`[${open.join(',')}]`);
    open = [];
    openBytes = 0;
  };
  for (const { kind, id, before } of changes) {
    if (++done % sliceChanges === 0) yield;
    const body = records.body(kind, id);
    const operations: string[] = [];
    if (before !== null && (isWholeKind(kind) || body === undefined)) {
      const named: Json = isWholeKind(kind) ? (JSON.parse(before) as Json) : id;
      operations.push(canonicalJson(['delete', kind, named]));
    }
    if (body !== undefined) operations.push(putText(publishedRow(kind, body, siteKey)));
    for (const text of operations) {
      const length = Buffer.byteLength(text);
      bytes += length;
      if (openBytes > 0 && (openBytes + length > partBytes || open.length >= maxOperations)) close();
      open.push(text);
      openBytes += length;
    }
    if (bytes > maxChainBytes) return null;
  }
  close();
  return parts.length > maxDeltaParts ? null : parts;
}

function putText([kind, record]: ReplicaRow): string {
  return canonicalJson(['put', kind, record as unknown as Json]);
}

/** In the transaction that says that the revision is encoded. @param snapshotBytes of its chunks. */
export function keepDelta(
  { db }: OfficeStore,
  {
    base,
    revision,
    parts,
    snapshotBytes,
  }: {
    base: number;
    revision: number;
    parts: readonly string[] | null;
    snapshotBytes: number;
  },
): void {
  if (parts === null) {
    db.prepare('DELETE FROM deltas').run();
    return;
  }
  const put = db.prepare('INSERT OR REPLACE INTO deltas (revision, part, base, operations) VALUES (?, ?, ?, ?)');
  for (const [part, operations] of parts.entries()) put.run(revision, part, base, operations);
  // The newest are kept, as far back as a chain of them can ever be worth it.
  const all = db
    .prepare<[], { revision: number; bytes: number }>(
      'SELECT revision, sum(length(operations)) AS bytes FROM deltas GROUP BY revision ORDER BY revision DESC',
    )
    .all();
  let bytes = 0;
  const first = all.findIndex((delta, n) => {
    bytes += delta.bytes;
    return n >= maxChainDeltas || bytes > Math.min(maxChainBytes, snapshotBytes);
  });
  if (first !== -1) db.prepare('DELETE FROM deltas WHERE revision <= ?').run(all[first]?.revision ?? 0);
}

/** All parts from revision `have` to `revision` in order; null where they are not kept, or the snapshot is less to send. */
export function chainOf({ db }: OfficeStore, have: number, revision: number): DeltaPart[] | null {
  const parts = db
    .prepare<[number], DeltaPart>(
      'SELECT base, revision, part, length(operations) AS bytes FROM deltas WHERE revision > ? ORDER BY revision, part',
    )
    .all(have);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const snapshotBytes =
    db.prepare<[number], number>('SELECT sum(length(body)) FROM chunks WHERE revision = ?').pluck().get(revision) ?? 0;
  if (bytes > Math.min(maxChainBytes, snapshotBytes)) return null;
  let at = have;
  for (const [n, part] of parts.entries()) {
    if (part.base !== at) return null;
    if (parts[n + 1]?.revision !== part.revision) at = part.revision;
  }
  return at === revision ? parts : null;
}

/** What is signed of a part; undefined where it is no longer kept. */
export function deltaMessage({ db }: OfficeStore, { base, revision, part }: DeltaPart): string | undefined {
  const operations = db
    .prepare<[number, number], string>('SELECT operations FROM deltas WHERE revision = ? AND part = ?')
    .pluck()
    .get(revision, part);
  const parts = db.prepare<[number], number>('SELECT count(*) FROM deltas WHERE revision = ?').pluck().get(revision);
  if (operations === undefined) return undefined;
  return deltaText({ from: base, to: revision, part, parts: parts ?? 1 }, operations);
}

/** The one message that leads to a revision from the one that was published before; undefined where there are more, or none. */
export function toldDelta(store: OfficeStore, revision: number): string | undefined {
  const [part, ...more] = store.db
    .prepare<[number], DeltaPart>(
      'SELECT base, revision, part, length(operations) AS bytes FROM deltas WHERE revision = ? LIMIT 2',
    )
    .all(revision);
  return part === undefined || more.length > 0 ? undefined : deltaMessage(store, part);
}
