// Whatever arrives: refused with a reason, counted, at most one report a minute for each reason, and everything goes on.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxUnanswered } from '../../../sync/edge/commands.ts';
import { base, newWorld, own, startMs } from './edge-world.ts';
import { newParty, readAs, signAs } from './fake-office.ts';

const command = {
  id: 'cmd-1',
  type: 'unlock',
  accessPoint: 'front-door',
  by: 'office',
  issuedAt: new Date(startMs).toISOString(),
  expiresAt: new Date(startMs + 60_000).toISOString(),
};

describe('commands', () => {
  it('go to the daemon once they are verified, and are answered with what it says, signed', async () => {
    const w = await newWorld();
    w.online();
    await w.say(`${own}/command`, command);
    expect(w.host.commands.map(({ order, command: given }) => [order.id, given])).toEqual([
      ['cmd-1', { type: 'unlock', accessPoint: 'front-door', by: 'office' }],
    ]);
    expect(w.broker.take('/reply')).toEqual([]);
    w.edge.commandAnswered({ id: 'cmd-1', outcome: 'refused', reason: 'lockdown' });
    const [reply] = w.broker.take('/reply');
    if (reply === undefined) throw new Error('no reply');
    expect(reply.retain).toBe(false);
    expect(await readAs(w.controller, reply)).toEqual({ id: 'cmd-1', outcome: 'refused', reason: 'lockdown' });
    expect(w.host.refusals).toEqual([]);
  });

  it('that the broker had kept are neither carried out nor answered', async () => {
    const w = await newWorld();
    w.online();
    const topic = `${own}/command`;
    w.broker.deliver(topic, await signAs(w.office, topic, command), true);
    expect(w.host.commands).toEqual([]);
    expect(w.broker.take('/reply')).toEqual([]);
    expect(w.host.refusals).toMatchObject([{ kind: 'command', reason: 'retained', command: { id: 'cmd-1' } }]);
  });

  it('wait for the daemon in bounded number, and one that it did not look at leaves its place', async () => {
    const w = await newWorld();
    w.online();
    for (let n = 0; n <= maxUnanswered; n++) await w.say(`${own}/command`, { ...command, id: `cmd-${n}` });
    expect(w.host.commands).toHaveLength(maxUnanswered);
    expect(w.host.refusals).toMatchObject([{ kind: 'command', reason: 'busy', command: { id: 'cmd-64' } }]);
    w.edge.commandAnswered(null);
    await w.say(`${own}/command`, { ...command, id: 'one-more' });
    expect(w.host.commands).toHaveLength(maxUnanswered + 1);
    expect(w.broker.take('/reply')).toEqual([]);
  });

  it('of others are not even answered', async () => {
    const w = await newWorld();
    w.online();
    const topic = `${own}/command`;
    w.broker.deliver(topic, JSON.stringify(command));
    w.broker.deliver(topic, await signAs(await newParty(), topic, command));
    w.broker.deliver(topic, await signAs(w.office, `${base}/back-door/command`, command));
    w.broker.deliver(topic, await signAs(w.office, topic, command, { crit: ['exp'], exp: 1 }).catch(() => ''));
    await w.say(topic, { ...command, expiresAt: 'never' });
    expect(w.host.commands).toEqual([]);
    expect(w.broker.take('/reply')).toEqual([]);
    expect(w.host.reasons()).toEqual([
      'command/malformed',
      'command/unknown-key',
      'command/wrong-topic',
      'command/payload',
    ]);
  });
});

describe('a flood', () => {
  it('costs one report a minute for each reason, with the count', async () => {
    const w = await newWorld();
    w.online();
    for (let second = 0; second < 120; second++) {
      for (let n = 0; n < 100; n++) w.broker.deliver(`${own}/ack`, `garbage ${second} ${n}`);
      w.clock.advance(1000);
    }
    expect(w.host.refusals.map(({ count }) => count)).toEqual([1, 5999, 6000]);
    expect(w.host.refusals.every(({ kind, reason }) => kind === 'ack' && reason === 'malformed')).toBe(true);
    w.clock.advance(600_000);
    expect(w.host.refusals).toHaveLength(3);
    expect(w.clock.waits().filter((name) => name.startsWith('refused'))).toEqual([]);
    w.broker.deliver(`${own}/ack`, 'garbage');
    expect(w.host.refusals).toHaveLength(4);
  });

  it('of giants is dropped by size alone', async () => {
    const w = await newWorld();
    w.online();
    const giant = Buffer.alloc(200_001, 'a');
    for (const topic of [`${own}/ack`, `${own}/command`, `${base}/replica/manifest`, `${own}/replica/chunk/1/0`]) {
      w.broker.deliver(topic, giant);
    }
    w.broker.oversized(`${own}/ack`, 250_000_000);
    w.clock.advance(60_000);
    expect(w.host.refusals.map(({ kind, reason, count }) => [kind, reason, count])).toEqual([
      ['message', 'too-long', 1],
      ['message', 'too-long', 4],
    ]);
  });

  it('of words that the sender chose stays short in the report', async () => {
    const w = await newWorld();
    w.online();
    const stranger = { ...(await newParty()), kid: 'k'.repeat(500) };
    w.broker.deliver(`${own}/ack`, await signAs(stranger, `${own}/ack`, {}));
    w.broker.deliver(`x/${'y'.repeat(60_000)}`, 'hello');
    for (const { detail } of w.host.refusals) expect(detail.length).toBeLessThanOrEqual(300);
    expect(w.host.reasons()).toEqual(['ack/unknown-key', 'message/topic']);
  });
});

describe('strange topics', () => {
  it.each([
    'cardea/1/elsewhere/front-desk/ack',
    `${base}/back-door/ack`,
    `${base}/back-door/replica/chunk/1/0`,
    `${own}/status`,
    `${own}/want`,
    'something/else',
    '',
  ])('%j', async (topic) => {
    const w = await newWorld({ events: 3 });
    w.online();
    w.broker.deliver(topic, await signAs(w.office, topic, { epoch: 'epoch-1', through: 3 }));
    expect(w.host.acks).toEqual([]);
    expect(w.host.reasons()).toEqual(['message/topic']);
  });

  it('an empty message says nothing', async () => {
    const w = await newWorld();
    w.online();
    for (const topic of [`${own}/ack`, `${base}/replica/manifest`, `${own}/command`]) w.broker.deliver(topic, '');
    expect(w.host.reasons()).toEqual([]);
  });
});

it('whatever comes, on whatever topic, nothing is thrown and events still flow', async () => {
  const w = await newWorld({ events: 3 });
  w.online();
  const topics = ['ack', 'command', 'replica/delta', 'replica/chunk/1/0', 'events'].map((end) => `${own}/${end}`);
  const topic = fc.constantFrom(
    ...topics,
    `${base}/replica/manifest`,
    `${base}/replica/delta`,
    `${base}/replica/chunk/0/0`,
  );
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 500 }),
    fc.json().map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(topic, payload, (where, what) => w.broker.deliver(where, what)),
    { seed: 1, numRuns: 2000 },
  );
  await fc.assert(
    fc.asyncProperty(topic, fc.jsonValue(), (where, what) => w.say(where, what)),
    { seed: 2, numRuns: 500 },
  );
  expect(w.host.acks).toEqual([]);
  expect(w.host.ready).toEqual([]);
  await w.ack(3, 1);
  expect(w.host.acks).toHaveLength(1);
});
