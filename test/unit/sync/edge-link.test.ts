// The connection: tried for ever, announced, ended cleanly; and what the controller says of itself.

import { describe, expect, it } from 'vitest';
import { FakeHost, newWorld, own, startMs } from './edge-world.ts';
import { readAs, signAs } from './fake-office.ts';

const report = {
  version: '0.1.0',
  revision: 42,
  pending: 3,
  clock: { synchronised: true },
  accessPoints: [{ id: 'front-door', mode: 'controlled', lock: 'locked', contact: 'closed' }],
  readers: [{ id: 'front-in', online: true }],
};

describe('connecting', () => {
  it('asks for what it needs, with a last will and no session', async () => {
    const w = await newWorld();
    w.online();
    expect(w.broker.requests[0]).toEqual({
      clientId: 'cardea:riverside:front-desk',
      will: { topic: `${own}/status`, payload: '{"online":false}' },
      subscriptions: [
        `${own}/ack`,
        `${own}/command`,
        `${own}/replica/chunk/+/+`,
        `${own}/replica/delta`,
        'cardea/1/riverside/replica/chunk/+/+',
        'cardea/1/riverside/replica/delta',
        'cardea/1/riverside/replica/manifest',
        'cardea/1/riverside/+/events',
        `${own}/peers`,
      ],
      maxMessageBytes: 200_000,
    });
    expect(w.host.connections).toEqual([[true, 'connected']]);
  });

  it('hears and asks nothing of other controllers where its host has no use for it', async () => {
    const w = await newWorld({ host: new FakeHost(false) });
    w.online();
    expect(w.broker.requests[0]?.subscriptions.filter((topic) => /events|peers/.test(topic))).toEqual([]);
    w.clock.advance(600_000);
    for (const message of w.broker.take('/want'))
      expect(await readAs(w.controller, message)).not.toHaveProperty('peers');
    await w.say('cardea/1/riverside/back-door/events', { epoch: 'e', events: [] });
    expect(w.host.reasons()).toContain('message/topic');
  });

  it('tries for ever, at intervals that grow to the longest and are spread', async () => {
    const w = await newWorld();
    w.broker.reachable = false;
    w.edge.start();
    w.clock.advance(7 * 24 * 3_600_000);
    const gaps = w.broker.attempts.slice(1).map((at, n) => at - (w.broker.attempts[n] ?? 0) - 5);
    expect(gaps.length).toBeGreaterThan((7 * 24 * 60) / 1.1);
    for (const [n, gap] of gaps.entries()) {
      const longest = Math.min(1000 * 2 ** n, 60_000);
      expect(gap).toBeGreaterThanOrEqual(longest / 2);
      expect(gap).toBeLessThanOrEqual(longest);
    }
    expect(new Set(gaps.slice(10)).size).toBeGreaterThan(1000);
    expect(w.host.connections).toEqual([[false, 'unreachable: nobody answers']]);
    w.broker.reachable = true;
    w.clock.advance(61_000);
    expect(w.host.connections).toHaveLength(2);
  });

  it('gives up an attempt that comes to no end', async () => {
    const w = await newWorld();
    w.broker.reachable = false;
    w.broker.fault = null;
    w.edge.start();
    w.clock.advance(32_000);
    expect(w.broker.attempts).toHaveLength(2);
    expect(w.broker.ends).toEqual(['drop']);
    expect(w.host.connections).toEqual([[false, 'timeout: no answer from the broker within 30 s']]);
  });

  it('says each new reason once', async () => {
    const w = await newWorld();
    w.broker.reachable = false;
    w.edge.start();
    w.clock.advance(600_000);
    w.broker.fault = { code: 'certificate-required', message: 'set certFile' };
    w.clock.advance(600_000);
    w.broker.reachable = true;
    w.clock.advance(60_000);
    expect(w.host.connections).toEqual([
      [false, 'unreachable: nobody answers'],
      [false, 'certificate-required: set certFile'],
      [true, 'connected'],
    ]);
  });

  it('hears nothing of a connection that is over', async () => {
    const w = await newWorld({ events: 3 });
    w.online();
    w.broker.take('/events');
    const [old] = w.broker.handlers;
    w.broker.break({ code: 'closed', message: 'gone' });
    const ack = await signAs(w.office, `${own}/ack`, { epoch: 'epoch-1', through: 3 });
    old?.up();
    old?.message(`${own}/ack`, Buffer.from(ack), false);
    old?.oversized('x', 1);
    old?.down({ code: 'closed', message: 'again' });
    expect(w.broker.published).toEqual([]);
    expect(w.host.acks).toEqual([]);
    expect(w.host.refusals).toEqual([]);
    expect(w.host.connections).toHaveLength(2);
    w.clock.advance(1_100);
    expect(w.broker.attempts).toHaveLength(2);
  });

  it('suspects nothing where the network breaks its connections now and then, or the broker is silent', async () => {
    const w = await newWorld();
    w.edge.start();
    for (let n = 0; n < 30; n++) {
      w.clock.advance(180_000);
      w.broker.break({ code: 'closed', message: 'now and then' });
    }
    for (let n = 0; n < 30; n++) {
      w.clock.advance(5_000);
      w.broker.break({ code: 'timeout', message: 'silent' });
    }
    expect(w.host.reasons()).toEqual([]);
  });

  it('waits longer and longer where a broker lets it in and throws it out', async () => {
    const w = await newWorld();
    w.edge.start();
    const gaps: number[] = [];
    const nextAttempt = (): void => {
      const before = w.broker.attempts.length;
      while (w.broker.attempts.length === before) w.clock.advance(w.clock.untilNextMs() ?? 0);
    };
    for (let n = 0; n < 8; n++) {
      w.clock.advance(5);
      const brokenMs = w.clock.now().sinceBootMs;
      w.broker.break({ code: 'closed', message: 'again' });
      nextAttempt();
      gaps.push(w.clock.now().sinceBootMs - brokenMs);
    }
    expect(w.host.reasons()).toEqual(['connection/thrown-out']);
    expect(gaps[0]).toBeLessThanOrEqual(1_000);
    expect(gaps[7]).toBeGreaterThanOrEqual(30_000);
    w.clock.advance(60_000);
    const brokenMs = w.clock.now().sinceBootMs;
    w.broker.break({ code: 'closed', message: 'after a good hour' });
    nextAttempt();
    expect(w.clock.now().sinceBootMs - brokenMs).toBeLessThanOrEqual(1_000);
  });
});

describe('status', () => {
  it('is said at each connection, retained and signed', async () => {
    const w = await newWorld();
    w.edge.reportStatus(report);
    expect(w.broker.published).toEqual([]);
    w.online();
    const [message] = w.broker.take('/status');
    if (message === undefined) throw new Error('no status');
    expect(message).toMatchObject({ topic: `${own}/status`, retain: true });
    const now = new Date(startMs + 5).toISOString();
    expect(await readAs(w.controller, message)).toEqual({ online: true, since: now, ...report, issuedAt: now });
    w.broker.break({ code: 'closed', message: 'gone' });
    w.clock.advance(1_100);
    expect(w.broker.take('/status')).toHaveLength(1);
  });

  it('is said on a change, at most once a second, and the last one counts', async () => {
    const w = await newWorld();
    w.edge.reportStatus(report);
    w.online();
    w.broker.take('/status');
    for (let pending = 0; pending < 1000; pending++) w.edge.reportStatus({ ...report, pending });
    w.clock.advance(999);
    expect(w.broker.take('/status')).toHaveLength(0);
    w.clock.advance(1);
    const [message] = w.broker.take('/status');
    if (message === undefined) throw new Error('no status');
    expect(await readAs(w.controller, message)).toMatchObject({ pending: 999 });
    w.edge.reportStatus({ ...report, pending: 999 });
    w.clock.advance(600_000);
    expect(w.broker.take('/status')).toHaveLength(0);
    w.edge.reportStatus(report);
    expect(w.broker.take('/status')).toHaveLength(1);
  });

  it('that could not be handed over is said a second later', async () => {
    const w = await newWorld();
    w.edge.reportStatus(report);
    w.broker.full = true;
    w.online();
    w.broker.full = false;
    w.clock.advance(1_000);
    expect(w.broker.take('/status')).toHaveLength(1);
  });
});

describe('stopping', () => {
  it('says goodbye, closes, and leaves no wait behind', async () => {
    const w = await newWorld({ events: 5 });
    w.edge.reportStatus(report);
    w.online();
    w.broker.deliver(`${own}/ack`, 'garbage');
    w.broker.take('/status');
    const stopped = w.edge.stop();
    const [message] = w.broker.take('/status');
    if (message === undefined) throw new Error('no goodbye');
    expect(message.retain).toBe(true);
    expect(await readAs(w.controller, message)).toMatchObject({ online: false, version: '0.1.0' });
    w.clock.advance(5);
    await stopped;
    expect(w.broker.ends).toEqual(['close']);
    expect(w.clock.waits()).toEqual([]);
    w.broker.take('');
    w.edge.journalGrew(w.journal.append(3));
    w.edge.reportStatus({ ...report, pending: 9 });
    w.clock.advance(3_600_000);
    expect(w.broker.published).toEqual([]);
    expect(w.broker.attempts).toHaveLength(1);
  });

  it('ends within 2 s when the broker does not answer', async () => {
    const w = await newWorld();
    w.online();
    w.broker.silentClose = true;
    const stopped = w.edge.stop();
    w.clock.advance(2_000);
    await stopped;
    expect(w.broker.ends).toEqual(['close', 'drop']);
    expect(w.clock.waits()).toEqual([]);
  });

  it('ends at once while it is not connected', async () => {
    const w = await newWorld();
    w.broker.reachable = false;
    w.edge.start();
    w.clock.advance(100);
    await w.edge.stop();
    expect(w.clock.waits()).toEqual([]);
  });
});
