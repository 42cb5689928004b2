// What is older than the config keeps is nobody's any more, with all sums as they were; what somebody still works with is not touched.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptSinceMs } from '../../../config/office/retention.ts';
import type { OfficeRetention } from '../../../config/types.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { deskOf } from '../../../sync/office/acts/act.ts';
import { decideCharge } from '../../../sync/office/acts/charges.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { Ingest } from '../../../sync/office/ingest/ingest.ts';
import { Keeper } from '../../../sync/office/privacy/keeper.ts';
import { readAudit } from '../../../sync/office/records/audit.ts';
import { changeRecords } from '../../../sync/office/records/change.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { verifyStore } from '../../../sync/office/store/verify.ts';
import { WebhookDeliveries } from '../../../sync/office/store/webhook-deliveries.ts';
import { addWebhook } from '../../../sync/office/store/webhooks.ts';
import { charges } from '../../../sync/office/visits/charges.ts';
import { rebuildVisits } from '../../../sync/office/visits/project.ts';
import { checkins } from '../../../sync/office/visits/query.ts';
import { checkin, checkout, JournalMaker } from '../../support/journal-maker.ts';
import { type Bench, openBench, received, replica, startMs } from '../office/bench.ts';
import { document, live, origin, people, placesOf, sums } from './story.ts';

const dayMs = 86_400_000;
const days90 = { count: 90, unit: 'days' } as const;
const all: OfficeRetention = { visits: days90, events: days90, audit: days90 };
const forever: OfficeRetention = { visits: null, events: null, audit: null };

let bench: Bench;
let store: OfficeStore;
let front: JournalMaker;
let log: string[];
beforeEach(() => {
  bench = openBench();
  store = bench.open();
  front = new JournalMaker('front-desk');
  log = [];
  importReplica(store, document(), { force: false, nowMs: startMs });
});
afterEach(() => bench.close());

function keep(from?: number): void {
  new Ingest(store, bench.clock).commit([received(front, from)]);
}

function decide(): void {
  const desk = deskOf(store, bench.clock, seededRandom('desk'));
  for (const { id } of [...charges(store)]) decideCharge(desk, id, { do: 'confirm' }, { by: 'sam' });
}

/** The office runs for an hour, so many days after the beginning. */
function run(days: number, retention: OfficeRetention): void {
  const { clock } = bench;
  clock.advance(startMs + days * dayMs - clock.now().wallMs);
  const failed = (error: unknown): void => {
    throw error;
  };
  const keeper = new Keeper({
    clock,
    log: (_, text) => void log.push(text),
    store,
    retention,
    merges: () => false,
    failed,
  });
  keeper.start();
  clock.advance(3_600_000);
  keeper.stop();
}

/** A controller is heard of: it is that day. */
function heard(days: number): void {
  front.add('replica.applied', {}, { time: new Date(startMs + days * dayMs).toISOString() });
  keep(front.events.length);
}

it('counts days, and months and years by the calendar', () => {
  const of = (count: number, unit: 'days' | 'months' | 'years', now: string): string =>
    new Date(keptSinceMs({ count, unit }, Date.parse(now))).toISOString().slice(0, 10);
  expect(of(30, 'days', '2026-03-31T10:00:00Z')).toBe('2026-03-01');
  expect(of(1, 'months', '2026-03-31T10:00:00Z')).toBe('2026-02-28');
  expect(of(24, 'months', '2026-12-01T10:00:00Z')).toBe('2024-12-01');
  expect(of(2, 'years', '2028-02-29T10:00:00Z')).toBe('2026-02-28');
});

describe('what is too old', () => {
  it("is nobody's any more: visits, other records and the audit log, with all sums as they were", () => {
    live(front, 1, 4);
    keep();
    decide();
    changeRecords(store, [{ does: 'put', kind: 'customers', id: 'ben', record: { name: 'Ben Longname' } }], { origin });
    const before = sums(store);
    heard(100);
    run(100, all);
    expect(sums(store)).toEqual(before);
    rebuildVisits(store);
    expect(sums(store)).toEqual(before);
    expect(verifyStore(store).map(({ problem }) => problem)).toEqual([null, null]);
    const left = placesOf(store, [...people, 'guest-1', 'Longname', 'is stuck']);
    expect(left.filter((place) => !/^(records|changes)\./.test(place) && !place.includes('office.db'))).toEqual([]);
    expect(log).toEqual([expect.stringMatching(/^retention: \d+ visits, \d+ other records and 1 entries/)]);
    expect(readAudit(store, { limit: 1 })).toMatchObject([{ action: 'retention', by: 'office', via: 'office' }]);
  });

  it('stands in no byte of the files, where the person is gone from the document', () => {
    live(front, 1, 3);
    keep();
    decide();
    heard(100);
    importReplica(store, replica(2), { force: true, nowMs: startMs });
    store.db.exec('DELETE FROM changes');
    run(100, all);
    expect(placesOf(store, [...people.filter((id) => id.length > 4), 'guest-1', 'Longname'])).toEqual([]);
  });

  it('is only what is: a younger visit, and everything where nothing is asked for, stays', () => {
    live(front, 1, 2);
    live(front, 2, 1, startMs + 50 * dayMs);
    keep();
    decide();
    heard(100);
    run(100, forever);
    expect(log).toEqual([]);
    run(101, { ...all, events: null, audit: null });
    const old = [...checkins(store, { toMs: startMs + 10 * dayMs })];
    expect(old.every(({ customer }) => customer.startsWith('erased-'))).toBe(true);
    expect([...checkins(store, { fromMs: startMs + 10 * dayMs })].map(({ customer }) => customer).sort()[0]).toBe(
      'ben',
    );
    expect(placesOf(store, ['ben Longname is stuck']).length).toBeGreaterThan(0);
  });

  it('is judged by the last record too: a clock that is years ahead takes nothing', () => {
    live(front, 1, 2);
    keep();
    decide();
    run(1_000, all);
    expect(log).toEqual([]);
    expect([...checkins(store)].some(({ customer }) => customer.startsWith('erased-'))).toBe(false);
  });
});

describe('what somebody still works with stays', () => {
  const time = new Date(startMs).toISOString();
  const end = new Date(startMs + 3_600_000).toISOString();

  function stay(pass: string, over: object = {}): void {
    front.add('checkin.recorded', checkin({ visit: 'v1', customer: 'ben' }, { pass }), { time });
    front.add('checkout.recorded', checkout({ visit: 'v1', customer: 'ben' }, time, end, over), { time: end });
  }

  function customers(): string[] {
    return [...checkins(store)].map(({ customer }) => customer);
  }

  it('a visit that goes on, and a charge that nobody decided on, until somebody has', () => {
    front.add('checkin.recorded', checkin({ visit: 'v1', customer: 'ben' }), { time });
    front.add('checkin.recorded', checkin({ visit: 'v2', customer: 'cem' }), { time });
    front.add('checkout.recorded', checkout({ visit: 'v2', customer: 'cem' }, time, end), { time: end });
    const data = {
      visit: 'v2',
      customer: 'cem',
      timePass: 'hour',
      from: time,
      to: end,
      amount: '5.00',
      currency: 'EUR',
    };
    front.add('charge.proposed', { ...data, taxRate: '19', account: null, price: 'standard' }, { time: end });
    keep();
    heard(100);
    run(100, all);
    expect(customers()).toEqual(['ben', 'cem']);
    expect(log).toEqual([expect.stringContaining('2 older visits are still needed')]);
    decide();
    heard(102);
    run(102, all);
    expect(customers()).toEqual(['ben', expect.stringMatching(/^erased-/)]);
  });

  it('a visit on a pass that can still be used, until it cannot', () => {
    stay('open', { usage: [{ pass: 'open', minutes: 60 }] });
    keep();
    const put = (record: object): unknown =>
      changeRecords(store, [{ does: 'put', kind: 'passes', id: 'open', record }], { origin });
    const open = { timePass: 'hour', customer: 'ben', source: 'sold', remainingMinutes: 30 };
    put(open);
    heard(100);
    run(100, all);
    expect(customers()).toEqual(['ben']);
    put({ ...open, expires: new Date(startMs + 101 * dayMs).toISOString() });
    heard(102);
    run(102, all);
    expect(customers()).toEqual([expect.stringMatching(/^erased-/)]);
  });

  it('a record that a webhook is to be told of, until it has taken it', () => {
    addWebhook(
      store,
      { id: 'crm', url: 'https://crm.example/', topics: ['check-in'], createdBy: 'sam', secret: 'whsec_x' },
      startMs,
    );
    stay('gone');
    keep();
    heard(100);
    run(100, all);
    expect(customers()).toEqual(['ben']);
    const deliveries = new WebhookDeliveries(store);
    const { added } = deliveries.feed({ id: 'crm', topics: ['check-in'] }, 0, 1_000);
    run(102, all);
    expect(customers()).toEqual(['ben']);
    deliveries.settle(
      'crm',
      added.map(({ event }) => event),
      [],
      startMs,
    );
    heard(104);
    deliveries.feed({ id: 'crm', topics: ['check-in'] }, 3, 1_000);
    run(104, all);
    expect(customers()).toEqual([expect.stringMatching(/^erased-/)]);
  });
});
