// Deltas on their way in, by an office that shares no code with us, onto real files: each leads to the revision of the manifest, or
// to nothing but a snapshot that is asked for.

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { install } from '../../../db/replica/builder.ts';
import { ReplicaFiles } from '../../../db/replica/files.ts';
import type { ReplicaRow } from '../../../db/replica/header.ts';
import { openReplica } from '../../../db/replica/store.ts';
import type { InstalledReplica } from '../../../sync/edge/ports.ts';
import { contentOf } from '../../support/replica-content.ts';
import { base, newWorld, own, type World } from './edge-world.ts';
import { digestOf, type FakeSnapshot, newParty, readAs, rowsSnapshot, signAs } from './fake-office.ts';

type Row = readonly ['customers', Extract<ReplicaRow, readonly ['customers', unknown]>[1]];

const person = (id: string, name = id): Row => [
  'customers',
  { id, name, registeredWith: [], teams: [], disabled: false },
];
const people = (count: number): Row[] => Array.from({ length: count }, (_, n) => person(`c${n}`));
const put = ([kind, record]: readonly [string, unknown]): unknown[] => ['put', kind, record];

interface Office {
  readonly w: World;
  readonly file: string;
  installed(): InstalledReplica;
  announce(snapshot: FakeSnapshot, more?: object): Promise<void>;
  chunks(snapshot: FakeSnapshot): void;
  delta(delta: object, to?: string): Promise<void>;
  wants(): Promise<unknown[]>;
  /** Lets what is applied be done, and puts what is ready in its place. */
  settle(): { how: string; revision: number }[];
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function at41(rows: readonly Row[] = people(10), known: Partial<InstalledReplica> = {}): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-delta-'));
  folders.push(folder);
  const file = join(folder, 'replica.db');
  const files = new ReplicaFiles(file);
  const counts = { customers: rows.length };
  const most = { customers: rows.length, credentials: 0 };
  const facts = { revision: 41, sha256: 'a'.repeat(64), counts, digest: digestOf(rows), most };
  const builder = files.begin({ site: 'riverside', peers: [], ...facts });
  for (const row of rows) builder.add(...row);
  install(builder.finish(), file);
  const w = await newWorld({ installed: { ...facts, ...known }, replicas: files });
  w.online();
  const says = (topic: string, payload: object): Promise<void> => w.say(topic, payload);
  return {
    w,
    file,
    installed: () => {
      const store = openReplica(file);
      const { revision, sha256, counts: has, digest, most: had } = store;
      store.close();
      return { revision, sha256, counts: has, digest, most: had };
    },
    announce: ({ manifest }, more = {}) => says(`${base}/replica/manifest`, { ...manifest, ...more }),
    chunks: ({ manifest, chunks }) => {
      for (const [n, chunk] of chunks.entries()) {
        w.broker.deliver(`${own}/replica/chunk/${manifest.revision}/${n}`, chunk);
      }
    },
    delta: (delta, to = own) => says(`${to}/replica/delta`, delta),
    wants: () => Promise.all(w.broker.take('/want').map((message) => readAs(w.controller, message))),
    settle: () => {
      w.clock.advance(1);
      return w.host.ready.splice(0).map(({ file: next, replica: { how, revision } }) => {
        install(next, file);
        w.edge.replicaInstalled(revision);
        return { how, revision };
      });
    },
  };
}

const ten = people(10);
const after = [...ten.slice(1), person('c10')];
const to42 = { from: 41, to: 42, operations: [put(person('c10')), ['delete', 'customers', 'c0']] };

/** RFC 8037 appendix A. */
const backKey = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

describe('a delta', () => {
  it('that comes before its manifest makes the next replica, and nothing is asked for', async () => {
    const o = await at41();
    const snapshot = rowsSnapshot(42, after, { controllers: [{ id: 'back', publicKey: backKey }] });
    await o.delta(to42, base);
    expect(o.settle()).toEqual([]);
    await o.announce(snapshot);
    expect(o.settle()).toEqual([{ how: 'delta', revision: 42 }]);
    expect(await o.wants()).toEqual([]);
    const { sha256, digest } = snapshot.manifest;
    expect(contentOf(o.file)).toMatchObject({
      revision: 42,
      sha256,
      digest,
      counts: { customers: 10 },
      most: { customers: 10, credentials: 0 },
      peers: [{ id: 'back', publicKey: backKey }],
      customers: after.map(([, { id }]) => `["${id}","${id}","[]","[]",0]`).sort(),
    });
    expect(o.w.host.reasons()).toEqual([]);
  });

  it('is asked for by a controller that was away, as a chain of parts in their order, whatever comes twice', async () => {
    const o = await at41();
    const named = [...after.slice(1), person('c1', 'Ann')];
    await o.announce(rowsSnapshot(44, named));
    expect(await o.wants()).toEqual([{ have: 41 }]);
    const parts = [
      { from: 41, to: 42, part: 0, parts: 2, operations: [to42.operations[0]] },
      { from: 41, to: 42, part: 1, parts: 2, operations: [to42.operations[1]] },
      { from: 42, to: 44, operations: [put(person('c1', 'Ann'))] },
    ] as const;
    await o.delta(parts[2]);
    await o.delta(parts[1]);
    for (const part of parts) {
      await o.delta(part);
      await o.delta(part);
    }
    expect(o.settle()).toEqual([{ how: 'delta', revision: 44 }]);
    expect(o.installed().digest).toBe(digestOf(named));
    expect(o.w.host.reasons()).toEqual([]);
    expect(o.w.clock.waits()).not.toContain('edge chunks');
  });

  it('of which a part is lost is asked for again', async () => {
    const o = await at41();
    await o.announce(rowsSnapshot(42, after));
    await o.delta({ from: 41, to: 42, part: 0, parts: 2, operations: [to42.operations[0]] });
    await o.wants();
    o.w.clock.advance(10_000);
    expect(await o.wants()).toEqual([{ have: 41 }]);
    await o.delta({ from: 41, to: 42, part: 1, parts: 2, operations: [to42.operations[1]] });
    expect(o.settle()).toEqual([{ how: 'delta', revision: 42 }]);
  });

  it('gives one person the card of another', async () => {
    const card = (id: string, hash: string): readonly ['credentials', object] => {
      const times = { validFrom: null, expires: null, extendedUnlock: false, duress: false };
      return ['credentials', { id, type: 'card', customer: id, status: 'active', ...times, hash: hash.repeat(64) }];
    };
    const o = await at41();
    const one = [...ten, card('x', 'a'), card('y', 'b')];
    const two = [...ten, card('x', 'b'), card('y', 'a')];
    await o.delta({ from: 41, to: 42, operations: one.slice(10).map(put) });
    await o.announce(rowsSnapshot(42, one));
    o.settle();
    await o.delta({ from: 42, to: 43, operations: two.slice(10).map(put) });
    await o.announce(rowsSnapshot(43, two));
    expect(o.settle()).toEqual([{ how: 'delta', revision: 43 }]);
    expect(o.installed().digest).toBe(digestOf(two));
  });

  it('leads the replica of before further, in turns, and a copy where that one is no longer there', async () => {
    const o = await at41();
    let rows = ten;
    for (let revision = 42; revision < 50; revision++) {
      const more = person(`new${revision}`);
      rows = [...rows, more];
      await o.delta({ from: revision - 1, to: revision, operations: [put(more)] }, base);
      if (revision === 46) rmSync(`${o.file}.before`);
      const before = statSync(`${o.file}.before`, { throwIfNoEntry: false })?.ino;
      await o.announce(rowsSnapshot(revision, rows));
      expect(o.settle()).toEqual([{ how: 'delta', revision }]);
      // The very file, not a copy of the other: only pages that change are written.
      expect(statSync(o.file).ino === before).toBe(revision > 42 && revision !== 46);
      expect(contentOf(o.file)).toMatchObject({ revision, digest: digestOf(rows), counts: { customers: rows.length } });
      expect(readdirSync(join(o.file, '..')).sort()).toEqual(['replica.db', 'replica.db.before']);
    }
  });

  it('is left aside where a newer manifest overtakes it, or the snapshot is on its way', async () => {
    const o = await at41();
    await o.announce(rowsSnapshot(42, after));
    await o.announce(rowsSnapshot(43, people(11)));
    await o.delta(to42);
    await o.delta({ from: 42, to: 43, operations: [] });
    expect(o.settle()).toEqual([]);
    expect(o.w.host.reasons()).toEqual(['replica/delta-digest']);
    const snapshot = rowsSnapshot(44, people(12));
    await o.announce(snapshot);
    o.chunks(snapshot);
    await o.delta({ from: 41, to: 44, operations: [] });
    expect(o.settle()).toEqual([{ how: 'snapshot', revision: 44 }]);
  });

  it('that follows one that is being put in its place waits for that', async () => {
    const o = await at41();
    await o.delta(to42, base);
    await o.announce(rowsSnapshot(42, after));
    o.w.clock.advance(1);
    expect(o.w.host.ready).toHaveLength(1);
    const rows = [...after, person('c11')];
    await o.delta({ from: 42, to: 43, operations: [put(person('c11'))] }, base);
    await o.announce(rowsSnapshot(43, rows));
    o.chunks(rowsSnapshot(43, rows));
    expect([await o.wants(), o.w.host.ready.length]).toEqual([[], 1]);
    expect(o.settle()).toEqual([{ how: 'delta', revision: 42 }]);
    expect(o.settle()).toEqual([{ how: 'delta', revision: 43 }]);
    expect(o.installed().digest).toBe(digestOf(rows));
  });
});

describe('a wrong delta', () => {
  const cases: readonly [string, string, object][] = [
    ['from other contents than it says', 'delta-digest', { operations: [put(person('c10'))] }],
    ['that leaves something out', 'delta-digest', { operations: [to42.operations[0]] }],
    ['with another record', 'delta-digest', { operations: [put(person('c10', 'Eve')), to42.operations[1]] }],
    ['that deletes who is not there', 'delta-operation', { operations: [['delete', 'customers', 'nobody']] }],
    [
      'that deletes a rule that is not there',
      'delta-operation',
      { operations: [['delete', 'includes', { controller: 'a', epoch: 'b', through: 1 }]] },
    ],
    ['that puts somebody twice', 'delta-operation', { operations: [put(person('c10')), put(person('c10'))] }],
    ['with a record of no form', 'delta-row', { operations: [['put', 'customers', { id: 'c10' }]] }],
    ['with no operation', 'delta-row', { operations: [['turn', 'customers', 'c0']] }],
    [
      'with somebody of no owner',
      'delta-row',
      {
        operations: [
          put([
            'passes',
            {
              id: 'p',
              timePass: 'd',
              customer: null,
              team: null,
              source: 'sold',
              remainingMinutes: null,
              usedOn: null,
              usedBy: null,
              validFrom: null,
              expires: null,
              createdAt: null,
            },
          ]),
        ],
      },
    ],
  ];
  it.each(cases)('%s is refused, and mended by a snapshot', async (_, reason, wrong) => {
    const o = await at41();
    const before = contentOf(o.file);
    const snapshot = rowsSnapshot(42, after);
    await o.announce(snapshot);
    expect(await o.wants()).toEqual([{ have: 41 }]);
    await o.delta({ ...to42, ...wrong });
    expect(o.settle()).toEqual([]);
    expect(o.w.host.reasons()).toEqual([`replica/${reason}`]);
    expect(await o.wants()).toEqual([{ have: 0 }]);
    expect(contentOf(o.file)).toEqual(before);
    expect(readdirSync(join(o.file, '..'))).toEqual(['replica.db']);
    await o.delta(to42);
    expect(o.settle()).toEqual([]);
    o.chunks(snapshot);
    expect(o.settle()).toEqual([{ how: 'snapshot', revision: 42 }]);
    await o.delta({ from: 42, to: 43, operations: [put(person('c11'))] }, base);
    await o.announce(rowsSnapshot(43, [...after, person('c11')]));
    expect(o.settle()).toEqual([{ how: 'delta', revision: 43 }]);
  });

  it('that is forged, altered or of another topic says nothing', async () => {
    const o = await at41();
    const stranger = await newParty();
    const topic = `${own}/replica/delta`;
    await o.announce(rowsSnapshot(42, after));
    o.w.broker.deliver(topic, await signAs(stranger, topic, to42));
    const signed = await signAs(o.w.office, topic, to42);
    o.w.broker.deliver(topic, `${signed.slice(0, -8)}AAAAAAAA`);
    o.w.broker.deliver(`${base}/replica/delta`, signed);
    o.w.broker.deliver(topic, await signAs(o.w.office, topic, { ...to42, from: 42 }));
    expect(o.settle()).toEqual([]);
    expect(o.w.host.reasons()).toEqual([
      'replica/unknown-key',
      'replica/bad-signature',
      'replica/wrong-topic',
      'replica/payload',
    ]);
    await o.delta(to42);
    expect(o.settle()).toEqual([{ how: 'delta', revision: 42 }]);
  });

  it('of an earlier time, said again, changes nothing', async () => {
    const o = await at41();
    await o.delta({ from: 38, to: 41, operations: [] }, base);
    await o.delta({ from: 40, to: 45, operations: [] });
    await o.announce(rowsSnapshot(42, after));
    await o.delta({ from: 41, to: 43, operations: [] });
    expect(o.settle()).toEqual([]);
    await o.delta(to42);
    expect(o.settle()).toEqual([{ how: 'delta', revision: 42 }]);
    expect(o.w.host.reasons()).toEqual([]);
  });

  it('is not tried by a controller that does not know what its replica is', async () => {
    const o = await at41(ten, { digest: null });
    await o.announce(rowsSnapshot(42, after));
    expect(await o.wants()).toEqual([{ have: 0 }]);
    await o.delta(to42);
    expect(o.settle()).toEqual([]);
  });

  it('is possible once the manifest said what the installed one is', async () => {
    const o = await at41(ten, { digest: null });
    const { manifest } = rowsSnapshot(41, ten);
    await o.w.say(`${base}/replica/manifest`, { ...manifest, sha256: 'a'.repeat(64) });
    await o.delta(to42, base);
    await o.announce(rowsSnapshot(42, after));
    expect(o.settle()).toEqual([{ how: 'delta', revision: 42 }]);
  });

  it('of more than is held is given up', async () => {
    const o = await at41();
    await o.announce(rowsSnapshot(42, after));
    await o.wants();
    const long = 'x'.repeat(130_000);
    for (let part = 0; part < 98; part++) {
      await o.delta({ from: 41, to: 42, part, parts: 200, operations: [['put', 'customers', long]] });
    }
    expect(o.w.host.reasons()).toEqual(['replica/delta-too-large']);
    expect(await o.wants()).toEqual([{ have: 0 }]);
  });
});

describe('a list that becomes shorter by deltas', () => {
  const fewer = async (o: Office, revision: number, from: number, to: number, more: object = {}): Promise<unknown> => {
    const operations = ten.slice(to, from).map(([, { id }]) => ['delete', 'customers', id]);
    await o.delta({ from: revision - 1, to: revision, operations }, base);
    await o.announce(rowsSnapshot(revision, ten.slice(0, to)), more);
    return o.settle();
  };

  it('by more than a fifth at once is refused, and its snapshot not asked for', async () => {
    const o = await at41();
    expect(await fewer(o, 42, 10, 7)).toEqual([]);
    expect(o.w.host.reasons()).toEqual(['replica/shrinks']);
    expect(await o.wants()).toEqual([]);
    expect(o.installed().revision).toBe(41);
  });

  it('by more than a fifth in steps is refused, unless that is meant', async () => {
    const o = await at41();
    expect(await fewer(o, 42, 10, 9)).toHaveLength(1);
    expect(await fewer(o, 43, 9, 8)).toHaveLength(1);
    expect(await fewer(o, 44, 8, 7)).toEqual([]);
    expect(o.w.host.reasons()).toEqual(['replica/shrinks']);
    expect(o.installed()).toMatchObject({ revision: 43, most: { customers: 10 } });
    await o.announce(rowsSnapshot(44, ten.slice(0, 7)), { shrinkMeant: true });
    await o.delta({ from: 43, to: 44, operations: [['delete', 'customers', 'c7']] });
    expect(o.settle()).toEqual([{ how: 'delta', revision: 44 }]);
    expect(o.installed()).toMatchObject({ revision: 44, most: { customers: 7 } });
  });

  it('and by a snapshot between is measured alike', async () => {
    const o = await at41();
    expect(await fewer(o, 42, 10, 8)).toHaveLength(1);
    const snapshot = rowsSnapshot(43, ten.slice(0, 7));
    await o.announce(snapshot);
    o.chunks(snapshot);
    expect(o.settle()).toEqual([]);
    expect(o.w.host.reasons()).toEqual(['replica/shrinks']);
  });
});
