// What webhooks promise: each message at least once, in the order of its customer, whatever its endpoint or another one does.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importReplica } from '../../../sync/office/import/import.ts';
import { asideDeliveries, deliveryCounts, settleAside } from '../../../sync/office/store/webhook-deliveries.ts';
import { maxWebhooks, pauseWebhook, removeWebhook, renewSecret } from '../../../sync/office/store/webhooks.ts';
import { webhookTopics } from '../../../sync/office/webhooks/topics.ts';
import { customer, replica } from '../office/bench.ts';
import { type Heard, type Receiver, World } from './world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => {
  await world.stop();
  world.close();
});

const stays = ({ type, data }: Heard): string => `${type} ${String(data.visit)}`;
const waits = (id: string): number => deliveryCounts(world.store).get(id)?.waiting ?? 0;

/** Everybody's visits, one after the other; what a receiver should hear, by customer. */
async function visits(customers: number, each: number, everyMs: number): Promise<Map<string, string[]>> {
  const said = new Map<string, string[]>();
  for (let n = 0; n < each; n++) {
    for (let c = 0; c < customers; c++) {
      const who = `c${c}`;
      const visit = world.checkIn(who, c % 2 === 0 ? 'front-desk' : 'back-door');
      await world.run(everyMs);
      world.checkOut(who, visit, c % 2 === 0 ? 'front-desk' : 'back-door');
      said.set(who, [...(said.get(who) ?? []), `checkin.recorded ${visit}`, `checkout.recorded ${visit}`]);
    }
  }
  return said;
}

function byCustomer(heard: readonly Heard[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const one of heard) {
    const who = String(one.data.customer);
    found.set(who, [...(found.get(who) ?? []), stays(one)]);
  }
  return found;
}

/** A receiver that heard a message twice knows it by its id. */
function once(receiver: Receiver): Heard[] {
  return [...new Map(receiver.taken.map((one) => [one.id, one])).values()];
}

describe('a webhook', () => {
  it('is told of the records of its topics, from its beginning on, signed, with the name of whom they are about', async () => {
    importReplica(world.store, replica(1, { customers: [customer('ana', 'Ana Silva')] }), { force: false, nowMs: 0 });
    world.checkIn('ana');
    const receiver = world.hook('crm', ['check-in', 'alarm']);
    world.start();
    const visit = world.checkIn('ana');
    world.checkOut('ana', visit);
    world.say('door.forced', {});
    world.say('door.opened', {});
    await world.run(1_000);
    expect(receiver.taken.map(({ type, topic }) => `${type} ${topic}`)).toEqual([
      'checkin.recorded check-in',
      'door.forced alarm',
    ]);
    expect(receiver.taken[0]).toMatchObject({
      about: { kind: 'customer', id: 'ana', name: 'Ana Silva' },
      site: 'riverside',
      controller: 'front-desk',
      accessPoint: 'front-door',
      data: { visit, customer: 'ana' },
    });
    expect(receiver.faults).toEqual([]);
    expect(world.state('crm')).toMatchObject({ delivered: 2, failingSinceMs: null });
  });

  it('that is away for two days gets everything once it returns, each once, in the order of its customer', async () => {
    world.lookEveryMs = hourMs;
    const [receiver, other] = [world.hook('crm', webhookTopics), world.hook('other', webhookTopics)];
    world.start();
    await world.run(1_000);
    receiver.manners = () => 'away';
    const said = await visits(12, 20, 12 * minuteMs);
    await world.run(1_000);
    expect(world.nowMs).toBeGreaterThan(Date.UTC(2026, 2, 4, 8));
    expect(receiver.taken).toEqual([]);
    expect(waits('crm')).toBe(480);
    expect(world.state('crm')).toMatchObject({ failure: 'connect ECONNREFUSED' });
    expect(byCustomer(other.taken)).toEqual(said);
    expect(other.taken).toHaveLength(480);
    receiver.manners = () => 200;
    // At the latest after the longest wait between two tries.
    await world.run(5 * minuteMs);
    expect(byCustomer(receiver.taken)).toEqual(said);
    expect(receiver.taken).toHaveLength(480);
    expect(receiver.faults).toEqual([]);
    expect(waits('crm')).toBe(0);
    expect(world.state('crm')).toMatchObject({ delivered: 480, failingSinceMs: null, failure: null });
    expect(world.log.filter((line) => line.includes('crm'))).toEqual([
      'warn webhook crm takes nothing: connect ECONNREFUSED; it is tried again and again',
      'info webhook crm takes messages again',
    ]);
  });

  it('that is away is asked with one message at a time, less and less often, at least each five minutes', async () => {
    world.lookEveryMs = hourMs;
    const receiver = world.hook('crm', ['check-in']);
    receiver.manners = () => 503;
    world.start();
    for (const who of ['ana', 'ben', 'cem', 'dia', 'eva', 'fay']) world.checkIn(who);
    await world.run(dayMs);
    const gaps = receiver.tried.slice(4).map(({ atMs }, n) => atMs - (receiver.tried[n + 3]?.atMs ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5 * minuteMs);
    expect(gaps.slice(0, 3).every((ms) => ms <= 10_000)).toBe(true);
    expect(gaps.slice(12).every((ms) => ms >= 150_000)).toBe(true);
    expect(receiver.tried.length).toBeLessThan(700);
  });

  it('waits as long as it is asked to, up to an hour', async () => {
    const receiver = world.hook('crm', ['check-in']);
    let asked = '1800';
    receiver.manners = () => ({ status: 429, retryAfter: asked });
    world.start();
    world.checkIn('ana');
    await world.run(1_000);
    asked = '999999';
    await world.run(29 * minuteMs);
    expect(receiver.tried).toHaveLength(1);
    await world.run(2 * minuteMs);
    expect(receiver.tried).toHaveLength(2);
    await world.run(hourMs);
    expect(receiver.tried).toHaveLength(3);
  });

  it('that refuses one message goes on with those of others; after three days the message is put aside', async () => {
    world.lookEveryMs = hourMs;
    const receiver = world.hook('crm', ['check-in']);
    receiver.manners = ({ data }) => (data.visit === 'v1' ? 500 : 200);
    world.start();
    world.checkIn('ana');
    world.checkIn('ana');
    world.checkIn('ben');
    await world.run(1_000);
    expect(receiver.taken.map(stays)).toEqual(['checkin.recorded v3']);
    for (let day = 0; day < 3; day++) {
      await world.run(dayMs - hourMs);
      world.checkIn('ben');
    }
    await world.run(1_000);
    expect(receiver.taken.map(stays)).toEqual([3, 4, 5, 6].map((n) => `checkin.recorded v${n}`));
    await world.run(5 * hourMs);
    expect(receiver.taken.map(stays)).toContain('checkin.recorded v2');
    expect(asideDeliveries(world.store)).toMatchObject([
      { webhook: 'crm', queue: 'customer/ana', type: 'checkin.recorded', failure: 'answers with status 500' },
    ]);
    expect(world.log).toEqual([expect.stringMatching(/^warn webhook crm: a message of customer\/ana is put aside/)]);
    receiver.manners = () => 200;
    expect(settleAside(world.store, 'crm', 'retry')).toBe(1);
    await world.run(hourMs);
    expect(receiver.taken.at(-1)).toMatchObject({ data: { visit: 'v1' } });
    expect(asideDeliveries(world.store)).toEqual([]);
  });

  it('that was away for days puts nothing aside when it returns', async () => {
    world.lookEveryMs = hourMs;
    const receiver = world.hook('crm', ['check-in']);
    let refused = 0;
    receiver.manners = ({ data }) => (data.visit === 'v1' && refused++ < 1 ? 500 : 200);
    world.start();
    world.checkIn('ana');
    await world.run(1_000);
    expect(refused).toBe(1);
    receiver.manners = () => 'away';
    world.checkIn('ben');
    await world.run(5 * dayMs);
    receiver.manners = ({ data }) => (data.visit === 'v1' && refused++ < 3 ? 500 : 200);
    await world.run(hourMs);
    expect(receiver.taken.map(stays).sort()).toEqual(['checkin.recorded v1', 'checkin.recorded v2']);
    expect(asideDeliveries(world.store)).toEqual([]);
  });

  it('that refuses everything is away, too: one that lost its secret', async () => {
    world.lookEveryMs = hourMs;
    const receiver = world.hook('crm', ['check-in']);
    receiver.manners = () => 401;
    world.start();
    for (let n = 0; n < 30; n++) world.checkIn(`c${n}`);
    await world.run(6 * dayMs);
    expect(asideDeliveries(world.store)).toEqual([]);
    expect(world.state('crm')).toMatchObject({ failure: 'answers with status 401' });
    receiver.manners = () => 200;
    await world.run(5 * minuteMs);
    expect(receiver.taken).toHaveLength(30);
  });

  it('never has two messages of one customer under way, and four at once', async () => {
    const receiver = world.hook('crm', ['check-in']);
    receiver.manners = () => 'hangs';
    world.start();
    for (const who of ['ana', 'ana', 'ana', 'ben', 'cem', 'dia', 'eva']) world.checkIn(who);
    await world.run(1_000);
    expect(receiver.tried.map(({ heard }) => heard.data.customer)).toEqual(['ana', 'ben', 'cem', 'dia']);
  });

  it('gets again what it had not answered when the office ended, and the rest', async () => {
    const receiver = world.hook('crm', ['check-in']);
    receiver.manners = ({ data }) => (data.visit === 'v2' ? 'hangs' : 200);
    world.start();
    for (const who of ['ana', 'ben', 'ana']) world.checkIn(who);
    await world.run(1_000);
    await world.stop();
    receiver.manners = () => 200;
    world.checkIn('cem');
    world.start();
    await world.run(1_000);
    expect(receiver.taken.map(stays)).toEqual([1, 3, 2, 4].map((n) => `checkin.recorded v${n}`));
    expect(receiver.tried).toHaveLength(5);
  });

  it('loses nothing where the office dies before it wrote what was taken: it is told again, under the same id', async () => {
    const receiver = world.hook('crm', ['check-in']);
    world.start();
    world.checkIn('ana');
    world.checkIn('ana');
    // Less than what is waited for before it is written.
    await world.run(50);
    expect(receiver.taken).toHaveLength(2);
    expect(waits('crm')).toBe(2);
    world.crash();
    await world.run(1_000);
    expect(receiver.taken.length).toBeGreaterThan(2);
    expect(once(receiver).map(stays)).toEqual(['checkin.recorded v1', 'checkin.recorded v2']);
    expect(waits('crm')).toBe(0);
  });

  it('that is paused is told what came meanwhile; one that says it is gone is paused', async () => {
    const receiver = world.hook('crm', ['check-in']);
    world.start();
    pauseWebhook(world.store, 'crm', 'paused by hand');
    await world.run(3_000);
    world.checkIn('ana');
    await world.run(hourMs);
    expect(receiver.tried).toEqual([]);
    receiver.manners = () => 410;
    pauseWebhook(world.store, 'crm', null);
    await world.run(3_000);
    expect(world.state('crm').paused).toMatch(/gone for good/);
    await world.run(dayMs);
    expect(receiver.tried).toHaveLength(1);
    receiver.manners = () => 200;
    pauseWebhook(world.store, 'crm', null);
    await world.run(3_000);
    expect(receiver.taken.map(stays)).toEqual(['checkin.recorded v1']);
  });

  it('that is removed is told nothing more, and nothing is kept for it', async () => {
    const receiver = world.hook('crm', ['check-in']);
    receiver.manners = () => 'away';
    world.start();
    world.checkIn('ana');
    await world.run(10_000);
    removeWebhook(world.store, 'crm');
    await world.run(3_000);
    const tried = receiver.tried.length;
    world.checkIn('ana');
    await world.run(dayMs);
    expect(receiver.tried).toHaveLength(tried);
    expect(deliveryCounts(world.store).size).toBe(0);
  });

  it('is signed with both secrets for a day after a new one', async () => {
    const receiver = world.hook('crm', ['check-in']);
    world.start();
    const before = receiver.secret;
    const next = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    renewSecret(world.store, 'crm', next, world.nowMs);
    await world.run(3_000);
    for (const secret of [before, next]) {
      receiver.secret = secret;
      world.checkIn('ana');
      await world.run(1_000);
      expect(receiver.faults).toEqual([]);
    }
    await world.run(dayMs);
    world.checkIn('ana');
    await world.run(1_000);
    expect(receiver.faults).toEqual([]);
    receiver.secret = before;
    world.checkIn('ana');
    await world.run(1_000);
    expect(receiver.faults).toHaveLength(1);
  });

  it('is told nothing of a record that makes no sense, and of none twice', async () => {
    const receiver = world.hook('crm', ['check-in']);
    world.start();
    world.say('checkin.recorded', { visit: 7 });
    world.checkIn('ana');
    await world.run(1_000);
    expect(receiver.taken.map(stays)).toEqual(['checkin.recorded v1']);
  });

  it('keeps no more than its bound in memory, and gets the rest in its time', async () => {
    const receiver = world.hook('crm', ['alarm']);
    receiver.manners = () => 'away';
    world.start();
    world.alarms(10_500);
    await world.run(minuteMs);
    expect(waits('crm')).toBe(10_000);
    receiver.manners = () => 200;
    await world.run(10 * minuteMs);
    expect(receiver.taken).toHaveLength(10_500);
  });
});

describe('the list of webhooks', () => {
  it('takes no id twice, and no more than its bound', () => {
    world.hook('crm', ['check-in']);
    expect(() => world.hook('crm', ['check-in'])).toThrow('there is a webhook crm already');
    for (let n = 1; n < maxWebhooks; n++) world.hook(`w${n}`, ['alarm']);
    expect(() => world.hook('one-more', ['alarm'])).toThrow(`there are ${maxWebhooks} webhooks`);
    expect(() => removeWebhook(world.store, 'nobody')).toThrow('no webhook nobody');
  });
});
