import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseReplicaDocument } from '../../../config/load.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { actions } from '../../../sync/office/records/actions.ts';
import { readAudit } from '../../../sync/office/records/audit.ts';
import { balanceOf } from '../../../sync/office/records/balance.ts';
import { changeRecords } from '../../../sync/office/records/change.ts';
import { RecordsView } from '../../../sync/office/records/view.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { type Bench, openBench, startMs } from './bench.ts';

let bench: Bench;
let store: OfficeStore;
let view: RecordsView;

beforeEach(() => {
  bench = openBench();
  store = bench.open();
  const text = readFileSync('config/examples/replica.json', 'utf8').replace(
    /"site": *"[^"]*"/,
    `"site": "${store.site}"`,
  );
  importReplica(store, parseReplicaDocument(text, 'replica.json').document, { force: false, nowMs: startMs });
  view = new RecordsView(store);
});
afterEach(() => bench.close());

function act(name: string, id: string, given: Record<string, unknown> = {}) {
  const action = actions.find((one) => one.name === name);
  if (action === undefined) throw new Error(`no ${name}`);
  const reason = typeof given.reason === 'string' ? given.reason : null;
  const origin = { by: 'sam', via: 'cli', request: 'r1', action: name, reason, nowMs: startMs } as const;
  return changeRecords(store, (at) => action.plan(at, { id, given, nowMs: startMs, newId: 'new-1' }), { origin });
}

function put(kind: 'contracts' | 'passes' | 'timePasses' | 'bookings' | 'visitors' | 'teams', record: object): void {
  const origin = { by: 'sam', via: 'cli', request: 'r0', action: 'put', reason: null, nowMs: startMs } as const;
  changeRecords(store, [{ does: 'put', kind, record }], { origin });
}

describe('what an operator does', () => {
  it('freezes a contract, lets it run again, and ends it', () => {
    put('contracts', { id: 'k7', customer: 'ana', plan: 'flex', from: '2026-01-01' });
    act('freeze', 'k7', { from: '2026-05-01', to: '2026-05-31' });
    act('freeze', 'k7', { from: '2026-07-01' });
    expect(() => act('freeze', 'k7', { from: '2026-05-31', to: '2026-06-02' })).toThrow('overlaps frozen[0]');
    act('unfreeze', 'k7', { from: '2026-05-10' });
    expect(view.get('contracts', 'k7').frozen).toEqual([{ from: '2026-05-01', to: '2026-05-09' }]);
    act('end-contract', 'k7', { to: '2026-08-31' });
    expect(view.get('contracts', 'k7').to).toBe('2026-08-31');
    expect(() => act('end-contract', 'k7', { to: '2025-12-31' })).toThrow('before from "2026-01-01"');
    expect(() => act('unfreeze', 'k7', { from: 'May' })).toThrow('"May" is no day');
  });

  it('blocks a credential, and once more changes nothing', () => {
    const [id = ''] = store.db.prepare<[], string>("SELECT id FROM records WHERE kind = 'credentials'").pluck().all();
    for (const [name, status] of [
      ['block', 'blocked'],
      ['report-lost', 'lost'],
      ['unblock', 'active'],
    ] as const) {
      expect(act(name, id, { reason: 'said so' }).changed).toMatchObject([{ id, did: 'changed', after: { status } }]);
      expect(act(name, id).changed).toEqual([]);
    }
    expect(readAudit(store, { id, limit: 10 }).map(({ action, reason }) => [action, reason])).toEqual([
      ['unblock', 'said so'],
      ['report-lost', 'said so'],
      ['block', 'said so'],
    ]);
    expect(() => act('block', 'nobody')).toThrow('there is no record nobody of credentials');
  });

  it('gives a pass and corrects it, and its balance says how that came about', () => {
    put('timePasses', { id: 'ten', price: '50.00', currency: 'EUR', minutesIncluded: 600 });
    expect(act('give-pass', 'ana', { timePass: 'ten' }).changed).toMatchObject([{ id: 'new-1', did: 'added' }]);
    expect(balanceOf(view, 'new-1')).toMatchObject({ minutesIncluded: 600, left: 600, uses: [], corrections: [] });
    act('correct-pass', 'new-1', { minutes: -45, reason: 'was here by phone' });
    expect(balanceOf(view, 'new-1')).toMatchObject({
      left: 555,
      corrections: [
        {
          by: 'sam',
          reason: 'was here by phone',
          before: { remainingMinutes: null },
          after: { remainingMinutes: 555 },
        },
      ],
    });
    expect(() => act('correct-pass', 'new-1', { minutes: -556, reason: 'x' })).toThrow('take at most 555');
    expect(() => act('correct-pass', 'new-1', { unused: true, reason: 'x' })).toThrow('is a minute pass');
    expect(() => act('correct-pass', 'new-1', { reason: 'x' })).toThrow('one of the two');
    expect(() => act('give-pass', 'ana', { timePass: 'none', id: 'p9' })).toThrow('timePass: found "none"');
    expect(() => act('give-pass', 'nobody', { timePass: 'ten' })).toThrow('no record nobody of customers');
  });

  it('says that a used day pass is not used after all', () => {
    put('passes', { id: 'd1', timePass: 'day', customer: 'ana', source: 'sold', usedOn: '2026-02-27', usedBy: 'ana' });
    expect(balanceOf(view, 'd1').left).toBe(0);
    expect(() => act('correct-pass', 'd1', { minutes: 5, reason: 'x' })).toThrow('is a day pass');
    act('correct-pass', 'd1', { unused: true, reason: 'was not here' });
    expect(view.get('passes', 'd1')).toMatchObject({ usedOn: null, usedBy: null });
    expect(balanceOf(view, 'd1').left).toBe(1);
  });

  it('closes an account and a space, cancels a booking, answers for a visitor', () => {
    act('disable', 'ana');
    expect(view.get('customers', 'ana').disabled).toBe(true);
    act('enable', 'ana');
    expect(view.get('customers', 'ana').disabled).toBe(false);
    const [space = ''] = store.db.prepare<[], string>("SELECT id FROM records WHERE kind = 'spaces'").pluck().all();
    const before = view.get('spaces', space).closures;
    act('add-closure', space, { from: '2026-10-03', name: 'Holiday' });
    expect(view.get('spaces', space).closures).toContainEqual({
      from: '2026-10-03',
      to: '2026-10-03',
      name: 'Holiday',
    });
    act('lift-closure', space, { from: '2026-10-03' });
    expect(view.get('spaces', space).closures).toEqual(before);
    expect(() => act('lift-closure', space, { from: '2026-10-03' })).toThrow('has no closure from 2026-10-03');
    const [resource = ''] = store.db
      .prepare<[], string>("SELECT id FROM records WHERE kind = 'resources'")
      .pluck()
      .all();
    put('bookings', { id: 'b7', resource, customer: 'ana', from: '2026-03-03T09:00:00Z', to: '2026-03-03T10:00:00Z' });
    act('cancel-booking', 'b7');
    expect(view.get('bookings', 'b7').status).toBe('cancelled');
    put('visitors', { id: 'v7', space, expected: '2026-03-03T09:00:00Z', approval: 'requested' });
    act('approve-visitor', 'v7');
    expect(view.get('visitors', 'v7').approval).toBe('approved');
    act('reject-visitor', 'v7');
    expect(view.get('visitors', 'v7').approval).toBe('rejected');
    put('teams', { id: 't7', sharesPasses: true });
    expect(act('give-team-pass', 't7', { timePass: 'day' }).changed).toMatchObject([{ after: { team: 't7' } }]);
  });
});
