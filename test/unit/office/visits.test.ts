import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importReplica } from '../../../sync/office/import/import.ts';
import { Ingest } from '../../../sync/office/ingest/ingest.ts';
import { Anomalies } from '../../../sync/office/store/anomalies.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { rebuildVisits } from '../../../sync/office/visits/project.ts';
import { type CheckinFilter, type CheckinLine, checkins, present } from '../../../sync/office/visits/query.ts';
import { charge, checkin, checkout, JournalMaker } from '../../support/journal-maker.ts';
import { type Bench, customer, dump, openBench, received, replica, startMs } from './bench.ts';

let bench: Bench;
let store: OfficeStore;
let front: JournalMaker;
let back: JournalMaker;
beforeEach(() => {
  bench = openBench();
  store = bench.open();
  front = new JournalMaker('front-desk');
  back = new JournalMaker('back-door');
});
afterEach(() => bench.close());

const at = (time: string, day = '2026-03-02'): string => `${day}T${time}:00.000Z`;

function keep(...journals: JournalMaker[]): void {
  new Ingest(store, bench.clock).commit(journals.map((journal) => received(journal)));
}

function list(filter?: CheckinFilter): CheckinLine[] {
  return [...checkins(store, filter)];
}

const v1 = { visit: 'v1' };

describe('a visit', () => {
  it('is open from its check-in on', () => {
    front.add('checkin.recorded', checkin(v1), { time: at('08:00'), accessPoint: 'front-door' });
    keep(front);
    expect(list()).toEqual([
      {
        visit: 'v1',
        customer: 'ana',
        space: 'riverside',
        from: at('08:00'),
        to: null,
        passes: ['p1'],
        coverage: 'pass',
        auto: false,
        charges: [],
      },
    ]);
  });

  it('of somebody is not ended by a check-out of somebody else', () => {
    front.add('checkin.recorded', checkin(v1), { time: at('08:00') });
    back.add('checkout.recorded', checkout({ ...v1, customer: 'eve' }, at('08:00'), at('17:00')), {
      time: at('17:00'),
    });
    back.add('charge.proposed', charge({ ...v1, customer: 'eve' }, at('08:00'), at('17:00')), { time: at('17:00') });
    keep(front, back);
    expect(list()).toMatchObject([{ customer: 'ana', to: null, passes: ['p1'], charges: [] }]);
  });

  it('begun at one controller ends at another, with its passes in order and what it costs', () => {
    front.add('checkin.recorded', checkin(v1), { time: at('08:00') });
    front.add('pass.used', { pass: 'p1', businessDay: '2026-03-02', visit: 'v1' }, { time: at('08:00') });
    back.add('pass.used', { pass: 'p2', businessDay: '2026-03-02', visit: 'v1' }, { time: at('17:00') });
    const usage = [
      { pass: 'p1', minutes: 60 },
      { pass: 'p2', businessDay: '2026-03-02' },
    ];
    back.add('checkout.recorded', checkout(v1, at('08:00'), at('17:00'), { usage }), { time: at('17:00') });
    back.add('charge.proposed', charge(v1, at('16:00'), at('17:00'), { amount: '7.50' }), { time: at('17:00') });
    back.add('charge.proposed', charge(v1, at('12:00'), at('13:00'), { account: null }), { time: at('17:00') });
    keep(back, front);
    expect(list()).toMatchObject([
      { from: at('08:00'), to: at('17:00'), passes: ['p1', 'p2'], coverage: 'pass', auto: false },
    ]);
    expect(list()[0]?.charges).toEqual([
      {
        timePass: 'hour',
        from: at('12:00'),
        to: at('13:00'),
        amount: '5.00',
        currency: 'EUR',
        taxRate: '19',
        account: null,
        price: 'standard',
      },
      {
        timePass: 'hour',
        from: at('16:00'),
        to: at('17:00'),
        amount: '7.50',
        currency: 'EUR',
        taxRate: '19',
        account: 'desks',
        price: 'standard',
      },
    ]);
  });

  it('whose check-in is not known yet begins where its check-out says', () => {
    back.add('checkout.recorded', checkout(v1, at('07:30'), at('09:00')), { time: at('09:00') });
    keep(back);
    expect(list()).toMatchObject([{ from: at('07:30'), to: at('09:00'), coverage: null, passes: ['p1'] }]);
    front.add('checkin.recorded', checkin(v1, { coverage: 'plan', pass: null }), { time: at('07:30') });
    keep(front);
    expect(list()).toMatchObject([{ from: at('07:30'), to: at('09:00'), coverage: 'plan' }]);
  });

  it('that was opened at the cut-off begins there', () => {
    const day = '2026-03-03';
    const data = checkin(v1, { source: 'door', pass: null, coverage: 'pay-as-you-go' });
    front.add('checkin.recorded', data, { time: at('01:10', day) });
    front.add('checkout.recorded', checkout(v1, at('00:00', day), at('01:10', day), { usage: [] }), {
      time: at('01:10', day),
    });
    keep(front);
    expect(list()).toMatchObject([
      { from: at('00:00', day), to: at('01:10', day), passes: [], coverage: 'pay-as-you-go' },
    ]);
  });

  it('that two controllers ended apart has one end: a tap before a cut-off, and only its charges', () => {
    front.add('checkin.recorded', checkin(v1), { time: at('08:00') });
    front.add('checkout.recorded', checkout(v1, at('08:00'), at('23:00'), { auto: true }), { time: at('23:00') });
    front.add('charge.proposed', charge(v1, at('20:00'), at('23:00'), { amount: '99.00' }), { time: at('23:00') });
    back.add('checkout.recorded', checkout(v1, at('08:00'), at('17:00')), { time: at('17:00') });
    back.add('charge.proposed', charge(v1, at('16:00'), at('17:00')), { time: at('17:00') });
    keep(front, back);
    expect(list()).toMatchObject([{ to: at('17:00'), auto: false, charges: [{ amount: '5.00' }] }]);
  });

  it('that two controllers ended by taps ends at the later one, whichever is heard first', () => {
    front.add('checkout.recorded', checkout(v1, at('08:00'), at('15:00')), { time: at('15:00') });
    back.add('checkout.recorded', checkout(v1, at('08:00'), at('16:00')), { time: at('16:00') });
    for (const order of [
      [front, back],
      [back, front],
    ]) {
      const other = openBench();
      const target = other.open();
      for (const journal of order) new Ingest(target, other.clock).commit([received(journal)]);
      expect([...checkins(target)]).toMatchObject([{ to: at('16:00') }]);
      other.close();
    }
  });

  it('has a bound on the records that are looked at, and the rest is reported', () => {
    front.add('checkin.recorded', checkin(v1), { time: at('08:00') });
    for (let n = 0; n < 1000; n++)
      front.add('charge.proposed', charge(v1, at('09:00'), at('10:00')), { time: at('10:00') });
    keep(front);
    expect(list()[0]?.charges).toHaveLength(999);
    expect([...new Anomalies(store).all()]).toMatchObject([{ kind: 'visit-overflow', subject: 'v1' }]);
  });

  it('comes out the same when the table is made anew', () => {
    for (let n = 0; n < 40; n++) {
      const visit = { visit: `v${n}`, customer: `c${n % 7}` };
      front.add('checkin.recorded', checkin(visit), { time: at('08:00') });
      if (n % 3 === 0) continue;
      back.add('checkout.recorded', checkout(visit, at('08:00'), at('12:00'), { auto: n % 5 === 0 }), {
        time: at('12:00'),
      });
      back.add('charge.proposed', charge(visit, at('09:00'), at('12:00')), { time: at('12:00') });
      if (n % 4 === 0) back.add('checkout.recorded', { visit: visit.visit });
    }
    keep(back, front);
    const before = dump(store, 'visits');
    expect(before).toHaveLength(40);
    store.db.exec(
      "UPDATE visits SET customer = 'nobody' WHERE visit = 'v3'; INSERT INTO visits SELECT 'ghost', customer, space, from_ms, to_ms, source, coverage, auto, review, invoiced, uncovered_minutes, passes, charges, controller, access_point FROM visits LIMIT 1",
    );
    rebuildVisits(store);
    expect(dump(store, 'visits')).toEqual(before);
  });
});

describe('the lists', () => {
  beforeEach(() => {
    importReplica(store, replica(1, { customers: [customer('ana', 'Ana Silva')] }), { force: false, nowMs: startMs });
    front.add('checkin.recorded', checkin({ visit: 'v1' }), { time: at('08:00'), accessPoint: 'front-door' });
    front.add('checkin.recorded', checkin({ visit: 'v2', customer: 'bob', space: 'hillside' }), { time: at('09:00') });
    front.add('checkin.recorded', checkin({ visit: 'v3', customer: 'ana' }, { coverage: 'plan' }), {
      time: at('10:00'),
    });
    back.add('checkout.recorded', checkout({ visit: 'v1' }, at('08:00'), at('09:30')), { time: at('09:30') });
    keep(front, back);
  });

  it.each<[CheckinFilter, string[]]>([
    [{}, ['v1', 'v2', 'v3']],
    [{ open: true }, ['v2', 'v3']],
    [{ open: false }, ['v1']],
    [{ customer: 'ana' }, ['v1', 'v3']],
    [{ space: 'hillside' }, ['v2']],
    [{ fromMs: Date.parse(at('09:00')) }, ['v2', 'v3']],
    [{ toMs: Date.parse(at('09:00')) }, ['v1']],
    [{ fromMs: Date.parse(at('08:30')), toMs: Date.parse(at('10:00')), space: 'riverside' }, []],
  ])('of check-ins, by %j', (filter, expected) => {
    expect(list(filter).map(({ visit }) => visit)).toEqual(expected);
  });

  it('of who is present has names, places and how long', () => {
    expect([...present(store, Date.parse(at('10:30')))]).toEqual([
      {
        customer: 'bob',
        name: 'bob',
        space: 'hillside',
        visit: 'v2',
        since: at('09:00'),
        minutes: 90,
        coverage: 'pass',
        controller: 'front-desk',
        accessPoint: null,
      },
      {
        customer: 'ana',
        name: 'Ana Silva',
        space: 'riverside',
        visit: 'v3',
        since: at('10:00'),
        minutes: 30,
        coverage: 'plan',
        controller: 'front-desk',
        accessPoint: null,
      },
    ]);
  });

  it('can be read while the office writes, from a handle of their own', () => {
    const reader = bench.open('read');
    const stream = checkins(reader);
    expect(stream.next().value?.visit).toBe('v1');
    front.add('checkin.recorded', checkin({ visit: 'v4' }), { time: at('11:00') });
    keep(front);
    expect([...stream].map(({ visit }) => visit)).toEqual(['v2', 'v3']);
    expect([...checkins(reader)]).toHaveLength(4);
  });

  it('come from indices', () => {
    const plan = (sql: string): string =>
      store.db
        .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => detail)
        .join('; ');
    expect(plan("SELECT * FROM visits WHERE customer = 'a' AND from_ms > 1 ORDER BY from_ms, visit")).toContain(
      'visits_customer',
    );
    expect(plan('SELECT * FROM visits WHERE to_ms IS NULL ORDER BY space, from_ms, visit')).toContain('visits_open');
    expect(plan('SELECT * FROM visits ORDER BY from_ms, visit')).toContain('visits_from');
    expect(plan("SELECT * FROM events WHERE visit = 'v' ORDER BY time_ms")).toContain('events_visit');
  });
});
