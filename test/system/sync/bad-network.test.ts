// The mosquitto that ships, with TLS and its access list, treated as networks and machines treat one. Whatever happens, the
// office has each record once, in an unbroken chain.

import { afterEach, describe, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { BadNetwork } from '../../support/bad-network.ts';
import { eventually } from '../../support/eventually.ts';

import { WireWorld } from './wire-world.ts';

const worlds: WireWorld[] = [];
const networks: BadNetwork[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
  for (const network of networks.splice(0)) await network.close();
});

async function made(...options: Parameters<typeof WireWorld.make>): Promise<WireWorld> {
  const world = await WireWorld.make(...options);
  worlds.push(world);
  return world;
}

async function networkTo(world: WireWorld): Promise<BadNetwork> {
  const network = await BadNetwork.to(world.broker.port);
  networks.push(network);
  return network;
}

/** Everything runs, and something was delivered. */
async function running(world: WireWorld, port?: number): Promise<void> {
  await world.startOffice();
  world.connect(port);
  world.write(10);
  await world.whole();
}

async function connected(world: WireWorld, isOnline: boolean): Promise<void> {
  const what = isOnline ? 'all controllers connected' : 'no controller connected';
  await eventually(what, () => world.controllers.every(({ online }) => online === isOnline));
}

describe('a broker', () => {
  it('that is stopped and started again', async () => {
    const world = await made();
    await running(world);
    await world.broker.stop();
    await connected(world, false);
    world.write(300);
    await world.broker.start();
    await world.whole();
  });

  it('that is killed again and again while records are written', async () => {
    const world = await made();
    await running(world);
    for (let round = 0; round < 5; round++) {
      world.write(60);
      await world.broker.kill();
      world.write(60);
      await world.broker.start();
      if (round % 2 === 0) await connected(world, true);
    }
    await world.whole();
  });

  it('that stands still with its connections open, and goes on', async () => {
    const world = await made();
    await running(world);
    for (let round = 0; round < 3; round++) {
      world.broker.freeze();
      const before = world.controllers.map(({ sent }) => sent);
      world.write(100);
      // Sent, and sent once more, because nobody answers.
      await eventually('everything on its way twice', () =>
        world.controllers.every(({ sent }, n) => sent >= (before[n] ?? 0) + 10),
      );
      world.broker.thaw();
      await world.whole();
    }
  });

  it('behind a slow network', async () => {
    const world = await made();
    const network = await networkTo(world);
    await running(world, network.port);
    network.slow = true;
    world.write(300);
    await world.whole();
  });

  it('behind a network that breaks every connection, sooner or later', async () => {
    const world = await made();
    const network = await networkTo(world);
    const dice = seededRandom('breaks');
    // A connection takes some 6 kB to come about; many break before, some in the middle of a message.
    network.breaksAfter = () => 2_000 + 100 * (dice.bytes(1)[0] ?? 0);
    await world.startOffice();
    world.connect(network.port);
    await eventually('many broken connections', () => {
      world.write(3);
      return network.broken >= 30;
    });
    network.breaksAfter = () => Number.POSITIVE_INFINITY;
    await world.whole();
  });

  it('whose queue for the office runs over', async () => {
    const world = await made({ lines: ['max_queued_messages 4', 'max_inflight_messages 1'] });
    const office = await world.startOffice();
    world.connect();
    world.write(10);
    await world.whole();
    office.kill('SIGSTOP');
    world.write(400);
    await eventually('messages that are dropped', () =>
      world.broker.log.some((line) => line.includes('Outgoing messages are being dropped for client cardea-office')),
    );
    office.kill('SIGCONT');
    await world.whole();
  });
});

describe('an office', () => {
  it('that stands still, is killed, and comes back', async () => {
    const world = await made();
    const office = await world.startOffice();
    world.connect();
    world.write(40);
    await world.whole();
    office.kill('SIGSTOP');
    const before = world.controllers.map(({ sent }) => sent);
    world.write(200);
    await eventually('something on its way', () => world.controllers.every(({ sent }, n) => sent > (before[n] ?? 0)));
    await world.killOffice();
    world.write(20);
    await world.startOffice();
    await world.whole();
  });
});

describe('a controller that was away for seven days', () => {
  it('brings its 100,000 records, whatever breaks on the way', async () => {
    const [commits, eachTime, days] = [2_000, 50, 7];
    const clock = new VirtualClock(Date.UTC(2026, 2, 2, 8));
    const world = await made({}, clock);
    const [away, other] = world.controllers;
    if (away === undefined || other === undefined) throw new Error('two controllers');
    for (let n = 0; n < commits; n++) {
      away.write(eachTime);
      clock.advance((days * 86_400_000) / commits);
    }
    other.write(1);
    const past = (part: number): Promise<true> =>
      eventually(`${part} of the records at the office`, () => away.acknowledged >= part * commits * eachTime);
    await world.startOffice();
    world.connect();
    await past(0.1);
    await world.broker.kill();
    await world.broker.start();
    await past(0.3);
    await world.killOffice();
    other.write(1_000);
    await world.startOffice();
    await past(0.6);
    world.broker.freeze();
    world.broker.thaw();
    await past(0.9);
    await world.whole();
  });
});
