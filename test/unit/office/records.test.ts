import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseReplicaDocument } from '../../../config/load.ts';
import { listOf, recordOf } from '../../../config/raw.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { type Origin, readAudit, readAuditIds } from '../../../sync/office/records/audit.ts';
import { changeRecords, type Operation } from '../../../sync/office/records/change.ts';
import { RecordsError } from '../../../sync/office/records/error.ts';
import { recordKinds } from '../../../sync/office/records/kinds.ts';
import { listRecords } from '../../../sync/office/records/list.ts';
import { RecordsView } from '../../../sync/office/records/view.ts';
import { changesBetween } from '../../../sync/office/store/changes.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { currentRevision } from '../../../sync/office/store/revisions.ts';
import { type Bench, dump, openBench, startMs } from './bench.ts';

let bench: Bench;
let store: OfficeStore;
const origin: Origin = { by: 'sam', via: 'cli', request: 'r1', action: 'put', reason: null, nowMs: startMs };

beforeEach(() => {
  bench = openBench();
  store = bench.open();
  const text = readFileSync('config/examples/replica.json', 'utf8').replace(
    /"site": *"[^"]*"/,
    `"site": "${store.site}"`,
  );
  importReplica(store, parseReplicaDocument(text, 'replica.json').document, { force: false, nowMs: startMs });
});
afterEach(() => bench.close());

function change(...operations: Operation[]) {
  return changeRecords(store, operations, { origin });
}

function state(): unknown[] {
  return ['records', 'revisions', 'changes', 'audit'].map((table) => dump(store, table));
}

function numberOf(listed: { record: unknown } | undefined): string {
  return String(recordOf(listed?.record).value);
}

function refused(act: () => unknown): RecordsError {
  try {
    act();
  } catch (error) {
    if (error instanceof RecordsError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

function putAgain(): Operation[] {
  const view = new RecordsView(store);
  return recordKinds.flatMap((kind) =>
    listRecords(view, kind, { limit: 500, nowMs: startMs }).items.map(
      ({ id, record }) => ({ does: 'put', kind, id, record }) as const,
    ),
  );
}

describe('a change', () => {
  it('puts what people write, and reads it again the same', () => {
    const before = state();
    const operations = putAgain();
    expect(operations.length).toBeGreaterThan(15);
    expect(change(...operations).changed).toEqual([]);
    expect(state()).toEqual(before);
  });

  it('makes a revision that notes what it changed, with its counts', () => {
    const before = currentRevision(store);
    const record = { name: 'Bo', registeredWith: [], teams: [] };
    const result = change({ does: 'put', kind: 'customers', id: 'bo', record });
    expect(result).toMatchObject({
      revision: (before?.revision ?? 0) + 1,
      changed: [{ kind: 'customers', id: 'bo', did: 'added', before: null, after: { id: 'bo', name: 'Bo' } }],
    });
    const after = currentRevision(store);
    expect(after?.counts.customers).toBe((before?.counts.customers ?? 0) + 1);
    expect(changesBetween(store, before?.revision ?? 0, after?.revision ?? 0)).toMatchObject([
      { kind: 'customers', id: 'bo', before: null },
    ]);
  });

  it('is applied whole or not at all, and says every place that is wrong', () => {
    const before = state();
    const error = refused(() =>
      change(
        { does: 'put', kind: 'customers', id: 'bo', record: { name: 'Bo', team: 'x' } },
        { does: 'put', kind: 'contracts', id: 'k9', record: { customer: 'nobody', plan: 'flexx', from: '2026-02-30' } },
      ),
    );
    expect(error.code).toBe('invalid');
    expect(error.findings.map(({ kind, id, key }) => `${kind} ${id} ${key}`).sort()).toEqual([
      'contracts k9 customer',
      'contracts k9 from',
      'contracts k9 plan',
      'customers bo team',
    ]);
    expect(error.message).toContain('contracts k9 plan: found "flexx", which is not among the plans');
    expect(state()).toEqual(before);
  });

  it('refuses to remove what others need, and names them', () => {
    const error = refused(() => change({ does: 'remove', kind: 'plans', id: 'flex' }));
    expect(error.message).toMatch(/contracts \S+ plan: found "flex", which is not among the plans/);
  });

  it('removes together what needs each other', () => {
    const view = new RecordsView(store);
    const of = listRecords(view, 'contracts', { limit: 500, nowMs: startMs }).items;
    const rest = of.map(({ id }) => ({ does: 'remove', kind: 'contracts', id }) as const);
    const result = change({ does: 'remove', kind: 'plans', id: 'flex' }, ...rest);
    expect(result.changed.map(({ did }) => did)).toEqual(['removed', ...rest.map(() => 'removed')]);
  });

  it('refuses a second holder and a second use of a card, without saying its number', () => {
    const view = new RecordsView(store);
    const [first] = listRecords(view, 'credentials', { limit: 1, nowMs: startMs }).items;
    const { type } = recordOf(first?.record) as { type: string };
    const value = numberOf(first);
    const error = refused(() =>
      change({
        does: 'put',
        kind: 'credentials',
        id: 'again',
        record: { type, value: value.toLowerCase(), customer: 'ana' },
      }),
    );
    expect(error.message).toContain(`credentials again value: found the same ${type} as credentials ${first?.id}`);
    expect(error.message).not.toContain(value);
    const [staff] = listRecords(view, 'staff', { limit: 1, nowMs: startMs }).items;
    const [card] = listOf(recordOf(staff?.record).credentials) as string[];
    const held = view.get('credentials', card ?? '');
    const shared = refused(() =>
      change({ does: 'put', kind: 'credentials', id: card ?? '', record: { ...held, customer: 'ana' } }),
    );
    expect(shared.message).toContain(`while staff ${staff?.id} names this credential too`);
  });

  it('refuses a lost update, and an id that is taken', () => {
    const view = new RecordsView(store);
    const expected = view.versionOf(view.body('customers', 'ana') ?? '');
    const record = view.get('customers', 'ana');
    change({ does: 'put', kind: 'customers', id: 'ana', record: { ...record, name: 'Ana S.' }, expected });
    const late = {
      does: 'put',
      kind: 'customers',
      id: 'ana',
      record: { ...record, disabled: true },
      expected,
    } as const;
    expect(refused(() => change(late)).code).toBe('version');
    expect(refused(() => change({ ...late, expected: null })).message).toContain('is there already');
    expect(view.get('customers', 'ana')).toMatchObject({ name: 'Ana S.', disabled: false });
  });

  it('gives rules without ids a place, and keeps it', () => {
    const rule = { accessPoint: 'lab', allow: { plans: ['flex'] } };
    const [a, b] = [1, 2].map(() => change({ does: 'put', kind: 'accessRules', record: rule }).changed[0]?.id);
    expect([a, b]).toEqual(['lab:0', 'lab:1']);
    change({ does: 'remove', kind: 'accessRules', id: 'lab:0' });
    const result = change({ does: 'put', kind: 'accessRules', id: 'lab:1', record: { accessPoint: 'lab' } });
    expect(result.changed).toMatchObject([{ id: 'lab:1', did: 'changed' }]);
  });

  it('only says what would change where that is asked for', () => {
    const before = state();
    const wanted: Operation[] = [{ does: 'put', kind: 'customers', id: 'bo', record: {} }];
    expect(changeRecords(store, wanted, { origin, preview: true }).changed).toHaveLength(1);
    expect(state()).toEqual(before);
  });
});

describe('the audit log', () => {
  it('says who changed what, before and after, and no number of a card', () => {
    const view = new RecordsView(store);
    const [card] = listRecords(view, 'credentials', { customer: 'ana', limit: 1, nowMs: startMs }).items;
    const record = { ...recordOf(card?.record), status: 'blocked' };
    change({ does: 'put', kind: 'credentials', id: card?.id ?? '', record });
    const [entry] = readAudit(store, { limit: 10 });
    expect(entry).toMatchObject({
      by: 'sam',
      via: 'cli',
      request: 'r1',
      kind: 'credentials',
      id: card?.id,
      did: 'changed',
      before: { status: 'active' },
      after: { status: 'blocked' },
    });
    expect(JSON.stringify(entry)).not.toContain(numberOf(card));
    expect(readAudit(store, { by: 'sam', kind: 'customers', limit: 10 })).toEqual([]);
    expect(readAudit(store, { id: card?.id, limit: 10 })).toHaveLength(1);
  });

  it('keeps an import as one entry, with what it changed', () => {
    const { revision } = currentRevision(store) ?? { revision: 0 };
    const text = readFileSync('config/examples/replica.json', 'utf8')
      .replace(/"site": *"[^"]*"/, `"site": "${store.site}"`)
      .replace('"Ana Silva"', '"Ana S."');
    const options = { force: true, nowMs: startMs, by: 'sam', request: 'r2' };
    importReplica(store, parseReplicaDocument(text, 'replica.json').document, options);
    const [entry, first] = readAudit(store, { limit: 10 });
    expect(entry).toMatchObject({ by: 'sam', via: 'import', request: 'r2', kind: null, counts: { idsKept: true } });
    expect(first).toMatchObject({ via: 'import', revision, counts: { idsKept: false } });
    expect(readAuditIds(store, entry?.entry ?? 0, { kind: '', id: '' }, 10)).toEqual([
      { kind: 'customers', id: 'ana', did: 'changed' },
    ]);
    expect(readAudit(store, { id: 'ana', limit: 10 })).toMatchObject([{ entry: entry?.entry }]);
  });

  it('is only added to', () => {
    change({ does: 'put', kind: 'customers', id: 'bo', record: {} });
    expect(() => store.db.prepare('DELETE FROM audit').run()).toThrow('only added to');
    expect(() => store.db.prepare("UPDATE audit SET by = 'x'").run()).toThrow('only added to');
    // A person's data may go.
    store.db.prepare('UPDATE audit SET before = NULL, after = NULL, reason = NULL').run();
  });
});

describe('lists', () => {
  it('are searched, by membership too, page by page', () => {
    for (let n = 0; n < 7; n++) change({ does: 'put', kind: 'customers', id: `x${n}`, record: { name: `Pat ${n}` } });
    const view = new RecordsView(store);
    const nowMs = Date.UTC(2026, 0, 20);
    const page = listRecords(view, 'customers', { search: 'PAT', limit: 5, nowMs });
    expect(page.items.map(({ id }) => id)).toEqual(['x0', 'x1', 'x2', 'x3', 'x4']);
    const rest = listRecords(view, 'customers', { search: 'PAT', limit: 5, nowMs, after: page.next ?? '' });
    expect(rest).toMatchObject({ items: [{ id: 'x5' }, { id: 'x6' }], next: null });
    const members = listRecords(view, 'customers', { membership: 'member', limit: 500, nowMs }).items;
    expect(members.map(({ id }) => id)).toContain('ana');
    expect(members.map(({ id }) => id)).not.toContain('x0');
  });
});
