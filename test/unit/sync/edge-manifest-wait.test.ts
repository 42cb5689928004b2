// A manifest that does not come is asked for: what stands at the broker may be gone, or forged.

import { describe, expect, it } from 'vitest';
import { base, newWorld, startMs, type World } from './edge-world.ts';
import { customersSnapshot, newParty, readAs, signAs } from './fake-office.ts';

const topic = `${base}/replica/manifest`;
const snapshot = customersSnapshot(42, 10, 1);
const installed = {
  revision: 42,
  sha256: snapshot.manifest.sha256,
  counts: { customers: 10 },
  digest: null,
  most: null,
};

function wants(w: World): Promise<unknown[]> {
  return Promise.all(w.broker.take('/want').map((message) => readAs(w.controller, message)));
}

const stranger = await newParty();

async function forge(w: World): Promise<void> {
  w.broker.deliver(topic, await signAs({ ...stranger, kid: w.office.kid }, topic, snapshot.manifest));
}

/** Seconds, from now on, at which it asks. */
async function timesOfWants(w: World, seconds: number, each?: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 1; n <= seconds; n++) {
    await each?.();
    w.clock.advance(1_000);
    for (const _ of await wants(w)) times.push(n);
  }
  return times;
}

describe('a manifest that does not come', () => {
  it.each([
    ['with nothing', null, 0],
    ['with a replica', installed, 42],
  ])('is asked for 5 s after the connection, %s', async (_, before, have) => {
    const w = await newWorld({ installed: before });
    w.online();
    await forge(w);
    w.clock.advance(4_999);
    expect(await wants(w)).toEqual([]);
    w.clock.advance(1);
    expect(await wants(w)).toEqual([{ have }]);
  });

  it('is asked for at growing intervals, then no more until the next connection', async () => {
    const w = await newWorld();
    w.online();
    const times = await timesOfWants(w, 3_600, () => forge(w));
    expect(times).toHaveLength(8);
    expect(times.every((at, n) => n === 0 || at - (times[n - 1] ?? 0) >= 5)).toBe(true);
    expect((times[7] ?? 0) - (times[6] ?? 0)).toBeGreaterThanOrEqual(60);
    w.broker.break({ code: 'closed', message: 'gone' });
    expect(await wants(w)).toEqual([]);
    w.clock.advance(7_000);
    expect(await wants(w)).toEqual([{ have: 0 }]);
  });

  it('is taken when it comes, and asked for no more', async () => {
    const w = await newWorld();
    w.online();
    w.clock.advance(5_000);
    expect(await wants(w)).toHaveLength(1);
    await w.say(topic, snapshot.manifest);
    expect(await wants(w)).toEqual([{ have: 0 }]);
    w.broker.deliver(`${base}/replica/chunk/42/0`, snapshot.chunks[0] ?? '');
    w.edge.replicaInstalled(42);
    expect(await timesOfWants(w, 3_600)).toEqual([]);
  });

  it('is asked for again after one that is refused, unless the true one follows', async () => {
    const w = await newWorld({ installed });
    w.online();
    await w.say(topic, { ...snapshot.manifest, issuedAt: new Date(startMs).toISOString() });
    expect(await timesOfWants(w, 60)).toEqual([]);
    await forge(w);
    w.clock.advance(4_000);
    await w.say(topic, { ...snapshot.manifest, issuedAt: new Date(startMs).toISOString() });
    expect(await timesOfWants(w, 60)).toEqual([]);
    await forge(w);
    w.clock.advance(5_000);
    expect(await wants(w)).toEqual([{ have: 42 }]);
  });

  it('is not asked for while its chunks are, nor without a connection, nor after the end', async () => {
    const w = await newWorld();
    w.online();
    await w.say(topic, snapshot.manifest);
    await wants(w);
    await forge(w);
    w.clock.advance(4_900);
    expect(await wants(w)).toEqual([]);
    w.broker.break({ code: 'closed', message: 'gone' });
    w.broker.reachable = false;
    await forge(w);
    w.clock.advance(60_000);
    expect(w.clock.waits()).not.toContain('edge manifest');
    const ended = await newWorld();
    ended.online();
    void ended.edge.stop();
    expect(ended.clock.waits()).not.toContain('edge manifest');
  });
});
