import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IngestQueue } from '../../../sync/office/ingest/queue.ts';
import { readControllers } from '../../../sync/office/store/controllers.ts';
import { readMeta } from '../../../sync/office/store/meta.ts';
import { currentRevision } from '../../../sync/office/store/revisions.ts';
import { checkins } from '../../../sync/office/visits/query.ts';
import { checkin, epochOne, JournalMaker } from '../../support/journal-maker.ts';
import { dump } from './bench.ts';
import { base, OfficeBench } from './office-bench.ts';

let b: OfficeBench;
beforeEach(async () => {
  b = await OfficeBench.make();
});
afterEach(() => b.close());

function journalOf(count: number, controller = 'front-desk'): JournalMaker {
  const journal = new JournalMaker(controller);
  for (let n = 0; n < count; n++) journal.add('checkin.recorded', checkin({ visit: `${controller}-${n}` }));
  return journal;
}

describe('events that arrive', () => {
  it('are on disk before they are acknowledged', async () => {
    const seen: number[] = [];
    b.newOffice({
      faults: {
        afterCommit: () => {
          const reader = b.bench.open('read');
          seen.push(dump(reader, 'events').length, b.broker.on(/ack$/).length);
        },
      },
    });
    b.start();
    await b.events(journalOf(3));
    b.run(0);
    expect(seen).toEqual([3, 0]);
    expect(await b.acks()).toMatchObject([{ epoch: epochOne, through: 3 }]);
    expect([...checkins(b.store)]).toHaveLength(3);
  });

  it('are acknowledged anew when they come again, and a gap repeats how far it is', async () => {
    b.start();
    const journal = journalOf(6);
    await b.events(journal, 3, 4);
    b.run(0);
    await b.events(journal, 1, 2);
    b.run(0);
    await b.events(journal, 1, 2);
    b.run(0);
    await b.events(journal, 3, 6);
    b.run(0);
    expect((await b.acks()).map(({ through }) => through)).toEqual([0, 2, 2, 6]);
    expect(b.office.counters()).toMatchObject({ taken: 6, duplicateBatches: 1, gapBatches: 1 });
  });

  it('of one controller come in order and those of another between them', async () => {
    b.start();
    const [front, back] = [journalOf(4), journalOf(2, 'back-door')];
    await b.events(front, 1, 2);
    await b.events(front, 3, 4);
    await b.events(back, 1, 2, b.back);
    b.run(0);
    expect((await b.acks()).at(-1)).toMatchObject({ through: 4 });
    expect(await b.acks('back-door')).toMatchObject([{ through: 2 }]);
  });

  it('are not acknowledged while another process holds the store, and are once it lets go', async () => {
    b.start();
    const other = b.bench.open();
    other.db.exec('BEGIN IMMEDIATE');
    await b.events(journalOf(2));
    b.run(10_000);
    expect(await b.acks()).toEqual([]);
    other.db.exec('ROLLBACK');
    b.run(300);
    expect(await b.acks()).toMatchObject([{ through: 2 }]);
  });

  it('survive a store that cannot be written for a while', async () => {
    b.start();
    const limit = (pages: number): unknown => b.store.db.pragma(`max_page_count = ${pages}`);
    limit(1);
    const journal = journalOf(500);
    await b.events(journal);
    b.run(60_000);
    expect(await b.acks()).toEqual([]);
    expect(b.log.filter((line) => line.includes('full'))).toHaveLength(2);
    limit(1_000_000);
    b.run(5_000);
    expect(await b.acks()).toMatchObject([{ through: 500 }]);
  });

  it('of others are taken where one batch cannot be', async () => {
    b.start();
    b.store.db.exec(
      "CREATE TRIGGER odd BEFORE INSERT ON events WHEN NEW.controller = 'front-desk' BEGIN SELECT raise(ABORT, 'odd'); END",
    );
    await b.events(journalOf(2));
    await b.events(journalOf(3, 'back-door'), 1, 3, b.back);
    b.run(0);
    expect(await b.acks()).toEqual([]);
    expect(await b.acks('back-door')).toMatchObject([{ through: 3 }]);
    expect(b.office.counters().refused).toMatchObject({ failed: 1 });
  });

  it('are acknowledged with one message on its way at a time, the newest following', async () => {
    b.start();
    const journal = journalOf(4);
    for (let n = 1; n <= 4; n++) {
      await b.events(journal, n, n);
      b.bench.clock.advance(1);
    }
    expect((await b.acks()).map(({ through }) => through)).toEqual([1]);
    b.run(0);
    expect((await b.acks()).map(({ through }) => through)).toEqual([1, 4]);
  });
});

describe('the instants of acknowledgements', () => {
  it('rise strictly, also across a restart and a clock that goes back', async () => {
    b.start();
    const journal = journalOf(3);
    const send = async (n: number): Promise<void> => {
      await b.events(journal, n, n);
      b.run(0);
    };
    await send(1);
    await send(1);
    await b.office.stop();
    b.bench.clock.step(Date.UTC(1970, 0, 1), false);
    b.newOffice();
    b.start();
    await send(2);
    await send(3);
    const instants = (await b.acks()).map(({ issuedAt }) => Date.parse(String(issuedAt)));
    expect(instants).toHaveLength(4);
    expect(instants).toEqual([...new Set(instants)].sort((x, y) => x - y));
  });

  it('cost no write of their own', async () => {
    b.start();
    const journal = journalOf(5);
    await b.events(journal, 1, 1);
    b.run(0);
    const reserved = readMeta(b.store, 'issuedAtReservedMs');
    for (let n = 2; n <= 5; n++) {
      await b.events(journal, n, n);
      b.run(100);
    }
    expect(readMeta(b.store, 'issuedAtReservedMs')).toBe(reserved);
  });
});

describe('what is refused', () => {
  const topic = `${base}/front-desk/events`;

  async function refusedAs(reason: string, send: () => Promise<void> | void): Promise<void> {
    b.start();
    await send();
    b.run(0);
    expect(b.office.counters().refused).toEqual({ [reason]: 1 });
    expect(dump(b.store, 'events')).toEqual([]);
    expect(await b.acks()).toEqual([]);
    expect(b.log.filter((line) => line.startsWith(`warn refused: ${reason}`))).toHaveLength(1);
  }

  it('a batch that is not signed', () =>
    refusedAs('malformed', () => b.broker.message(topic, JSON.stringify(journalOf(1).batch()))));
  it("a batch with another controller's key", () =>
    refusedAs('unknown-key', () => b.events(journalOf(1), 1, 1, b.back)));
  it("a batch with a stranger's key", () => refusedAs('unknown-key', () => b.events(journalOf(1), 1, 1, b.stranger)));
  it("a batch with the office's own key", () =>
    refusedAs('unknown-key', () => b.events(journalOf(1), 1, 1, b.officeKey)));
  it('a batch signed for another topic', () =>
    refusedAs('wrong-topic', async () => {
      b.broker.message(topic, await b.front.sign(`${base}/front-desk/status`, journalOf(1).batch()));
    }));
  it("another controller's journal under its own key", () =>
    refusedAs('not-its-own', async () => {
      b.broker.message(topic, await b.front.sign(topic, journalOf(1, 'back-door').batch()));
    }));
  it('a controller that is not in the config', () =>
    refusedAs('unknown-controller', () => b.events(journalOf(1, 'cellar'), 1, 1, b.stranger)));
  it("another site's topic", () =>
    refusedAs('wrong-topic', async () => {
      const elsewhere = 'cardea/1/hillside/front-desk/events';
      b.broker.message(elsewhere, await b.front.sign(elsewhere, journalOf(1).batch()));
    }));
  it('a batch that is none', () =>
    refusedAs('payload', async () =>
      b.broker.message(topic, await b.front.sign(topic, { epoch: epochOne, events: [{}] })),
    ));
  it('a batch with a gap in it', () =>
    refusedAs('order', async () => {
      const { epoch, events } = journalOf(3).batch();
      b.broker.message(topic, await b.front.sign(topic, { epoch, events: events.filter(({ seq }) => seq !== 2) }));
    }));

  it('without a line in the log for each', async () => {
    b.start();
    for (let n = 0; n < 50; n++) b.broker.message(topic, 'rubbish');
    b.run(61_000);
    b.broker.message(topic, 'rubbish');
    b.run(0);
    expect(b.log.filter((line) => line.includes('refused'))).toHaveLength(2);
    expect(b.office.counters().refused).toEqual({ malformed: 51 });
  });

  it('what comes faster than it can be written, and it is taken when it comes again', async () => {
    b.newOffice({ bounds: { messagesPerController: 2, bytesPerController: 1e6, bytes: 1e6 } });
    b.start();
    const journal = journalOf(4);
    for (let n = 1; n <= 4; n++) await b.events(journal, n, n);
    b.run(0);
    expect(b.office.counters().refused).toEqual({ overload: 2 });
    expect((await b.acks()).at(-1)).toMatchObject({ through: 2 });
    await b.events(journal, 3, 4);
    b.run(0);
    expect((await b.acks()).at(-1)).toMatchObject({ through: 4 });
  });
});

describe('the queue', () => {
  const message = (controller: string, bytes: number) => ({ controller, topic: '', payload: new Uint8Array(bytes) });

  it('takes from each controller in turn, in the order of each', () => {
    const queue = new IngestQueue();
    for (const [controller, bytes] of [
      ['a', 1],
      ['a', 2],
      ['a', 3],
      ['b', 4],
      ['c', 5],
    ] as const)
      queue.offer(message(controller, bytes));
    expect(queue.take(4, 1e6).map(({ payload }) => payload.length)).toEqual([1, 4, 5, 2]);
    expect(queue.take(4, 1e6).map(({ payload }) => payload.length)).toEqual([3]);
    expect(queue.empty).toBe(true);
  });

  it('has a bound for each controller and for all, which is free again afterwards', () => {
    const queue = new IngestQueue({ messagesPerController: 10, bytesPerController: 100, bytes: 150 });
    expect(queue.offer(message('a', 90))).toBe(true);
    expect(queue.offer(message('a', 20))).toBe(false);
    expect(queue.offer(message('b', 70))).toBe(false);
    expect(queue.offer(message('b', 60))).toBe(true);
    expect(queue.take(1, 1e6)).toHaveLength(1);
    expect(queue.offer(message('a', 90))).toBe(true);
  });
});

describe('a status', () => {
  it('is kept, a last will only takes the controller offline', async () => {
    b.start();
    await b.status('front-desk', { online: true, since: 'now', version: '1', revision: 5, pending: 0 });
    b.run(1_000);
    b.broker.message(`${base}/front-desk/status`, '{"online":false}');
    b.run(1_000);
    expect(readControllers(b.store)).toMatchObject([{ controller: 'front-desk', online: false, revision: 5 }]);
    b.broker.message(`${base}/front-desk/status`, '{"online":true}');
    b.run(1_000);
    expect(readControllers(b.store)).toMatchObject([{ online: false }]);
    expect(b.office.counters().refused).toEqual({ malformed: 1 });
  });

  it('of a controller that is ahead of the store is shouted about once', async () => {
    b.start();
    for (let n = 0; n < 3; n++) {
      await b.status('front-desk', { online: true, revision: 40 });
      b.run(2_000);
    }
    expect(b.log.filter((line) => line.startsWith('error'))).toHaveLength(1);
    expect(readMeta(b.store, 'highestSeenRevision')).toBe(40);
    expect(currentRevision(b.store)).toBeUndefined();
  });
});
