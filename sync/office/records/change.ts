// A change of records: whole or not at all, in one transaction, whether or not the office is running on the same store. It makes a new
// revision, which the running office sees and publishes, and one row of the audit log for every record that it touched.

import { isRecord } from '../../../config/raw.ts';
import type { ReplicaCounts } from '../../protocol/replica-rows.ts';
import { shrinks } from '../../protocol/shrink.ts';
import { mostOfAll } from '../import/compare.ts';
import { nextRevision } from '../import/import.ts';
import { erasedAgain } from '../privacy/erased-again.ts';
import { changeOf, keepChanges } from '../store/changes.ts';
import { guarded } from '../store/failure.ts';
import type { OfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';
import { addRevision, countsSince, currentRevision } from '../store/revisions.ts';
import { type AuditRow, type Did, type Origin, writeAudit } from './audit.ts';
import { type RecordFinding, RecordsError, refusal } from './error.ts';
import { judge } from './judge.ts';
import { isPlacedKind, isRecordKind, isTextKind, keyOf, namedIn, type RecordKind, recordKinds } from './kinds.ts';
import type { Touched } from './slice.ts';
import { missing, RecordsView } from './view.ts';
import { writtenOf } from './written.ts';

export type Operation =
  /** `record` as people write it. Without an id, it is what the record says; a rule or a schedule then gets the next place. */
  | ({ readonly does: 'put'; readonly kind: RecordKind; readonly id?: string; readonly record: unknown } & Expected)
  | ({ readonly does: 'remove'; readonly kind: RecordKind; readonly id: string } & Expected);

interface Expected {
  /** The version it must have now; null: it must not be there. Left out: whatever there is. */
  readonly expected?: string | null;
}

/** Of one change. */
export const maxOperations = 1_000;

export interface ChangedRecord {
  readonly kind: RecordKind;
  readonly id: string;
  readonly did: Did;
  /** As people write it, with the values of credentials; null for none. */
  readonly before: unknown;
  readonly after: unknown;
  /** null where it is no more. */
  readonly version: string | null;
}

export interface ChangeResult {
  /** The state that holds now; a preview: the one that holds still. null: there is none yet. */
  readonly revision: number | null;
  /** Empty: everything is as it was asked to be already, and no new revision was made. */
  readonly changed: readonly ChangedRecord[];
  readonly warnings: readonly RecordFinding[];
}

export interface ChangeOptions {
  readonly origin: Origin;
  /** Only says what would change. */
  readonly preview?: boolean;
  /** Operations that are taken at once (default `maxOperations`). */
  readonly most?: number;
}

/** What is to be done; or how to find it from what there is, in the same transaction. */
export type Wanted = readonly Operation[] | ((view: RecordsView) => readonly Operation[]);

/** @throws RecordsError; OfficeError `store-*` */
export function changeRecords(
  store: OfficeStore,
  wanted: Wanted,
  { origin, preview, most = maxOperations }: ChangeOptions,
): ChangeResult {
  const work = store.db.transaction((): ChangeResult => {
    const view = new RecordsView(store);
    const operations = typeof wanted === 'function' ? wanted(view) : wanted;
    const { changed, warnings } = plan(view, operations, most);
    const current = currentRevision(store)?.revision ?? null;
    if (preview === true || changed.length === 0) return { revision: current, changed, warnings };
    const revision = apply(view, changed, origin.nowMs);
    writeAudit(
      store,
      origin,
      revision,
      changed.map((one) => audited(view, one)),
    );
    return { revision, changed: changed.map(({ body: _body, ...told }) => told), warnings };
  });
  // A change that only looks takes no turn from whoever writes.
  return guarded(store.path, () => (preview === true ? work.deferred() : work.immediate()));
}

interface Planned extends ChangedRecord {
  readonly body: string | null;
}

function plan(
  view: RecordsView,
  operations: readonly Operation[],
  most: number,
): { changed: Planned[]; warnings: RecordFinding[] } {
  if (operations.length > most) {
    const words = `a change of ${operations.length} operations: at most ${most} are taken at once; an import takes more`;
    throw new RecordsError('invalid', words);
  }
  const touched = operations.map((operation) => touchedBy(view, operation));
  checkOnce(touched);
  for (const [n, { kind, id }] of touched.entries()) checkExpected(view, kind, id, operations[n]);
  const { bodyOf, warnings } = judge(view.store, touched);
  const changed: Planned[] = [];
  for (const one of touched) {
    const { kind, id } = one;
    const had = view.body(kind, id);
    const body = bodyOf(one);
    if (body === (had ?? null)) continue;
    const did: Did = had === undefined ? 'added' : body === null ? 'removed' : 'changed';
    const before = had === undefined ? null : writtenOf(kind, had);
    const after = body === null ? null : writtenOf(kind, body);
    changed.push({ kind, id, did, before, after, version: body === null ? null : view.versionOf(body), body });
  }
  const again = erasedAgain(
    view.store,
    changed.filter(({ did }) => did === 'added'),
  );
  if (again !== null) throw new RecordsError('conflict', again);
  return { changed, warnings: [...warnings] };
}

function touchedBy(view: RecordsView, operation: Operation): Touched {
  const { does, kind } = operation;
  if (!isRecordKind(kind)) {
    const allowed = recordKinds.join(', ');
    throw refusal([{ kind, id: operation.id ?? '', key: '', found: 'a kind that is not changed so', allowed }]);
  }
  if (does === 'remove') {
    if (view.body(kind, operation.id) === undefined) throw missing(kind, operation.id);
    return { kind, id: operation.id, record: null };
  }
  return putBy(view, operation);
}

function putBy(view: RecordsView, operation: Extract<Operation, { does: 'put' }>): Touched {
  const { kind, id } = operation;
  const record =
    id !== undefined && isRecord(operation.record) && !isPlacedKind(kind) && operation.record.id === undefined
      ? { ...operation.record, id }
      : operation.record;
  const name = namedIn(kind, record);
  const wrong = (key: string, found: string, allowed: string): RecordsError =>
    refusal([{ kind, id: id ?? '', key, found, allowed }]);
  const key = isTextKind(kind) ? '' : isPlacedKind(kind) ? 'accessPoint' : 'id';
  if (name === undefined)
    throw wrong(key, 'nothing', isTextKind(kind) ? 'a text' : 'an id: 1 to 64 of A-Z a-z 0-9 . _ -');
  if (!isPlacedKind(kind)) {
    if (id !== undefined && id !== name)
      throw wrong(key, JSON.stringify(name.slice(0, 64)), `${id}, as the record is named`);
    return { kind, id: name, record };
  }
  if (id === undefined) return { kind, id: nextPlace(view, kind, name), record };
  if (!/:\d{1,6}$/.test(id) || id.replace(/:\d+$/, '') !== name) {
    throw wrong(
      key,
      JSON.stringify(name.slice(0, 64)),
      `the access point of ${id}; a record without a name gets a place`,
    );
  }
  return { kind, id: `${name}:${Number(id.slice(name.length + 1))}`, record };
}

function nextPlace(view: RecordsView, kind: RecordKind, accessPoint: string): string {
  const last = view.store.db
    .prepare<[string, string, string], string>(
      'SELECT id FROM records WHERE kind = ? AND id >= ? AND id < ? ORDER BY id DESC LIMIT 1',
    )
    .pluck()
    .get(kind, `${accessPoint}/`, `${accessPoint}0`);
  return `${accessPoint}:${last === undefined ? 0 : Number(last.slice(accessPoint.length + 1)) + 1}`;
}

function checkOnce(touched: readonly Touched[]): void {
  const seen = new Set<string>();
  for (const { kind, id } of touched) {
    const key = `${kind} ${id}`;
    if (seen.has(key)) {
      throw refusal([
        { kind, id, key: '', found: 'two operations on one record', allowed: 'one a record in a change' },
      ]);
    }
    seen.add(key);
  }
}

function checkExpected(view: RecordsView, kind: RecordKind, id: string, operation: Operation | undefined): void {
  const expected = operation?.expected;
  if (expected === undefined) return;
  const body = view.body(kind, id);
  const version = body === undefined ? null : view.versionOf(body);
  if (version === expected) return;
  const words =
    expected === null
      ? `${kind} ${id} is there already: choose another id, or change that one`
      : body === undefined
        ? `${kind} ${id} is no more: somebody removed it in between`
        : `${kind} ${id} was changed by somebody else in between: read it again, and change what it says now`;
  throw new RecordsError('version', words);
}

/** Every removal is of a record that was named: that the lists become shorter so is meant. */
function apply(view: RecordsView, changed: readonly Planned[], nowMs: number): number {
  const { store } = view;
  const records = new Records(store);
  const base = currentRevision(store);
  const counts = new Map<string, number>(Object.entries(base?.counts ?? {}));
  const changes = changed.map(({ kind, id }) => changeOf(kind, keyOf(kind, id), view.body(kind, id)));
  for (const { kind, id, did, body } of changed) {
    const key = keyOf(kind, id);
    if (body === null) records.remove(kind, key);
    else records.put({ kind, id: key, body });
    if (did !== 'changed') counts.set(kind, (counts.get(kind) ?? 0) + (did === 'added' ? 1 : -1));
  }
  const after: ReplicaCounts = Object.fromEntries(counts);
  const revision = nextRevision(store, 0);
  const shrinkMeant = shrinks(mostOfAll(countsSince(store, 0)), after) !== null;
  addRevision(store, { revision, importedAtMs: nowMs, counts: after, shrinkMeant });
  if (base !== undefined) keepChanges(store, revision, changes);
  return revision;
}

function audited(view: RecordsView, { kind, id, did, before, after }: ChangedRecord): AuditRow {
  const shown = (record: unknown): unknown => {
    if (kind !== 'credentials' || !isRecord(record)) return record;
    return { ...record, value: `print:${view.versionOf(String(record.value)).slice(0, 12)}` };
  };
  return { kind, id, did, before: shown(before), after: shown(after) };
}
