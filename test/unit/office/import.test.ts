import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplicaDocument } from '../../../config/types.ts';
import { OfficeError } from '../../../sync/office/error.ts';
import { type ImportResult, importReplica } from '../../../sync/office/import/import.ts';
import { writeMeta } from '../../../sync/office/store/meta.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { currentRevision } from '../../../sync/office/store/revisions.ts';
import { type Bench, credential, customer, dump, openBench, people, replica, startMs } from './bench.ts';

let bench: Bench;
let store: OfficeStore;
beforeEach(() => {
  bench = openBench();
  store = bench.open();
});
afterEach(() => bench.close());

function load(document: ReplicaDocument, force = false): ImportResult {
  return importReplica(store, document, { force, nowMs: startMs });
}

function refusal(act: () => unknown): OfficeError {
  try {
    act();
  } catch (error) {
    if (error instanceof OfficeError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('what an import says', () => {
  it('counts what is added, changed and removed', () => {
    const first = load(
      replica(7, { customers: [customer('ana'), customer('bob')], credentials: [credential('c1', '04A1')] }),
    );
    expect(first).toMatchObject({
      revision: 7,
      previous: null,
      changed: true,
      renumberedFrom: null,
      shrinkMeant: false,
    });
    expect(first.kinds.customers).toEqual({ added: 2, changed: 0, removed: 0 });
    expect(first.kinds.credentials).toEqual({ added: 1, changed: 0, removed: 0 });
    expect(first.kinds.plans).toEqual({ added: 0, changed: 0, removed: 0 });
    const second = load(
      replica(8, {
        customers: [customer('ana', 'Ana Silva'), customer('bob'), customer('cy')],
        credentials: [credential('c1', '04A2')],
        badgeKeys: ['abc'],
      }),
    );
    expect(second).toMatchObject({ revision: 8, previous: 7, changed: true });
    expect(second.kinds.customers).toEqual({ added: 1, changed: 1, removed: 0 });
    expect(second.kinds.credentials).toEqual({ added: 0, changed: 1, removed: 0 });
    expect(second.kinds.badgeKeys).toEqual({ added: 1, changed: 0, removed: 0 });
    const third = load(
      replica(9, {
        customers: [customer('bob'), customer('cy'), customer('ana', 'Ana Silva')],
        credentials: [credential('c1', '04A2')],
      }),
    );
    expect(third.kinds.customers).toEqual({ added: 0, changed: 0, removed: 0 });
    expect(third.kinds.badgeKeys).toEqual({ added: 0, changed: 0, removed: 1 });
  });

  it('makes no new revision of what is kept already, whatever number it bears and whatever order its lists have', () => {
    load(replica(7, { customers: [customer('ana'), customer('bob')] }));
    const again = load(replica(12, { customers: [customer('bob'), customer('ana')] }));
    expect(again).toMatchObject({ revision: 7, previous: 7, changed: false });
    expect(currentRevision(store)?.revision).toBe(7);
  });

  it('imports an empty document as the first state', () => {
    expect(load(replica(1))).toMatchObject({ revision: 1, changed: true });
  });

  it('keeps several rules of one access point, usage by day and positions by epoch apart', () => {
    const slot = {
      accessPoint: 'front-door',
      days: ['mon'],
      from: '09:00',
      to: '17:00',
      afterFirstEntry: false,
    } as const;
    const result = load(
      replica(1, {
        unlockSchedules: [slot, { ...slot, days: ['tue'] }],
        planUsage: [
          { customer: 'ana', day: '2026-03-01', minutes: 1 },
          { customer: 'ana', day: '2026-03-02', minutes: 1 },
        ],
        includes: [
          { controller: 'front-desk', epoch: 'e1', through: 1 },
          { controller: 'front-desk', epoch: 'e2', through: 1 },
        ],
      }),
    );
    expect(result.kinds.unlockSchedules.added).toBe(2);
    expect(result.kinds.planUsage.added).toBe(2);
    expect(result.kinds.includes.added).toBe(2);
  });
});

describe('the number of a revision', () => {
  it('is the next one where the document has one that was given before', () => {
    load(replica(7, { customers: [customer('ana')] }));
    const result = load(replica(7, { customers: [customer('ana'), customer('bob')] }));
    expect(result).toMatchObject({ revision: 8, renumberedFrom: 7 });
  });

  it('is above what any controller was ever seen to have', () => {
    load(replica(7, { customers: [customer('ana')] }));
    writeMeta(store, 'highestSeenRevision', 40);
    const result = load(replica(30, { customers: [customer('ana'), customer('bob')] }));
    expect(result).toMatchObject({ revision: 41, previous: 7, renumberedFrom: 30 });
    expect(load(replica(42, { customers: people(3) }), true)).toMatchObject({ revision: 42, renumberedFrom: null });
  });
});

describe('an import that is refused', () => {
  it.each([
    [100, 80, false],
    [100, 79, true],
    [5, 4, false],
    [4, 3, true],
    [1, 0, true],
  ])('from %i customers to %i: %s', (before, after, refused) => {
    load(replica(1, { customers: people(before) }));
    const next = replica(2, { customers: people(after) });
    if (!refused) {
      expect(load(next).kinds.customers.removed).toBe(before - after);
      return;
    }
    const kept = dump(store, 'records');
    const error = refusal(() => load(next));
    expect(error).toMatchObject({ code: 'import-shrinks' });
    expect(error.message).toContain(`${before - after} of ${before} customers`);
    expect(error.details).toMatchObject({ before: { customers: before }, after: { customers: after } });
    expect(dump(store, 'records')).toEqual(kept);
    expect(currentRevision(store)?.revision).toBe(1);
    expect(load(next, true)).toMatchObject({ revision: 2, shrinkMeant: true });
  });

  it('counts what goes, even where as much comes', () => {
    load(replica(1, { credentials: ['04A1', '04A2', '04A3'].map((value, n) => credential(`a${n}`, value)) }));
    const others = replica(2, { credentials: ['04A1', '04A2', '04A3'].map((value, n) => credential(`b${n}`, value)) });
    expect(refusal(() => load(others)).message).toContain('3 of 3 credentials');
  });

  it('does not call a forced import meant to shrink where it does not', () => {
    load(replica(1, { customers: people(3) }));
    expect(load(replica(2, { customers: people(4) }), true)).toMatchObject({ shrinkMeant: false });
  });

  it("is another site's, or names a record twice", () => {
    expect(refusal(() => load(replica(1, {}, 'hillside')))).toMatchObject({ code: 'other-site' });
    const error = refusal(() => load(replica(1, { customers: [customer('ana'), customer('ana')] })));
    expect(error).toMatchObject({ code: 'duplicate-record' });
    expect(error.message).toContain('ana');
    expect(currentRevision(store)).toBeUndefined();
  });

  it('says so where another process is writing', () => {
    const other = bench.open();
    other.db.exec('BEGIN IMMEDIATE');
    expect(refusal(() => load(replica(1)))).toMatchObject({ code: 'store-busy' });
    other.db.exec('ROLLBACK');
    expect(load(replica(1))).toMatchObject({ revision: 1 });
  });
});
