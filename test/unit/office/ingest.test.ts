import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BatchResult, Ingest, type VerifiedBatch } from '../../../sync/office/ingest/ingest.ts';
import { Anomalies } from '../../../sync/office/store/anomalies.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { checkins } from '../../../sync/office/visits/query.ts';
import {
  canonical,
  charge,
  checkin,
  checkout,
  epochOne,
  epochTwo,
  JournalMaker,
  sha256,
} from '../../support/journal-maker.ts';
import { type Bench, dump, openBench, received } from './bench.ts';

let bench: Bench;
let store: OfficeStore;
let ingest: Ingest;
beforeEach(() => {
  bench = openBench();
  store = bench.open();
  ingest = new Ingest(store, bench.clock);
});
afterEach(() => bench.close());

function take(batch: VerifiedBatch): BatchResult {
  const [result] = ingest.commit([batch]);
  if (result === undefined) throw new Error('no result');
  return result;
}

function anomalies(): { kind: string; seq: number; times: number }[] {
  return [...new Anomalies(store).all()].map(({ kind, seq, times }) => ({ kind, seq, times }));
}

function visitsIn(): string[] {
  return [...checkins(store)].map(({ visit }) => visit);
}

function journalOf(count: number, controller = 'front-desk'): JournalMaker {
  const journal = new JournalMaker(controller);
  for (let n = 0; n < count; n++) journal.add('door.opened', {}, { accessPoint: 'front-door' });
  return journal;
}

describe('records that continue a journal', () => {
  it('are kept byte for byte, with the hash an independent hand computes', () => {
    const journal = journalOf(3);
    expect(take(received(journal))).toMatchObject({ outcome: 'taken', taken: 3, through: 3, news: [] });
    const rows = store.db.prepare('SELECT seq, id, body, hash FROM events ORDER BY seq').all();
    expect(rows).toEqual(
      journal.events.map((event) => ({
        seq: event.seq,
        id: event.id,
        body: canonical(event),
        hash: sha256(canonical(event)),
      })),
    );
  });

  it('are kept once, however often they come', () => {
    const journal = journalOf(5);
    take(received(journal, 1, 3));
    expect(take(received(journal, 1, 3))).toMatchObject({ outcome: 'duplicate', taken: 0, through: 3 });
    expect(take(received(journal, 2, 5))).toMatchObject({ outcome: 'taken', taken: 2, through: 5 });
    expect(dump(store, 'events')).toHaveLength(5);
  });

  it('wait for those before them: a gap repeats how far it is', () => {
    const journal = journalOf(6);
    expect(take(received(journal, 3, 4))).toMatchObject({ outcome: 'gap', taken: 0, through: 0 });
    take(received(journal, 1, 2));
    expect(take(received(journal, 5, 6))).toMatchObject({ outcome: 'gap', through: 2 });
    expect(take(received(journal, 3, 6))).toMatchObject({ outcome: 'taken', through: 6 });
    expect(anomalies()).toEqual([]);
  });

  it('are missed for five minutes before anybody is bothered, then once', () => {
    const journal = journalOf(3);
    take(received(journal, 2, 3));
    bench.clock.advance(299_000);
    expect(take(received(journal, 2, 3)).news).toEqual([]);
    bench.clock.advance(2_000);
    expect(take(received(journal, 2, 3)).news).toMatchObject([{ kind: 'gap', seq: 1 }]);
    expect(take(received(journal, 2, 3)).news).toEqual([]);
    expect(anomalies()).toEqual([{ kind: 'gap', seq: 1, times: 2 }]);
  });

  it('of several controllers in one transaction stay apart', () => {
    const [a, b] = [journalOf(3, 'a'), journalOf(2, 'b')];
    const results = ingest.commit([received(a, 1, 1), received(b, 1, 1), received(a, 2, 3), received(b, 2, 2)]);
    expect(results.map(({ controller, through }) => [controller, through])).toEqual([
      ['a', 1],
      ['b', 1],
      ['a', 3],
      ['b', 2],
    ]);
  });
});

describe('records that do not fit', () => {
  it('of a cloned controller are set aside, and the first ones stay', () => {
    const journal = journalOf(2);
    const clone = journal.clone();
    journal.add('door.opened');
    clone.add('door.closed');
    clone.add('door.secured');
    take(received(journal));
    const forked = take(received(clone, 1, 4));
    expect(forked).toMatchObject({ outcome: 'fork', taken: 0, through: 3, news: [{ kind: 'fork', seq: 3 }] });
    expect(take(received(clone, 4, 4))).toMatchObject({ outcome: 'chain-break', taken: 0, through: 3 });
    expect(take(received(clone, 1, 4)).news).toEqual([]);
    const [fork] = [...new Anomalies(store).all()].filter(({ kind }) => kind === 'fork');
    expect(fork).toMatchObject({ times: 2, body: canonical(clone.events[2]) });
    journal.add('door.closed');
    expect(take(received(journal, 3, 4))).toMatchObject({ outcome: 'taken', through: 4 });
  });

  it('break the chain: those before are taken, none from there on', () => {
    const journal = journalOf(4);
    const altered = journal.batch();
    const events = altered.events.map((event) => (event.seq === 3 ? { ...event, prev: 'f'.repeat(64) } : event));
    const forged = new JournalMaker('front-desk');
    forged.events.push(...events);
    const result = take(received(forged));
    expect(result).toMatchObject({
      outcome: 'chain-break',
      taken: 2,
      through: 2,
      news: [{ kind: 'chain-break', seq: 3 }],
    });
    expect(take(received(journal))).toMatchObject({ outcome: 'taken', taken: 2, through: 4 });
  });

  it("do not begin with their own journal's genesis", () => {
    const foreign = new JournalMaker('front-desk', epochOne, 'riverside');
    const other = new JournalMaker('front-desk', epochTwo);
    other.add('door.opened');
    foreign.events.push(...other.events.map((event) => ({ ...event, epoch: epochOne })));
    expect(take(received(foreign))).toMatchObject({ outcome: 'chain-break', through: 0 });
    expect(dump(store, 'cursors')).toEqual([]);
  });

  it('are poisoned: kept in their place, listed, and nothing is derived from them', () => {
    const journal = new JournalMaker('front-desk');
    journal.add('checkin.recorded', checkin({ visit: 'v1' }));
    journal.add('checkin.recorded', { visit: 'v2', customer: null });
    journal.add('checkout.recorded', { ...checkout({ visit: 'v1' }, 'yesterday', 'today') });
    journal.add('door.opened', {}, { time: '2026-13-45T08:00:00.000Z' });
    journal.add('door.levitated', { metres: 2 });
    journal.add('checkin.recorded', checkin({ visit: 'v3' }));
    const result = take(received(journal));
    expect(result).toMatchObject({ outcome: 'taken', taken: 6, through: 6 });
    expect(result.news.map(({ kind, seq }) => [kind, seq])).toEqual([
      ['poisoned', 2],
      ['poisoned', 3],
      ['poisoned', 4],
      ['unknown-type', 5],
    ]);
    expect(visitsIn()).toEqual(['v1', 'v3']);
    expect(store.db.prepare('SELECT time_ms FROM events WHERE seq = 4').get()).toEqual({ time_ms: null });
  });

  it('bear an id that another record has: both are kept, the second is listed', () => {
    const journal = new JournalMaker('front-desk');
    journal.add('door.opened', {}, { id: 'same' });
    journal.add('door.closed', {}, { id: 'same' });
    expect(take(received(journal))).toMatchObject({ through: 2, news: [{ kind: 'duplicate-id', seq: 2 }] });
    expect(store.db.prepare('SELECT id FROM events ORDER BY seq').all()).toEqual([{ id: 'same' }, { id: null }]);
  });

  it('begin a new epoch: taken from 1, and reported', () => {
    take(received(journalOf(3)));
    const renewed = new JournalMaker('front-desk', epochTwo);
    renewed.add('controller.started');
    renewed.add('door.opened');
    expect(take(received(renewed, 2, 2))).toMatchObject({ outcome: 'gap', through: 0, epoch: epochTwo, news: [] });
    const result = take(received(renewed, 1, 2));
    expect(result).toMatchObject({ outcome: 'taken', through: 2, news: [{ kind: 'new-epoch' }] });
    expect(result.news[0]?.reason).toContain(epochOne);
  });

  it('say what a restored controller no longer knows', () => {
    take(received(journalOf(5)));
    const renewed = new JournalMaker('front-desk', epochTwo);
    const takenAt = '2026-03-01T02:00:00.000Z';
    renewed.add('controller.started', { reason: 'restored', previousEpoch: epochOne, through: 3, takenAt });
    const [found] = take(received(renewed)).news;
    expect(found).toMatchObject({ kind: 'new-epoch', epoch: epochTwo });
    expect(found?.reason).toMatch(/backup of 2026-03-01T02:00:00.000Z, with 3 records .* here are 5: of the last 2 /);
  });

  it('are listed one by one up to a bound', () => {
    const journal = new JournalMaker('front-desk');
    for (let n = 0; n < 1010; n++) journal.add('door.levitated');
    const { news } = take(received(journal));
    expect(dump(store, 'anomalies')).toHaveLength(1001);
    expect(news).toHaveLength(1001);
    expect(store.db.prepare("SELECT times FROM anomalies WHERE kind = 'more'").get()).toEqual({ times: 10 });
  });
});

it('commits all of a round or nothing', () => {
  const journal = journalOf(2);
  store.db.exec("CREATE TRIGGER stop BEFORE INSERT ON events WHEN NEW.seq = 2 BEGIN SELECT raise(ABORT, 'no'); END");
  expect(() => ingest.commit([received(journal, 1, 1), received(journal, 2, 2)])).toThrow('no');
  expect(dump(store, 'events')).toEqual([]);
  expect(dump(store, 'cursors')).toEqual([]);
});

describe('however the journals of two controllers are cut, repeated, swapped and lost', () => {
  const journals = [new JournalMaker('front'), new JournalMaker('back')] as const;
  const [front, back] = journals;
  const day = (time: string): string => `2026-03-02T${time}:00.000Z`;
  for (let n = 0; n < 6; n++) {
    const visit = { visit: `v${n}`, customer: `c${n}` };
    const [enter, leave] = n % 2 === 0 ? [front, back] : [back, front];
    enter.add(
      'access.granted',
      { holder: { kind: 'customer', id: `c${n}` }, reason: 'pass' },
      { time: day(`08:0${n}`) },
    );
    enter.add('checkin.recorded', checkin(visit), { time: day(`08:0${n}`) });
    enter.add('pass.used', { pass: 'p1', businessDay: '2026-03-02', visit: `v${n}` }, { time: day(`08:0${n}`) });
    if (n === 5) continue;
    leave.add('checkout.recorded', checkout(visit, day(`08:0${n}`), day(`10:0${n}`)), { time: day(`10:0${n}`) });
    leave.add('charge.proposed', charge(visit, day('09:00'), day(`10:0${n}`)), { time: day(`10:0${n}`) });
    if (n === 2) leave.add('checkout.recorded', { visit: 'v2' });
  }
  const cut = fc.record({
    of: fc.constantFrom(...journals),
    from: fc.integer({ min: 1, max: 20 }),
    length: fc.integer({ min: 1, max: 8 }),
  });

  it('the store is the same in the end', () => {
    const inOrder = openBench();
    const straight = inOrder.open();
    new Ingest(straight, inOrder.clock).commit(journals.map((journal) => received(journal)));
    const tables = ['events', 'cursors', 'visits', 'anomalies'];
    const expected = tables.map((table) => dump(straight, table));
    expect(expected[2]).toHaveLength(6);
    inOrder.close();
    fc.assert(
      fc.property(fc.array(cut, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (cuts, together) => {
        const own = openBench();
        try {
          const target = own.open();
          const deliver = new Ingest(target, own.clock);
          const through = new Map(journals.map((journal) => [journal, 0]));
          const batches = cuts
            .filter(({ of, from }) => from <= of.events.length)
            .map(({ of, from, length }) => ({
              of,
              batch: received(of, from, Math.min(from + length - 1, of.events.length)),
            }));
          for (let n = 0; n < batches.length; n += together) {
            const round = batches.slice(n, n + together);
            const results = deliver.commit(round.map(({ batch }) => batch));
            for (const [index, { of }] of round.entries()) through.set(of, results[index]?.through ?? 0);
          }
          // What an edge does in the end: everything after the last acknowledgement, in order.
          for (const [journal, acknowledged] of through) {
            if (acknowledged < journal.events.length) deliver.commit([received(journal, acknowledged + 1)]);
          }
          expect(tables.map((table) => dump(target, table))).toEqual(expected);
        } finally {
          own.close();
        }
      }),
      { seed: 20260302, numRuns: 60 },
    );
  });
});
