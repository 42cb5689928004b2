// What the office sends instead of a snapshot: what changed since, where it still knows all of that and it is less.

import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplicaDocument } from '../../../config/types.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { joseRead } from '../../support/jose-signer.ts';
import { digestOf } from '../sync/fake-office.ts';
import { credential, customer, dump, people, replica, startMs } from './bench.ts';
import { base, OfficeBench } from './office-bench.ts';

let b: OfficeBench;
beforeEach(async () => {
  b = await OfficeBench.make();
});
afterEach(() => b.close());

function load(document: ReplicaDocument, { force = false, days = 0 } = {}): void {
  importReplica(b.bench.open(), document, { force, nowMs: startMs + days * 86_400_000 });
}

/** Loads it, and lets the office publish it. */
function publish(revision: number, records: Partial<ReplicaDocument['records']>): void {
  load(replica(revision, records));
  b.run(2_000);
}

interface Told {
  readonly from: number;
  readonly to: number;
  readonly part: number;
  readonly parts: number;
  readonly operations: readonly (readonly unknown[])[];
}

/** Deltas so far on a topic, oldest first. */
function deltas(to: string): Promise<Told[]> {
  const topic = `${base}/${to}replica/delta`;
  const found = b.broker.published.filter((message) => message.topic === topic);
  return Promise.all(
    found.map(async ({ payload }) => (await joseRead(topic, payload, b.officeKey)) as unknown as Told),
  );
}

async function answer(have: number): Promise<{ deltas: Told[]; chunks: number }> {
  b.run(10_000);
  const [before, chunksBefore] = [(await deltas('front-desk/')).length, b.chunkTopics().length];
  await b.want('front-desk', { have });
  b.run(10_000);
  return {
    deltas: (await deltas('front-desk/')).slice(before),
    chunks: b.chunkTopics().length - chunksBefore,
  };
}

const many = people(300);

describe('what changed', () => {
  it('is told before the manifest, signed, not retained, and with hashes in place of values', async () => {
    publish(1, { customers: many, credentials: [credential('k1', '04A1'), credential('k2', '04A2')] });
    b.start();
    b.run(2_000);
    publish(2, {
      customers: [...many.slice(1), customer('c7', 'Zoe')].filter(({ id, name }) => id !== 'c7' || name === 'Zoe'),
      credentials: [credential('k1', '04A1'), credential('k2', '04A3')],
    });
    const told = b.broker.on(/replica\/(delta|manifest)$/).map(({ topic, retain }) => `${topic} ${retain}`);
    expect(told.slice(-2)).toEqual([`${base}/replica/delta false`, `${base}/replica/manifest true`]);
    const [delta] = await deltas('');
    expect(delta).toMatchObject({ from: 1, to: 2, part: 0, parts: 1 });
    expect(delta?.operations.map(([does, kind, what]) => [does, kind, (what as { id?: string }).id ?? what])).toEqual([
      ['put', 'credentials', 'k2'],
      ['delete', 'customers', 'c0'],
      ['put', 'customers', 'c7'],
    ]);
    expect(JSON.stringify(delta)).not.toMatch(/04A3|"value"/);
  });

  it('between two that were published is one delta, however many imports there were, and digests are those of the records', async () => {
    publish(1, { customers: many });
    b.start();
    b.run(2_000);
    load(replica(2, { customers: [...many, customer('new')] }));
    load(replica(3, { customers: [...many, customer('new', 'again'), customer('brief')] }));
    publish(4, { customers: [...many.slice(2), customer('new', 'last')], badgeKeys: ['key'] });
    const [delta, ...more] = await deltas('');
    expect(more).toEqual([]);
    expect(delta).toMatchObject({ from: 1, to: 4 });
    expect(delta?.operations).toEqual([
      ['put', 'badgeKeys', 'key'],
      ['delete', 'customers', 'c0'],
      ['delete', 'customers', 'c1'],
      ['put', 'customers', customer('new', 'last')],
    ]);
    const rows = [...many.slice(2), customer('new', 'last')].map((one) => ['customers', one]);
    expect((await b.manifests()).at(-1)?.digest).toBe(digestOf([...rows, ['badgeKeys', 'key']]));
    expect(dump(b.store, 'changes')).toEqual([]);
  });

  it('of records without ids is a delete of what was and a put of what is', async () => {
    const rule = (plan: string) => {
      return {
        accessPoint: 'door',
        allow: { plans: [plan], teams: [], customers: [], timePasses: [] },
        schedule: null,
      };
    };
    publish(1, { customers: many, accessRules: [rule('a'), rule('b')] });
    b.start();
    b.run(2_000);
    publish(2, { customers: many, accessRules: [rule('b')] });
    expect((await deltas(''))[0]?.operations).toEqual([
      ['delete', 'accessRules', rule('a')],
      ['put', 'accessRules', rule('b')],
      ['delete', 'accessRules', rule('b')],
    ]);
  });
});

describe('a controller that wants a newer revision', () => {
  beforeEach(() => {
    publish(1, { customers: many });
    b.start();
    b.run(2_000);
    for (let revision = 2; revision < 6; revision++)
      publish(revision, { customers: [...many, customer('x', `${revision}`)] });
  });

  it('gets the chain of deltas from what it has', async () => {
    const { deltas: chain, chunks } = await answer(2);
    expect(chain.map(({ from, to }) => [from, to])).toEqual([
      [2, 3],
      [3, 4],
      [4, 5],
    ]);
    expect(chunks).toBe(0);
  });

  it.each([
    ['it has none, or wants it whole', 0],
    ['its revision was never published', 77],
  ])('gets the snapshot where %s', async (_, have) => {
    if (have > 5) load(replica(90, { customers: many }));
    b.run(2_000);
    const { deltas: chain, chunks } = await answer(have);
    expect([chain, chunks > 0]).toEqual([[], true]);
  });

  it('gets the snapshot where the deltas would be more to send, and those are not kept', async () => {
    for (let revision = 10; revision < 40; revision++)
      publish(revision, { customers: people(300).map(({ id }) => customer(id, `${revision}`)) });
    const { deltas: chain, chunks } = await answer(5);
    expect([chain, chunks > 0]).toEqual([[], true]);
    expect(dump(b.store, 'deltas').length).toBeLessThan(3);
  });

  it('gets the snapshot where another site key made all hashes others', async () => {
    await b.office.stop();
    b.newOffice({ siteKey: new Uint8Array(32).fill(8) });
    b.start();
    b.run(2_000);
    const { deltas: chain, chunks } = await answer(5);
    expect([chain, chunks > 0]).toEqual([[], true]);
  });
});

describe('a change of many records', () => {
  it('is cut into parts, and not told to all', async () => {
    // Nothing that packs well.
    const names = Array.from({ length: 2_000 }, (_, n) =>
      customer(`c${n}`, createHash('sha256').update(`${n}`).digest('hex')),
    );
    publish(1, { customers: names });
    b.start();
    b.run(2_000);
    publish(2, { customers: names.map((one, n) => (n < 500 ? { ...one, name: 'other' } : one)) });
    expect(await deltas('')).toEqual([]);
    const { deltas: chain } = await answer(1);
    expect(chain.length).toBeGreaterThan(1);
    expect(chain.map(({ part, parts }) => [part, parts])).toEqual(chain.map((_, n) => [n, chain.length]));
    expect(chain.flatMap(({ operations }) => operations)).toHaveLength(500);
  });
});

describe('a list that shrinks in several imports', () => {
  it('is refused like one that does at once, unless that is meant', () => {
    load(replica(1, { customers: people(100) }));
    load(replica(2, { customers: people(90) }), { days: 1 });
    load(replica(3, { customers: people(80) }), { days: 2 });
    const less = replica(4, { customers: people(79) });
    expect(() => load(less, { days: 3 })).toThrow(/customers would go from 100 to 79 within 30 days.*--force/);
    load(less, { days: 3, force: true });
    load(replica(5, { customers: people(64) }), { days: 4 });
  });

  it('over a long time needs no word, and the controllers are told that it is meant', async () => {
    const shrinkMeant = async (): Promise<unknown> => (await b.manifests()).at(-1)?.shrinkMeant;
    load(replica(1, { customers: people(100) }));
    b.start();
    for (const [n, count] of [90, 80].entries())
      load(replica(n + 2, { customers: people(count) }), { days: 40 * (n + 1) });
    b.run(2_000);
    expect(await shrinkMeant()).toBe(false);
    await b.status('front-desk', { online: true, revision: 3 });
    b.run(2_000);
    load(replica(4, { customers: people(79) }), { days: 120 });
    b.run(2_000);
    expect(await shrinkMeant()).toBe(true);
    await b.status('front-desk', { online: true, revision: 4 });
    b.run(2_000);
    load(replica(5, { customers: people(78) }), { days: 160 });
    b.run(2_000);
    expect(await shrinkMeant()).toBe(false);
  });
});
