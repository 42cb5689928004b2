// Replicas on their way in: whole and checked, or not at all, and never older than what is there.

import { describe, expect, it } from 'vitest';
import type { InstalledReplica } from '../../../sync/edge/ports.ts';
import { base, newWorld, own, startMs, type World } from './edge-world.ts';
import {
  customerLine,
  customersSnapshot,
  type FakeSnapshot,
  newParty,
  readAs,
  signAs,
  snapshotOf,
} from './fake-office.ts';

const iso = (seconds: number): string => new Date(startMs + seconds * 1000).toISOString();

async function wants(w: World): Promise<unknown[]> {
  return Promise.all(w.broker.take('/want').map((message) => readAs(w.controller, message)));
}

function announce(w: World, { manifest }: FakeSnapshot, more: object = {}): Promise<void> {
  return w.say(`${base}/replica/manifest`, { ...manifest, ...more });
}

function chunk(w: World, { manifest, chunks }: FakeSnapshot, n: number, to: 'own' | 'all' = 'own'): void {
  const prefix = to === 'own' ? own : base;
  w.broker.deliver(`${prefix}/replica/chunk/${manifest.revision}/${n}`, chunks[n] ?? Buffer.alloc(0));
}

const installed = (revision: number, customers: number): InstalledReplica => ({
  revision,
  sha256: 'a'.repeat(64),
  counts: { customers, credentials: 0 },
  digest: null,
  most: null,
});

/** The public key of RFC 8037, appendix A. */
const backKey = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

describe('a newer replica', () => {
  it('is asked for, taken chunk by chunk, and ready when it is whole', async () => {
    const w = await newWorld({ installed: installed(41, 10) });
    w.online();
    const snapshot = customersSnapshot(42, 10, 3, {
      issuedAt: iso(7),
      controllers: [{ id: 'back', publicKey: backKey }],
    });
    await announce(w, snapshot);
    expect(await wants(w)).toEqual([{ have: 41 }]);
    chunk(w, snapshot, 0);
    chunk(w, snapshot, 1, 'all');
    expect(w.host.ready).toEqual([]);
    chunk(w, snapshot, 2);
    expect(w.host.ready).toEqual([
      {
        file: 'replica-42',
        replica: {
          revision: 42,
          sha256: snapshot.manifest.sha256,
          counts: { customers: 10 },
          digest: null,
          most: { customers: 10, credentials: 0 },
          how: 'snapshot',
          issuedAtMs: startMs + 7000,
          controllers: [{ id: 'back', publicKey: backKey }],
        },
      },
    ]);
    expect(w.sink.finished[0]?.rows.map(([kind, record]) => `${kind} ${(record as { id: string }).id}`)).toEqual(
      Array.from({ length: 10 }, (_, n) => `customers c${n}`),
    );
    expect(w.host.reasons()).toEqual([]);
    expect(w.clock.waits()).not.toContain('edge chunks');
  });

  it('is the first one: it has nothing', async () => {
    const w = await newWorld();
    w.online();
    await announce(w, customersSnapshot(1, 5, 1));
    expect(await wants(w)).toEqual([{ have: 0 }]);
  });

  it('is confirmed once it decides, by manifests that are newer than the last', async () => {
    const w = await newWorld({ installed: installed(41, 10) });
    w.online();
    const snapshot = customersSnapshot(42, 10, 1);
    await announce(w, snapshot, { issuedAt: iso(1) });
    chunk(w, snapshot, 0);
    await announce(w, snapshot, { issuedAt: iso(2) });
    expect(w.host.confirmed).toEqual([]);
    w.edge.replicaInstalled(42);
    await announce(w, snapshot, { issuedAt: iso(3) });
    await announce(w, snapshot, { issuedAt: iso(2) });
    await announce(w, snapshot, { issuedAt: iso(3) });
    await announce(w, snapshot, { issuedAt: iso(4) });
    expect(w.host.confirmed).toEqual([
      [42, startMs + 3000],
      [42, startMs + 4000],
    ]);
    expect(w.broker.take('/want')).toHaveLength(1);
  });

  it('is confirmed at most once a minute by an office that names no instant', async () => {
    const w = await newWorld({
      installed: { ...installed(42, 10), sha256: customersSnapshot(42, 10, 1).manifest.sha256 },
    });
    w.online();
    for (let n = 0; n < 100; n++) await announce(w, customersSnapshot(42, 10, 1));
    w.clock.advance(60_000);
    await announce(w, customersSnapshot(42, 10, 1));
    expect(w.host.confirmed).toEqual([
      [42, null],
      [42, null],
    ]);
  });

  it('overtakes one that is on its way, and leaves nothing of it', async () => {
    const w = await newWorld();
    w.online();
    const [older, newer] = [customersSnapshot(42, 10, 3), customersSnapshot(43, 10, 2)];
    await announce(w, older);
    chunk(w, older, 0);
    await announce(w, newer);
    chunk(w, older, 1);
    chunk(w, newer, 0);
    chunk(w, older, 2);
    chunk(w, newer, 1);
    expect(w.host.ready.map(({ file }) => file)).toEqual(['replica-43']);
    expect(w.sink.aborted).toBe(1);
    await announce(w, older);
    expect(w.host.reasons()).toEqual(['replica/older-revision']);
  });

  it('that the daemon could not install is fetched again with the next manifest', async () => {
    const w = await newWorld();
    w.online();
    const snapshot = customersSnapshot(42, 10, 1);
    await announce(w, snapshot);
    chunk(w, snapshot, 0);
    w.edge.replicaFailed(42);
    await wants(w);
    await announce(w, snapshot);
    expect(await wants(w)).toEqual([{ have: 0 }]);
    chunk(w, snapshot, 0);
    expect(w.host.ready).toHaveLength(2);
  });

  it('passes over kinds and keys of a newer office', async () => {
    const w = await newWorld();
    w.online();
    const header = {
      format: 'cardea-snapshot/1',
      site: 'riverside',
      revision: 42,
      counts: { customers: 1, lockers: 2 },
      x: 1,
    };
    const text = `${JSON.stringify(header)}\n["lockers",{"id":"l1"}]\n${customerLine('c1')}["lockers",{"id":"l2"}]\n`;
    const snapshot = snapshotOf(42, [text], { colour: 'red' });
    await announce(w, snapshot);
    chunk(w, snapshot, 0);
    expect(w.host.ready[0]?.replica.counts).toEqual({ customers: 1 });
  });
});

describe('chunks', () => {
  it('may come twice and out of order', async () => {
    const w = await newWorld();
    w.online();
    const snapshot = customersSnapshot(42, 20, 5);
    await announce(w, snapshot);
    for (const n of [3, 1, 1, 0, 0, 2, 3, 4]) chunk(w, snapshot, n);
    expect(w.sink.finished[0]?.rows).toHaveLength(20);
    expect(w.host.reasons()).toEqual([]);
  });

  it('that are missing are asked for again, from the first that is, at growing intervals, then no more', async () => {
    const w = await newWorld();
    w.online();
    const snapshot = customersSnapshot(42, 20, 5);
    await announce(w, snapshot);
    await wants(w);
    chunk(w, snapshot, 0);
    chunk(w, snapshot, 1);
    chunk(w, snapshot, 3);
    const times: number[] = [];
    const begunMs = w.clock.now().sinceBootMs;
    for (let n = 0; n < 3600; n++) {
      w.clock.advance(1000);
      for (const want of await wants(w)) {
        expect(want).toEqual({ have: 0, missing: { revision: 42, from: 2 } });
        times.push((w.clock.now().sinceBootMs - begunMs) / 1000);
      }
    }
    expect(times).toHaveLength(8);
    expect(times[0]).toBeLessThanOrEqual(10);
    expect(times.every((at, n) => n === 0 || at - (times[n - 1] ?? 0) <= 120)).toBe(true);
    expect(w.host.reasons()).toEqual(['replica/no-answer']);
    chunk(w, snapshot, 2);
    chunk(w, snapshot, 4);
    expect(w.host.ready).toHaveLength(1);
  });

  it('are asked for again when the office says its manifest anew, or a connection is new', async () => {
    const w = await newWorld();
    w.online();
    const snapshot = customersSnapshot(42, 20, 5);
    await announce(w, snapshot, { issuedAt: iso(1) });
    expect(await wants(w)).toHaveLength(1);
    w.clock.advance(2_000);
    await announce(w, snapshot, { issuedAt: iso(1) });
    expect(await wants(w)).toHaveLength(0);
    await announce(w, snapshot, { issuedAt: iso(2) });
    expect(await wants(w)).toHaveLength(1);
    w.broker.break({ code: 'closed', message: 'gone' });
    w.clock.advance(1_100);
    expect(await wants(w)).toHaveLength(1);
  });

  it('that are not what the manifest says are refused, and change nothing', async () => {
    const w = await newWorld();
    w.online();
    const snapshot = customersSnapshot(42, 20, 2);
    await announce(w, snapshot);
    chunk(w, snapshot, 0);
    const corrupt = Buffer.from(snapshot.chunks[1] ?? []);
    corrupt.writeUInt8((corrupt[20] ?? 0) ^ 1, 20);
    w.broker.deliver(`${own}/replica/chunk/42/1`, corrupt);
    w.broker.deliver(`${own}/replica/chunk/42/1`, corrupt.subarray(1));
    w.broker.deliver(`${own}/replica/chunk/42/1`, snapshot.chunks[0] ?? '');
    w.broker.deliver(`${own}/replica/chunk/42/7`, corrupt);
    w.broker.deliver(`${own}/replica/chunk/99/0`, corrupt);
    expect(w.host.reasons()).toEqual(['replica/chunk']);
    chunk(w, snapshot, 1);
    expect(w.host.ready).toHaveLength(1);
  });

  it('are held ahead of their turn only so many, and only checked ones', async () => {
    const w = await newWorld();
    w.online();
    const snapshot = customersSnapshot(42, 40, 20);
    await announce(w, snapshot);
    for (let n = 19; n > 0; n--) chunk(w, snapshot, n);
    chunk(w, snapshot, 0);
    await wants(w);
    w.clock.advance(10_000);
    expect(await wants(w)).toEqual([{ have: 0, missing: { revision: 42, from: 9 } }]);
    for (let n = 9; n < 20; n++) chunk(w, snapshot, n);
    expect(w.sink.finished[0]?.rows).toHaveLength(40);
  });
});

describe('what is refused', () => {
  async function refusedWith(snapshot: FakeSnapshot, reason: string, before?: InstalledReplica): Promise<World> {
    const w = await newWorld({ installed: before ?? null });
    w.online();
    await announce(w, snapshot);
    snapshot.chunks.forEach((_, n) => {
      chunk(w, snapshot, n);
    });
    expect(w.host.ready).toEqual([]);
    expect(w.sink.finished).toEqual([]);
    expect(w.sink.aborted).toBe(w.sink.begun);
    expect(w.host.reasons()).toEqual([`replica/${reason}`]);
    return w;
  }

  it('an older revision than the installed one', async () => {
    const w = await refusedWith(customersSnapshot(41, 10, 1), 'older-revision', installed(42, 10));
    expect(w.broker.take('/want')).toEqual([]);
  });

  it('other contents under the installed revision', async () => {
    const w = await refusedWith(customersSnapshot(42, 10, 1), 'revision-conflict', installed(42, 10));
    expect(w.broker.take('/want')).toEqual([]);
  });

  it('other contents under the revision that is on its way, unless the office said them later', async () => {
    const w = await newWorld();
    w.online();
    await announce(w, customersSnapshot(42, 10, 2), { issuedAt: iso(5) });
    await announce(w, customersSnapshot(42, 11, 2), { issuedAt: iso(4) });
    expect(w.host.reasons()).toEqual(['replica/revision-conflict']);
    const later = customersSnapshot(42, 12, 1);
    await announce(w, later, { issuedAt: iso(6) });
    chunk(w, later, 0);
    expect(w.sink.finished[0]?.rows).toHaveLength(12);
  });

  it('more than a fifth fewer customers, unless that is meant', async () => {
    await refusedWith(customersSnapshot(42, 79, 4), 'shrinks', installed(41, 100));
    for (const snapshot of [customersSnapshot(42, 80, 4), customersSnapshot(42, 1, 1, { shrinkMeant: true })]) {
      const w = await newWorld({ installed: installed(41, 100) });
      w.online();
      await announce(w, snapshot);
      snapshot.chunks.forEach((_, n) => {
        chunk(w, snapshot, n);
      });
      expect(w.host.ready).toHaveLength(1);
    }
  });

  it('a larger one than fits, before a byte of it is asked for', async () => {
    const w = await newWorld({ settings: { maxReplicaBytes: 500 } });
    w.online();
    await announce(w, customersSnapshot(42, 10, 2));
    expect(w.host.reasons()).toEqual(['replica/too-large']);
    expect(w.broker.take('/want')).toEqual([]);
    const narrow = await newWorld({ settings: { maxMessageBytes: 800 } });
    narrow.online();
    const { manifest } = customersSnapshot(43, 10, 1);
    await announce(narrow, { manifest: { ...manifest, chunks: [{ sha256: 'a'.repeat(64), bytes: 801 }] }, chunks: [] });
    expect(narrow.host.reasons()).toEqual(['replica/too-large']);
  });

  const header = (over: object): string =>
    `${JSON.stringify({ format: 'cardea-snapshot/1', site: 'riverside', revision: 42, counts: { customers: 1 }, ...over })}\n`;

  it.each([
    ['other-site', [header({ site: 'elsewhere' }), customerLine('c1')]],
    ['other-revision', [header({ revision: 43 }), customerLine('c1')]],
    ['header', [header({ format: 'cardea-snapshot/2' }), customerLine('c1')]],
    ['header', [customerLine('c1')]],
    ['counts', [header({ counts: { customers: 2 } }), customerLine('c1')]],
    ['counts', [header({ counts: {} }), customerLine('c1')]],
    ['row', [header({}), '["customers",{"id":"c1"}]\n']],
    ['row', [header({}), 'hello\n']],
    ['chunk', [header({}), customerLine('c1').trimEnd()]],
  ])('a snapshot that is wrong in itself: %s', async (reason, texts) => {
    const snapshot = snapshotOf(42, texts);
    const w = await refusedWith(snapshot, reason);
    // The same one is not fetched a second time; a corrected one is.
    await wants(w);
    await announce(w, snapshot);
    expect(await wants(w)).toEqual([]);
    const mended = customersSnapshot(42, 3, 1);
    await announce(w, mended);
    chunk(w, mended, 0);
    expect(w.host.ready).toHaveLength(1);
  });

  it('a whole that is not what the manifest says, though each chunk is', async () => {
    const snapshot = customersSnapshot(42, 10, 2);
    const wrong = (over: object): FakeSnapshot => ({ ...snapshot, manifest: { ...snapshot.manifest, ...over } });
    await refusedWith(wrong({ sha256: 'b'.repeat(64) }), 'hash');
    await refusedWith(wrong({ bytes: snapshot.manifest.bytes + 1 }), 'length');
    await refusedWith(wrong({ bytes: snapshot.manifest.bytes - 1 }), 'too-large');
  });

  it('a chunk that unpacks without end', async () => {
    const bomb = snapshotOf(42, ['\n'.repeat(5_000_000)]);
    await refusedWith({ ...bomb, manifest: { ...bomb.manifest, bytes: 900_000 } }, 'too-large');
  });

  it.each(['begin', 'add', 'finish'] as const)(
    'what the disk cannot take (%s), until the next manifest',
    async (failAt) => {
      const w = await newWorld();
      w.online();
      const snapshot = customersSnapshot(42, 10, 1);
      w.sink.failAt = failAt;
      await announce(w, snapshot);
      chunk(w, snapshot, 0);
      expect(w.host.refusals[0]?.detail).toContain('no space left');
      expect(w.host.reasons()).toEqual(['replica/build']);
      w.sink.failAt = null;
      await announce(w, snapshot);
      chunk(w, snapshot, 0);
      expect(w.host.ready).toHaveLength(1);
    },
  );

  it('manifests that the office did not sign for this topic', async () => {
    const w = await newWorld();
    w.online();
    const topic = `${base}/replica/manifest`;
    const { manifest } = customersSnapshot(42, 10, 1);
    const stranger = await newParty();
    w.broker.deliver(topic, JSON.stringify(manifest));
    w.broker.deliver(topic, await signAs(stranger, topic, manifest));
    w.broker.deliver(topic, await signAs({ ...stranger, kid: w.office.kid }, topic, manifest));
    w.broker.deliver(topic, await signAs(w.office, `${own}/command`, manifest));
    w.broker.deliver(topic, await signAs(w.controller, topic, manifest));
    await w.say(topic, { ...manifest, chunks: 'many' });
    expect(w.broker.take('/want')).toEqual([]);
    expect(w.host.reasons()).toEqual([
      'replica/malformed',
      'replica/unknown-key',
      'replica/bad-signature',
      'replica/wrong-topic',
      'replica/payload',
    ]);
  });
});
