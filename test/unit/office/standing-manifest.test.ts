// What stands at the broker in the manifest's place: the office's own, whatever somebody puts over it, at a bounded price.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importReplica } from '../../../sync/office/import/import.ts';
import { people, replica, startMs } from './bench.ts';
import { base, OfficeBench } from './office-bench.ts';

const topic = `${base}/replica/manifest`;
let b: OfficeBench;
beforeEach(async () => {
  b = await OfficeBench.make();
});
afterEach(() => b.close());

function load(revision: number): void {
  importReplica(b.bench.open(), replica(revision, { customers: people(revision) }), { force: false, nowMs: startMs });
}

const texts = (): string[] => b.broker.on(/manifest$/).map(({ payload }) => String(payload));

/** The broker gives back what was published last, as it does to whoever subscribes. */
function giveBack(): void {
  b.broker.message(topic, texts().at(-1) ?? '');
}

async function started(): Promise<void> {
  load(7);
  b.start();
  b.run(1_000);
  expect(await b.manifests()).toHaveLength(1);
}

const counted = (): number => b.office.counters().refused['manifest-replaced'] ?? 0;

describe('a manifest that somebody else replaces', () => {
  it.each([
    ['a forged one', 'x.y.z'],
    ['nothing', ''],
  ])('is put back at once, the same to the byte: %s', async (_, forged) => {
    await started();
    giveBack();
    b.broker.message(topic, forged);
    expect(texts()).toHaveLength(2);
    expect(texts()[1]).toBe(texts()[0]);
    expect(b.broker.on(/manifest$/)[1]?.retain).toBe(true);
    expect(counted()).toBe(1);
    expect(b.log.at(-1)).toContain('refused: manifest-replaced');
  });

  it('is put back where what took its place was too long to be read', async () => {
    await started();
    giveBack();
    b.broker.oversized(topic, 6_000_000);
    expect(texts()).toHaveLength(2);
    expect(b.office.counters().refused).toEqual({ 'too-long': 1, 'manifest-replaced': 1 });
  });

  it('is put back also where it was an older one of the office itself', async () => {
    await started();
    load(8);
    b.run(2_000);
    const [older = '', newer] = texts();
    giveBack();
    b.broker.message(topic, older);
    expect(texts()).toEqual([older, newer, newer]);
  });

  it('is put back every five seconds at most, however often it is replaced, and in the end', async () => {
    await started();
    giveBack();
    for (let n = 0; n < 200; n++) {
      b.broker.message(topic, `forged ${n}`);
      giveBack();
      b.broker.message(topic, `forged again ${n}`);
      b.run(100);
    }
    b.run(5_000);
    expect(texts().length).toBeGreaterThanOrEqual(5);
    expect(texts().length).toBeLessThanOrEqual(7);
    expect(new Set(texts()).size).toBe(1);
    expect(b.log.filter((line) => line.includes('manifest-replaced'))).toHaveLength(1);
    giveBack();
    const count = texts().length;
    b.run(60_000);
    expect(texts()).toHaveLength(count);
  });

  it('is not put back where the broker still gives what stood there before it', async () => {
    await started();
    b.broker.message(topic, 'what stood there');
    giveBack();
    b.run(60_000);
    expect(texts()).toHaveLength(1);
    expect(counted()).toBe(0);
  });

  it('is put back within five seconds where the broker never gave it back', async () => {
    await started();
    b.broker.message(topic, 'forged');
    b.run(5_000);
    expect(texts()).toHaveLength(2);
    giveBack();
    b.run(60_000);
    expect(texts()).toHaveLength(2);
  });

  it('is put back once the broker takes it', async () => {
    await started();
    giveBack();
    b.broker.room = 0;
    b.broker.message(topic, 'forged');
    expect(texts()).toHaveLength(1);
    b.broker.room = 1;
    b.run(5_000);
    expect(texts()).toHaveLength(2);
  });

  it('is left alone where the office has none of its own, or is not connected', async () => {
    b.start();
    b.broker.message(topic, 'forged');
    b.run(60_000);
    expect(texts()).toEqual([]);
    load(7);
    b.run(2_000);
    b.broker.message(topic, 'forged');
    b.broker.down();
    b.run(400);
    expect(texts()).toHaveLength(1);
    expect(b.office.counters().refused).toEqual({});
  });
});

describe('a controller that asks', () => {
  it.each([0, 7])('and has revision %d sees the manifest again, every five seconds at most', async (have) => {
    await started();
    b.run(4_000);
    for (let n = 0; n < 40; n++) {
      await b.want('front-desk', { have });
      await b.want('back-door', { have }, b.back);
      b.run(500);
    }
    expect(texts().length).toBeGreaterThanOrEqual(4);
    expect(texts().length).toBeLessThanOrEqual(5);
    expect(new Set(texts()).size).toBe(1);
    expect(b.chunkTopics().length > 0).toBe(have === 0);
  });

  it('for chunks of the revision that stands has seen it', async () => {
    await started();
    b.run(10_000);
    await b.want('front-desk', { have: 0, missing: { revision: 7, from: 1 } });
    expect(texts()).toHaveLength(1);
    await b.want('front-desk', { have: 0, missing: { revision: 6, from: 1 } });
    expect(texts()).toHaveLength(2);
  });

  it('without a key of its own is not heard', async () => {
    await started();
    b.run(10_000);
    await b.want('front-desk', { have: 0 }, b.stranger);
    expect(texts()).toHaveLength(1);
  });
});
