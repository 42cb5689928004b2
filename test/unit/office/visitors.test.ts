// Visitors at the office: registered with a badge, moved, withdrawn; who is expected, inside, gone or was refused.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { Ingest } from '../../../sync/office/ingest/ingest.ts';
import { actions } from '../../../sync/office/records/actions.ts';
import { changeRecords } from '../../../sync/office/records/change.ts';
import { RecordsView } from '../../../sync/office/records/view.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { badgeLines, badgeOf, badgeSvg } from '../../../sync/office/visitors/badge.ts';
import { listVisitors, type VisitorLine } from '../../../sync/office/visitors/list.ts';
import { badgeBytes, registration } from '../../../sync/office/visitors/register.ts';
import { Messages } from '../../../sync/office/webhooks/message.ts';
import type { WireEvent } from '../../../sync/protocol/events.ts';
import { JournalMaker } from '../../support/journal-maker.ts';
import { type Bench, customer, openBench, received, replica, startMs } from './bench.ts';

const hourMs = 3_600_000;
const random = seededRandom('visitors');
const space = {
  id: 'riverside',
  name: 'Riverside',
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
};
let bench: Bench;
let store: OfficeStore;
let view: RecordsView;
let journal: JournalMaker;
let sent: number;

beforeEach(() => {
  bench = openBench();
  store = bench.open();
  importReplica(store, replica(1, { customers: [customer('ana', 'Ana & Co')] }), { force: false, nowMs: startMs });
  const origin = { by: 'sam', via: 'cli', request: 'r0', action: 'put', reason: null, nowMs: startMs } as const;
  changeRecords(store, [{ does: 'put', kind: 'spaces', record: space }], { origin });
  view = new RecordsView(store);
  journal = new JournalMaker('front-desk');
  sent = 0;
});
afterEach(() => bench.close());

function register(id: string, expectedMs: number, over: Partial<Parameters<typeof registration>[1]> = {}) {
  const origin = { by: 'sam', via: 'cli', request: 'r1', action: 'visitor', reason: null, nowMs: startMs } as const;
  const asked = {
    id,
    name: 'Vic',
    host: 'ana',
    space: 'riverside',
    expected: new Date(expectedMs).toISOString(),
    needsApproval: false,
    badge: random.bytes(badgeBytes),
    nowMs: startMs,
    ...over,
  };
  return changeRecords(store, (at) => registration(at, asked), { origin });
}

function act(name: string, id: string, given: Record<string, unknown> = {}, nowMs = startMs) {
  const action = actions.find((one) => one.name === name);
  if (action === undefined) throw new Error(`no ${name}`);
  const origin = { by: 'sam', via: 'cli', request: 'r2', action: name, reason: null, nowMs } as const;
  return changeRecords(store, (at) => action.plan(at, { id, given, nowMs, newId: 'n' }), { origin });
}

function happened(type: string, visitor: string, ms: number, more: object = {}): void {
  journal.add(`visitor.${type}`, { visitor, host: 'ana', ...more }, { time: new Date(ms).toISOString() });
  new Ingest(store, bench.clock).commit([received(journal, sent + 1)]);
  sent = journal.events.length;
}

function listed(nowMs: number, filter: Partial<Parameters<typeof listVisitors>[1]> = {}): VisitorLine[] {
  return listVisitors(store, { fromMs: startMs - 7 * 24 * hourMs, toMs: Number.MAX_SAFE_INTEGER, ...filter }, nowMs);
}

const states = (nowMs: number): Record<string, string> =>
  Object.fromEntries(listed(nowMs).map(({ visitor, state }) => [visitor, state]));

describe('a visitor', () => {
  it('is told to webhooks with their host, by name', () => {
    register('v1', startMs + hourMs);
    happened('refused', 'v1', startMs, { reason: 'visitor-outside-window' });
    const told = (event: unknown): unknown => JSON.parse(new Messages(store).body(event as WireEvent));
    const [refused] = journal.events;
    expect(told(refused)).toMatchObject({
      topic: 'visitor',
      about: { kind: 'visitor', id: 'v1', name: 'Vic' },
      host: { id: 'ana', name: 'Ana & Co' },
      data: { reason: 'visitor-outside-window' },
    });
    expect(told({ ...refused, data: { visitor: 'v1', host: null } })).toMatchObject({ host: null });
    expect(told({ ...refused, type: 'door.forced', data: {} })).not.toHaveProperty('host');
  });

  it('is registered with a badge of their own, which nobody can guess', () => {
    expect(register('v1', startMs + hourMs).changed.map(({ kind, id }) => [kind, id])).toEqual([
      ['credentials', 'badge-v1'],
      ['visitors', 'v1'],
    ]);
    register('v2', startMs + hourMs);
    const codes = ['v1', 'v2'].map((id) => badgeOf(view, id).code);
    for (const code of codes) expect(code).toMatch(/^V[0-9A-Z]{26}$/);
    expect(codes[0]).not.toBe(codes[1]);
    expect(() => register('v1', startMs)).toThrow('is there already');
    expect(view.get('visitors', 'v1')).toMatchObject({ approval: 'not-required', credential: 'badge-v1' });
  });

  it('has a host and a space that are known, and comes on a day that is not over', () => {
    expect(() => register('v1', startMs, { host: 'nobody' })).toThrow('host: found "nobody"');
    expect(() => register('v1', startMs, { space: 'nowhere' })).toThrow('no record nowhere of spaces');
    expect(() => register('v1', startMs - 24 * hourMs)).toThrow('is a day that is over');
    expect(() => register('v1', startMs, { expected: 'soon' })).toThrow('expected: found "soon"');
    register('v1', startMs - hourMs, { badge: null });
    expect(() => badgeOf(view, 'v1')).toThrow('v1 has no badge');
  });

  it('is approved, held, rejected, moved and withdrawn', () => {
    register('v1', startMs + hourMs, { needsApproval: true });
    expect(listed(startMs)).toMatchObject([
      { approval: 'requested', state: 'expected', until: '2026-03-02T23:00:00.000Z' },
    ]);
    for (const [name, approval] of [
      ['approve-visitor', 'approved'],
      ['hold-visitor', 'held'],
      ['reject-visitor', 'rejected'],
    ] as const) {
      act(name, 'v1');
      expect(view.get('visitors', 'v1').approval).toBe(approval);
    }
    expect(states(startMs)).toEqual({ v1: 'rejected' });
    act('approve-visitor', 'v1');
    act('move-visitor', 'v1', { expected: '2026-03-04T10:00:00+01:00' });
    expect(view.get('visitors', 'v1')).toMatchObject({ expected: '2026-03-04T09:00:00.000Z', approval: 'approved' });
    expect(() => act('move-visitor', 'v1', { expected: '2026-02-01T10:00:00Z' })).toThrow('is a day that is over');
    happened('arrived', 'v1', startMs);
    expect(() => act('withdraw-visitor', 'v1', {}, startMs + hourMs)).toThrow('is inside');
    happened('departed', 'v1', startMs + hourMs, { auto: false });
    act('withdraw-visitor', 'v1', {}, startMs + 2 * hourMs);
    expect(view.find('credentials', 'badge-v1')).toBeUndefined();
    expect(listed(startMs + 2 * hourMs)).toMatchObject([
      { visitor: 'v1', state: 'departed', approval: null, expected: null },
    ]);
  });

  it('is listed by what the doors recorded', () => {
    for (const id of ['come', 'gone', 'late', 'out', 'never']) register(id, startMs + hourMs);
    happened('refused', 'come', startMs, { reason: 'visitor-outside-window' });
    happened('arrived', 'come', startMs + hourMs);
    happened('arrived', 'gone', startMs + hourMs);
    happened('departed', 'gone', startMs + 2 * hourMs, { auto: false });
    happened('refused', 'out', startMs + hourMs, { reason: 'visitor-not-approved' });
    const nowMs = startMs + 3 * hourMs;
    const expected = { come: 'inside', gone: 'departed', late: 'expected', out: 'refused', never: 'expected' };
    expect(states(nowMs)).toEqual(expected);
    expect(listed(nowMs, { state: 'departed' })).toMatchObject([
      { visitor: 'gone', stays: [{ arrived: '2026-03-02T09:00:00.000Z', departed: '2026-03-02T10:00:00.000Z' }] },
    ]);
    expect(listed(nowMs, { state: 'refused' })).toMatchObject([
      { visitor: 'out', host: { id: 'ana', name: 'Ana & Co' }, refusals: [{ reason: 'visitor-not-approved' }] },
    ]);
    expect(listed(nowMs, { host: 'bo' })).toEqual([]);
    expect(listed(nowMs, { fromMs: startMs + 2 * hourMs }).map(({ visitor }) => visitor)).toEqual(['come', 'gone']);
    // The next day nobody is inside, whether or not a door saw them leave.
    const next = { come: 'departed', gone: 'departed', late: 'missed', out: 'refused', never: 'missed' };
    expect(states(startMs + 24 * hourMs)).toEqual(next);
    // Who is moved to another day is expected there, whatever happened before.
    act('move-visitor', 'out', { expected: '2026-03-04T10:00:00+01:00' });
    act('move-visitor', 'gone', { expected: '2026-03-04T10:00:00+01:00' });
    expect(states(startMs + 24 * hourMs)).toMatchObject({ out: 'expected', gone: 'expected' });
  });

  it('has a badge to print, on which a name is text', () => {
    register('v1', startMs + hourMs, { name: '<script>"Vic"\u0007' });
    const badge = badgeOf(view, 'v1');
    const svg = badgeSvg(badge);
    expect(svg).toContain('&lt;script&gt;&quot;Vic&quot; ');
    expect(svg).toContain('guest of Ana &amp; Co');
    expect(svg).toContain('2026-03-02 10:00');
    expect(svg).not.toContain('<script');
    const lines = badgeLines(badge);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });
});
