// Events on their way out: in order, within the window, again where nothing is heard, and gone only on the office's word.

import { describe, expect, it } from 'vitest';
import { base, newWorld, own, range, startMs } from './edge-world.ts';
import { customersSnapshot, newParty, readAs, signAs } from './fake-office.ts';

describe('upload', () => {
  it('sends what is there in order, in batches, no more than the window', async () => {
    const w = await newWorld({ events: 50 });
    w.online();
    expect(await w.batches()).toEqual([range(1, 8), range(9, 16), range(17, 20)]);
    expect(w.host.acks).toEqual([]);
  });

  it('sends each event as the very text that the journal holds', async () => {
    const w = await newWorld({ events: 1 });
    w.online();
    const [message] = w.broker.take('/events');
    if (message === undefined) throw new Error('no batch');
    expect(message.retain).toBe(false);
    const [, payload = ''] = message.payload.split('.');
    expect(Buffer.from(payload, 'base64url').toString()).toBe(`{"epoch":"epoch-1","events":[${w.journal.texts[0]}]}`);
  });

  it('moves the window on with each acknowledgement, and only then tells the daemon', async () => {
    const w = await newWorld({ events: 50 });
    w.online();
    await w.batches();
    await w.ack(8, 1);
    expect(w.host.acks).toEqual([[8, startMs + 1000]]);
    expect(await w.batches()).toEqual([range(21, 28)]);
    await w.ack(16, 2);
    await w.ack(28, 3);
    expect(await w.batches()).toEqual([range(29, 36), range(37, 44), range(45, 48)]);
    await w.ack(48, 4);
    expect(await w.batches()).toEqual([[49, 50]]);
    await w.ack(50, 5);
    expect(await w.batches()).toEqual([]);
    w.clock.advance(3_600_000);
    expect(await w.batches()).toEqual([]);
  });

  it('sends a new event at once', async () => {
    const w = await newWorld();
    w.online();
    expect(await w.batches()).toEqual([]);
    w.edge.journalGrew(w.journal.append(1));
    expect(await w.batches()).toEqual([[1]]);
    w.edge.journalGrew(w.journal.append(2));
    expect(await w.batches()).toEqual([[2, 3]]);
  });

  it('holds a batch to its bytes, but sends an event that alone is larger', async () => {
    const w = await newWorld({ events: 4, settings: { batchBytes: 1_000 } });
    w.journal.texts[1] = JSON.stringify({ seq: 2, data: 'x'.repeat(2_000) });
    w.online();
    expect(await w.batches()).toEqual([[1], [2], [3, 4]]);
  });

  it('holds a batch to what the other end reads, whatever the settings', async () => {
    const w = await newWorld({ settings: { batchBytes: 100_000_000, windowEvents: 100 } });
    for (let seq = 1; seq <= 3; seq++) w.journal.texts.push(JSON.stringify({ seq, data: 'x'.repeat(900_000) }));
    w.online();
    expect(await w.batches()).toEqual([[1, 2], [3]]);
  });

  it('bounds the batches on their way, whatever the window', async () => {
    const w = await newWorld({ events: 500, settings: { windowEvents: 1000, batchEvents: 1 } });
    w.online();
    expect(await w.batches()).toHaveLength(16);
    await w.ack(10, 1);
    expect(await w.batches()).toEqual(range(17, 26).map((seq) => [seq]));
  });

  it('begins where the last acknowledgement left it', async () => {
    const w = await newWorld({ events: 10, acknowledged: { through: 7, issuedAtMs: startMs } });
    w.online();
    expect(await w.batches()).toEqual([[8, 9, 10]]);
  });
});

describe('sending again', () => {
  it('sends the window again when no acknowledgement comes, with growing waits', async () => {
    const w = await newWorld({ events: 10 });
    w.online();
    const times: number[] = [];
    await w.batches();
    const begunMs = w.clock.now().sinceBootMs;
    for (let n = 0; n < 200; n++) {
      w.clock.advance(1000);
      const sent = await w.batches();
      if (sent.length === 0) continue;
      expect(sent).toEqual([range(1, 8), [9, 10]]);
      times.push((w.clock.now().sinceBootMs - begunMs) / 1000);
    }
    expect(times).toEqual([10, 30, 70, 130, 190]);
    await w.ack(10, 1);
    w.clock.advance(600_000);
    expect(await w.batches()).toEqual([]);
  });

  it('counts progress: the wait begins anew with each acknowledgement', async () => {
    const w = await newWorld({ events: 16 });
    w.online();
    await w.batches();
    w.clock.advance(9_000);
    await w.ack(8, 1);
    w.clock.advance(9_000);
    expect(await w.batches()).toEqual([]);
    w.clock.advance(1_000);
    expect(await w.batches()).toEqual([range(9, 16)]);
  });

  it('sends everything that is not acknowledged after a new connection', async () => {
    const w = await newWorld({ events: 10 });
    w.online();
    await w.batches();
    await w.ack(4, 1);
    w.broker.break({ code: 'closed', message: 'gone' });
    w.edge.journalGrew(w.journal.append(1));
    expect(await w.batches()).toEqual([]);
    w.clock.advance(1_100);
    expect(await w.batches()).toEqual([range(5, 11)].flatMap((all) => [all.slice(0, 8)]));
  });

  it('sends the window when the office comes back and says its manifest, once a second at most', async () => {
    const w = await newWorld({ events: 5 });
    w.online();
    await w.batches();
    const { manifest } = customersSnapshot(1, 1, 1);
    w.clock.advance(400);
    await w.say(`${base}/replica/manifest`, manifest);
    w.clock.advance(599);
    expect(await w.batches()).toEqual([]);
    w.clock.advance(1);
    expect(await w.batches()).toEqual([range(1, 5)]);
    for (let n = 0; n < 30; n++) {
      await w.say(`${base}/replica/manifest`, manifest);
      w.clock.advance(100);
    }
    expect(await w.batches()).toEqual([range(1, 5), range(1, 5), range(1, 5)]);
    await w.say(`${base}/replica/manifest`, manifest);
    await w.ack(5, 1);
    w.clock.advance(60_000);
    expect(await w.batches()).toEqual([]);
  });

  it('waits with a full queue, and with a journal that cannot be read', async () => {
    const w = await newWorld({ events: 5 });
    w.broker.full = true;
    w.online();
    expect(await w.batches()).toEqual([]);
    w.broker.full = false;
    w.clock.advance(10_000);
    expect(await w.batches()).toEqual([range(1, 5)]);
    await w.ack(5, 1);
    w.journal.failing = true;
    w.edge.journalGrew(6);
    expect(w.host.reasons()).toEqual(['outbox/unreadable']);
    w.journal.failing = false;
    w.journal.append(1);
    w.clock.advance(10_000);
    expect(await w.batches()).toEqual([[6]]);
  });
});

describe('acknowledgements', () => {
  it('rewind when the office says anew that it has less', async () => {
    const w = await newWorld({ events: 20 });
    w.online();
    await w.ack(20, 10);
    await w.batches();
    await w.ack(5, 11);
    expect(w.host.acks).toEqual([
      [20, startMs + 10_000],
      [5, startMs + 11_000],
    ]);
    expect(await w.batches()).toEqual([range(6, 13), range(14, 20)]);
  });

  it('that are replayed rewind nothing and are reported', async () => {
    const w = await newWorld({ events: 20 });
    w.online();
    const old = await signAs(w.office, `${own}/ack`, {
      epoch: 'epoch-1',
      through: 5,
      issuedAt: new Date(startMs + 1000).toISOString(),
    });
    w.broker.deliver(`${own}/ack`, old);
    await w.ack(20, 10);
    await w.batches();
    for (let n = 0; n < 100; n++) w.broker.deliver(`${own}/ack`, old);
    expect(await w.batches()).toEqual([]);
    expect(w.host.acks.map(([through]) => through)).toEqual([5, 20]);
    expect(w.host.reasons()).toEqual(['ack/stale']);
  });

  it('that are replayed after a restart rewind nothing either', async () => {
    const w = await newWorld({ events: 20, acknowledged: { through: 20, issuedAtMs: startMs + 10_000 } });
    w.online();
    await w.ack(5, 1);
    expect(w.host.acks).toEqual([]);
    expect(await w.batches()).toEqual([]);
  });

  it('without an instant move forward only', async () => {
    const w = await newWorld({ events: 20 });
    w.online();
    await w.ack(10, null);
    await w.ack(5, null);
    await w.ack(12, null);
    expect(w.host.acks).toEqual([
      [10, null],
      [12, null],
    ]);
    expect(w.host.reasons()).toEqual([]);
  });

  it('are refused beyond what was written, and for another epoch', async () => {
    const w = await newWorld({ events: 20 });
    w.online();
    await w.ack(21, 1);
    await w.say(`${own}/ack`, { epoch: 'epoch-0', through: 3 });
    expect(w.host.acks).toEqual([]);
    expect(w.host.reasons()).toEqual(['ack/ack-ahead', 'ack/other-epoch']);
  });

  it('for events that this connection did not send yet are taken: an earlier one did', async () => {
    const w = await newWorld({ events: 50 });
    w.online();
    await w.batches();
    await w.ack(30, 1);
    expect(await w.batches()).toEqual([range(31, 38), range(39, 46), range(47, 50)]);
  });

  it('count only from the office, for this controller', async () => {
    const w = await newWorld({ events: 20 });
    w.online();
    const stranger = await newParty();
    const topic = `${own}/ack`;
    const payload = { epoch: 'epoch-1', through: 20 };
    w.broker.deliver(topic, JSON.stringify(payload));
    w.broker.deliver(topic, await signAs(stranger, topic, payload));
    w.broker.deliver(topic, await signAs({ ...stranger, kid: w.office.kid }, topic, payload));
    w.broker.deliver(topic, await signAs(w.office, `${base}/back-door/ack`, payload));
    w.broker.deliver(topic, await signAs(w.controller, topic, payload));
    await w.say(topic, { epoch: 'epoch-1', through: '20' });
    expect(w.host.acks).toEqual([]);
    expect(w.host.reasons().sort()).toEqual([
      'ack/bad-signature',
      'ack/malformed',
      'ack/payload',
      'ack/unknown-key',
      'ack/wrong-topic',
    ]);
  });
});

it('every message is signed by the controller for its topic', async () => {
  const w = await newWorld({ events: 3 });
  w.edge.reportStatus({
    version: '1',
    revision: 0,
    pending: 3,
    clock: { synchronised: true },
    accessPoints: [],
    readers: [],
  });
  w.online();
  const { manifest } = customersSnapshot(1, 1, 1);
  await w.say(`${base}/replica/manifest`, manifest);
  expect(w.broker.published.map(({ topic }) => topic)).toEqual([`${own}/status`, `${own}/events`, `${own}/want`]);
  for (const message of w.broker.published) await readAs(w.controller, message);
});
