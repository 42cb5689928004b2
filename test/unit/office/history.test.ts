// What follows from the visits that the office knows of: days, occupancy, what was used, what is to be looked at, who is inside.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importReplica } from '../../../sync/office/import/import.ts';
import { Ingest } from '../../../sync/office/ingest/ingest.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { days } from '../../../sync/office/visits/days.ts';
import { inside } from '../../../sync/office/visits/inside.ts';
import { occupancy } from '../../../sync/office/visits/occupancy.ts';
import { checkins } from '../../../sync/office/visits/query.ts';
import { rareEvents } from '../../../sync/office/visits/rare.ts';
import { used } from '../../../sync/office/visits/used.ts';
import { worklist } from '../../../sync/office/visits/worklist.ts';
import { checkin, checkout, JournalMaker } from '../../support/journal-maker.ts';
import { contract, plan, space } from '../../support/records.ts';
import { type Bench, customer, openBench, received, replica, startMs } from './bench.ts';

let bench: Bench;
let store: OfficeStore;
let front: JournalMaker;
const riverside = space({ id: 'riverside', dailyCutOff: '03:00' });

beforeEach(() => {
  bench = openBench();
  store = bench.open();
  front = new JournalMaker('front-desk');
  const records = {
    spaces: [riverside],
    plans: [plan('flex')],
    teams: [{ id: 'lab', name: 'lab', sharesPasses: true }],
    contracts: [contract('flex', { customer: 'ana', to: '2026-03-03' })],
    customers: [customer('ana', 'Ana'), { ...customer('ben', 'Ben'), teams: ['lab'] }],
  };
  importReplica(store, replica(1, records), { force: false, nowMs: startMs });
});
afterEach(() => bench.close());

function stay(
  visit: string,
  who: string,
  from: string,
  to: string | null,
  over: object = {},
  begin: object = {},
): void {
  const of = { visit, customer: who };
  front.add('checkin.recorded', checkin(of, begin), { time: from });
  if (to !== null) front.add('checkout.recorded', checkout(of, from, to, over), { time: to });
}

function keep(): void {
  new Ingest(store, bench.clock).commit([received(front)]);
}

const ms = (text: string): number => Date.parse(text);

describe('days', () => {
  it('are business days: the night belongs to the day before, and times between visits do not count', () => {
    stay('v1', 'ana', '2026-03-02T08:00:00.000Z', '2026-03-02T10:00:30.000Z');
    stay('v2', 'ben', '2026-03-02T09:00:00.000Z', '2026-03-03T02:00:00.000Z', { auto: true });
    stay('v3', 'ana', '2026-03-03T00:30:00.000Z', '2026-03-03T01:00:00.000Z');
    stay('v4', 'ana', '2026-03-03T09:00:00.000Z', null);
    keep();
    expect([...days(store, ms('2026-03-03T10:00:00Z'))]).toMatchObject([
      {
        day: '2026-03-02',
        customer: 'ana',
        firstIn: '2026-03-02T08:00:00.000Z',
        lastOut: '2026-03-03T01:00:00.000Z',
        visits: 2,
        minutes: 151,
        auto: false,
      },
      { day: '2026-03-02', customer: 'ben', lastOut: '2026-03-03T02:00:00.000Z', auto: true, minutes: 1020 },
      { day: '2026-03-03', customer: 'ana', lastOut: null, visits: 1, minutes: 60 },
    ]);
    expect([...days(store, startMs, { customer: 'ben', limit: 1 })]).toHaveLength(1);
  });
});

describe('occupancy', () => {
  it('per quarter says who was there, the most at once and for how long', () => {
    stay('v1', 'ana', '2026-03-02T08:05:00.000Z', '2026-03-02T08:20:00.000Z');
    stay('v2', 'ben', '2026-03-02T08:20:00.000Z', '2026-03-02T08:50:00.000Z');
    stay('v3', 'eve', '2026-03-02T08:25:00.000Z', '2026-03-02T08:30:00.000Z');
    keep();
    const range = { fromMs: ms('2026-03-02T08:00:00Z'), toMs: ms('2026-03-02T09:00:00Z'), nowMs: startMs };
    const lines = occupancy(store, riverside, 'quarter', range);
    expect(lines.map(({ visits, most, minutes }) => [visits, most, minutes])).toEqual([
      [1, 1, 10],
      [3, 2, 20],
      [1, 1, 15],
      [1, 1, 5],
    ]);
    expect(lines[0]?.from).toBe('2026-03-02T08:00:00.000Z');
  });

  it('has a day of 23 hours where the clocks go forward, and weeks from Monday on', () => {
    stay('v1', 'ana', '2026-03-28T12:00:00.000Z', '2026-03-28T22:59:00.000Z');
    stay('v2', 'ben', '2026-03-28T23:30:00.000Z', null);
    keep();
    const nowMs = ms('2026-03-30T00:00:00Z');
    const range = { fromMs: ms('2026-03-28T12:00:00Z'), toMs: ms('2026-03-29T21:00:00Z'), nowMs };
    expect(occupancy(store, riverside, 'day', range)).toEqual([
      { from: '2026-03-27T23:00:00.000Z', to: '2026-03-28T23:00:00.000Z', visits: 1, most: 1, minutes: 659 },
      { from: '2026-03-28T23:00:00.000Z', to: '2026-03-29T22:00:00.000Z', visits: 1, most: 1, minutes: 1350 },
    ]);
    expect(occupancy(store, riverside, 'week', range)).toMatchObject([{ from: '2026-03-22T23:00:00.000Z', visits: 2 }]);
    const long = { fromMs: 0, toMs: nowMs, nowMs };
    expect(() => occupancy(store, riverside, 'quarter', long)).toThrow(/more than 10000 lines/);
  });
});

describe('what was used', () => {
  it('is summed per customer and pass, with plans and what nothing covers', () => {
    const minutes = (n: number): object => ({ usage: [{ pass: 'h1', minutes: n }] });
    stay('v1', 'ana', '2026-03-02T08:00:00.000Z', '2026-03-02T09:00:00.000Z', minutes(60));
    stay('v2', 'ana', '2026-03-02T10:00:00.000Z', '2026-03-02T10:30:00.000Z', { ...minutes(10), uncoveredMinutes: 20 });
    stay('v3', 'ana', '2026-03-04T10:00:00.000Z', '2026-03-04T11:00:00.000Z');
    const onPlan = { coverage: 'plan', pass: null };
    stay('v4', 'ben', '2026-03-02T10:00:00.000Z', '2026-03-02T11:00:30.000Z', { usage: [] }, onPlan);
    keep();
    expect([...used(store)]).toEqual([
      { customer: 'ana', pass: null, coverage: 'uncovered', visits: 1, days: 1, minutes: 20 },
      { customer: 'ana', pass: 'h1', coverage: 'pass', visits: 2, days: 1, minutes: 70 },
      { customer: 'ana', pass: 'p1', coverage: 'pass', visits: 1, days: 1, minutes: 0 },
      { customer: 'ben', pass: null, coverage: 'plan', visits: 1, days: 1, minutes: 61 },
    ]);
  });
});

describe('the work list', () => {
  it('has what the cut-off ended, what nothing pays for, and orphans', () => {
    stay('v1', 'ana', '2026-03-02T08:00:00.000Z', '2026-03-02T09:00:00.000Z');
    stay('v2', 'ana', '2026-03-02T10:00:00.000Z', '2026-03-03T02:00:00.000Z', { auto: true, review: true });
    stay('v3', 'ben', '2026-03-02T11:00:00.000Z', '2026-03-02T12:00:00.000Z', {
      invoiced: false,
      uncoveredMinutes: 60,
    });
    front.add('checkout.orphan', { customer: 'ben', space: 'riverside' }, { time: '2026-03-02T13:00:00.000Z' });
    keep();
    expect([...worklist(store)].map(({ kind, visit, customer: who, minutes }) => [kind, visit, who, minutes])).toEqual([
      ['review', 'v2', 'ana', 0],
      ['not-invoiced', 'v3', 'ben', 60],
      ['orphan', null, 'ben', 0],
    ]);
    expect([...worklist(store, { limit: 1 })]).toHaveLength(1);
    expect([...worklist(store, { team: 'lab' })]).toHaveLength(2);
  });
});

describe('the check-ins', () => {
  it('are found by every filter, page by page', () => {
    for (let n = 0; n < 9; n++) {
      const from = new Date(startMs + n * 3_600_000).toISOString();
      stay(
        `v${n}`,
        n % 3 === 0 ? 'ana' : 'ben',
        from,
        from,
        { auto: n % 2 === 0, review: n === 4 },
        { source: n < 3 ? 'qr' : 'card' },
      );
    }
    stay('late', 'ana', '2026-03-10T08:00:00.000Z', null);
    keep();
    const ids = (filter: Parameters<typeof checkins>[1]): string[] =>
      [...checkins(store, filter)].map(({ visit }) => visit);
    expect(ids({ limit: 3 })).toEqual(['v0', 'v1', 'v2']);
    expect(ids({ limit: 3, after: 'v2' })).toEqual(['v3', 'v4', 'v5']);
    expect(ids({ review: true })).toEqual(['v4']);
    expect(ids({ source: 'qr', auto: false })).toEqual(['v1']);
    expect(ids({ team: 'lab', limit: 2 })).toEqual(['v1', 'v2']);
    expect(ids({ kind: 'member' })).toEqual(['v0', 'v3', 'v6']);
    expect(ids({ kind: 'contact', customer: 'ana' })).toEqual(['late']);
    expect(ids({ open: true })).toEqual(['late']);
    expect(() => ids({ after: 'nothing' })).toThrow(/no visit nothing/);
  });

  it('that were rejected are listed with the reason', () => {
    const rejected = { customer: 'ben', space: 'riverside', reason: 'no-pass' };
    front.add('checkin.rejected', rejected, { time: '2026-03-02T09:00:00.000Z', accessPoint: 'front-door' });
    keep();
    expect([...rareEvents(store, 'checkin.rejected', { team: 'lab', space: 'riverside' })]).toEqual([
      { ...rejected, at: '2026-03-02T09:00:00.000Z', controller: 'front-desk', accessPoint: 'front-door' },
    ]);
    expect([...rareEvents(store, 'checkin.rejected', { customer: 'ana' })]).toEqual([]);
  });
});

describe('who is inside', () => {
  it('are open visits, who the cut-off checked out and nobody saw leave, and visitors', () => {
    stay('v1', 'ana', '2026-03-03T08:00:00.000Z', null);
    stay('v2', 'ben', '2026-03-02T20:00:00.000Z', '2026-03-03T02:00:00.000Z', { auto: true });
    stay('v3', 'eve', '2026-03-02T20:00:00.000Z', '2026-03-03T02:00:00.000Z', { auto: true });
    front.add('checkout.orphan', { customer: 'eve', space: 'riverside' }, { time: '2026-03-03T03:00:00.000Z' });
    front.add(
      'visitor.arrived',
      { visitor: 'vic', host: 'ana', space: 'riverside' },
      { time: '2026-03-03T08:00:00.000Z' },
    );
    front.add(
      'visitor.arrived',
      { visitor: 'val', host: null, space: 'riverside' },
      { time: '2026-03-03T08:00:00.000Z' },
    );
    front.add('visitor.departed', { visitor: 'val', host: null }, { time: '2026-03-03T09:00:00.000Z' });
    keep();
    const who = (at: string): unknown[] =>
      [...inside(store, ms(at))].map((line) => [
        line.kind,
        line.kind === 'visitor' ? line.visitor : line.customer,
        line.name,
      ]);
    expect(who('2026-03-03T10:00:00Z')).toEqual([
      ['visit', 'ana', 'Ana'],
      ['presumed', 'ben', 'Ben'],
      ['visitor', 'vic', 'vic'],
    ]);
    expect(who('2026-03-04T10:00:00Z')).toEqual([['visit', 'ana', 'Ana']]);
    expect([...inside(store, startMs, 'elsewhere')]).toEqual([]);
  });
});
