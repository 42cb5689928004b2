// A record that the office cannot read, keep or make a visit of is put aside, whole and in its place, and stops nothing.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Anomalies, type Anomaly } from '../../../sync/office/store/anomalies.ts';
import { checkins } from '../../../sync/office/visits/query.ts';
import { canonical, checkin, checkout, epochOne, JournalMaker, sha256 } from '../../support/journal-maker.ts';
import { base, OfficeBench } from './office-bench.ts';

let b: OfficeBench;
beforeEach(async () => {
  b = await OfficeBench.make();
  b.start();
});
afterEach(() => b.close());

function anomalies(): Anomaly[] {
  return [...new Anomalies(b.store).all()];
}

function visits(): string[] {
  return [...checkins(b.store)].map(({ visit }) => visit);
}

/** Signed as it stands: a text that JSON.stringify would not write. */
async function send(events: readonly string[]): Promise<void> {
  const topic = `${base}/front-desk/events`;
  const payload = `{"epoch":"${epochOne}","events":[${events.join(',')}]}`;
  b.broker.message(topic, await b.front.signText(topic, payload));
  b.run(0);
}

/** Refuses to open a store whose chains do not hold. */
function chainHolds(): void {
  b.bench.open();
}

type Poison = Readonly<Record<string, unknown>>;

const poisons: readonly Poison[] = [
  { id: 'no id' },
  { type: 'Access Granted' },
  { time: '2026-03-02 08:00' },
  { clock: { boot: 'b', sinceBootMs: -1, synchronised: true } },
  { accessPoint: 'front door' },
  { reader: 7 },
  { data: 'none' },
  { data: { text: 'x'.repeat(300_000) } },
  { site: 7 },
];

describe('a record that breaks the form of events', () => {
  it.each(poisons)('%j is put aside, and those after it are taken and acknowledged', async (poison) => {
    const journal = new JournalMaker('front-desk');
    journal.add('checkin.recorded', checkin({ visit: 'before' }));
    const poisoned = journal.addAs(poison);
    journal.add('checkin.recorded', checkin({ visit: 'after' }));
    await send(journal.events.map(canonical));
    expect(await b.acks()).toMatchObject([{ through: 3, hash: sha256(canonical(journal.events[2])) }]);
    expect(visits()).toEqual(['before', 'after']);
    expect(anomalies()).toMatchObject([
      { kind: 'poisoned', controller: 'front-desk', seq: 2, body: canonical(poisoned) },
    ]);
    expect(b.log.filter((line) => line.startsWith('warn front-desk: poisoned: '))).toHaveLength(1);
    chainHolds();
  });

  it('that comes again is known', async () => {
    const journal = new JournalMaker('front-desk');
    journal.addAs({ data: [] });
    await send(journal.events.map(canonical));
    journal.add('door.opened');
    await send(journal.events.map(canonical));
    expect((await b.acks()).at(-1)).toMatchObject({ through: 2 });
    expect(anomalies()).toMatchObject([{ times: 1 }]);
  });

  it('in which a number is that no JSON can say takes its hash from the next one', async () => {
    const journal = new JournalMaker('front-desk');
    journal.add('door.opened');
    journal.add('door.closed', { far: 1 });
    journal.add('door.opened');
    const [first = '', second = '', third = ''] = journal.events.map(canonical);
    await send([first, second.replace('"far":1', '"far":1e999'), third]);
    expect(await b.acks()).toMatchObject([{ through: 3 }]);
    expect(anomalies()).toMatchObject([{ kind: 'lost', seq: 2 }]);
    chainHolds();
  });
});

describe('what a controller has no more', () => {
  it('has its place, its hash and what is left of it', async () => {
    const journal = new JournalMaker('front-desk');
    for (let n = 0; n < 6; n++) journal.add('checkin.recorded', checkin({ visit: `v${n}` }));
    const texts = journal.events.map(canonical);
    const hash = sha256(texts[3] ?? '');
    const standIn = JSON.stringify({ seq: 2, through: 4, hash, lost: 'damaged on the disk' });
    await send([texts[0] ?? '', standIn, texts[4] ?? '', texts[5] ?? '']);
    expect((await b.acks()).at(-1)).toMatchObject({ through: 6 });
    expect(anomalies()).toMatchObject([{ kind: 'lost', seq: 4, reason: 'records 2 to 4: damaged on the disk' }]);
    expect(visits()).toEqual(['v0', 'v4', 'v5']);
    chainHolds();
    await send([texts[0] ?? '', standIn, ...texts.slice(4)]);
    await send(texts.slice(1, 3));
    expect((await b.acks()).at(-1)).toMatchObject({ through: 6 });
    expect(anomalies()).toMatchObject([{ kind: 'lost', times: 1 }]);
  });

  it('must be what the next record names', async () => {
    const journal = new JournalMaker('front-desk');
    for (let n = 0; n < 3; n++) journal.add('door.opened');
    const texts = journal.events.map(canonical);
    await send([texts[0] ?? '', JSON.stringify({ seq: 2, hash: 'a'.repeat(64), lost: 'gone' }), texts[2] ?? '']);
    expect(anomalies().map(({ kind, seq }) => [kind, seq])).toEqual([
      ['chain-break', 3],
      ['lost', 2],
    ]);
    expect((await b.acks()).at(-1)).toMatchObject({ through: 2 });
  });

  it('may be the beginning, where an office begins anew', async () => {
    const journal = new JournalMaker('front-desk');
    for (let n = 0; n < 3; n++) journal.add('door.opened');
    const texts = journal.events.map(canonical);
    await send([JSON.stringify({ seq: 1, through: 2, hash: sha256(texts[1] ?? ''), lost: 'dropped' }), texts[2] ?? '']);
    expect((await b.acks()).at(-1)).toMatchObject({ through: 3 });
    chainHolds();
  });
});

describe('a record that cannot be worked with', () => {
  it('of a visit that cannot be made keeps no other from its place', async () => {
    b.store.db.exec(
      "CREATE TRIGGER odd BEFORE INSERT ON visits WHEN NEW.visit = 'odd' BEGIN SELECT raise(ABORT, 'odd'); END",
    );
    const journal = new JournalMaker('front-desk');
    for (const visit of ['a', 'odd', 'b']) journal.add('checkin.recorded', checkin({ visit }));
    await b.events(journal);
    b.run(0);
    expect(await b.acks()).toMatchObject([{ through: 3 }]);
    expect(visits()).toEqual(['a', 'b']);
    expect(anomalies()).toMatchObject([{ kind: 'visit-failed', subject: 'odd', times: 1 }]);
    journal.add('checkout.recorded', checkout({ visit: 'odd' }, '2026-03-02T08:00:00Z', '2026-03-02T09:00:00Z'));
    await b.events(journal, 4);
    b.run(0);
    expect((await b.acks()).at(-1)).toMatchObject({ through: 4 });
    expect(anomalies()).toMatchObject([{ kind: 'visit-failed', times: 2 }]);
  });

  it('and cannot be kept as what it says is put aside', async () => {
    b.store.db.exec(
      "CREATE TRIGGER odd BEFORE INSERT ON events WHEN NEW.type = 'door.held' BEGIN SELECT raise(ABORT, 'odd'); END",
    );
    const journal = new JournalMaker('front-desk');
    journal.add('door.opened');
    journal.add('door.held');
    journal.add('door.closed');
    await b.events(journal);
    b.run(0);
    expect(await b.acks()).toMatchObject([{ through: 3 }]);
    expect(anomalies()).toMatchObject([{ kind: 'poisoned', seq: 2, body: canonical(journal.events[1]) }]);
    chainHolds();
  });
});

it('a signed message that is no batch is listed once for each reason, and not taken', async () => {
  const journal = new JournalMaker('front-desk');
  for (let n = 0; n < 3; n++) journal.add('door.opened');
  const [first = '', , third = ''] = journal.events.map(canonical);
  for (let n = 0; n < 3; n++) await send([first, third]);
  await send(['7', '"text"']);
  expect(await b.acks()).toEqual([]);
  expect(anomalies()).toMatchObject([
    { kind: 'unreadable', controller: 'front-desk', reason: expect.stringMatching(/^order: event 3 /), times: 3 },
    { kind: 'unreadable', reason: expect.stringMatching(/^payload: events: none says/), times: 1 },
  ]);
  expect(JSON.parse(anomalies()[0]?.body ?? '')).toMatchObject({ epoch: epochOne, events: [{ seq: 1 }, { seq: 3 }] });
});
