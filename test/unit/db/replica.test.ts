import { existsSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../../../access/model.ts';
import { DbError } from '../../../db/error.ts';
import { buildReplicaInMemory, emptyReplica, install, ReplicaBuilder } from '../../../db/replica/builder.ts';
import type { ReplicaCounts, ReplicaFactsOfManifest, ReplicaRow } from '../../../db/replica/header.ts';
import { openReplica, type ReplicaStore } from '../../../db/replica/store.ts';
import type { ReplicaBuild } from '../../../sync/edge/ports.ts';
import { oneOfEachKind } from '../sync/rows.ts';
import { folder, pass } from './support.ts';

const hashOf = (digit: string): string => digit.repeat(64);

function credential(id: string, digit: string, customer: string | null = null): ReplicaRow {
  const times = { validFrom: null, expires: null, extendedUnlock: false, duress: false };
  return ['credentials', { id, type: 'card', customer, status: 'active', ...times, hash: hashOf(digit) }];
}

const team = (id: string, sharesPasses: boolean): ReplicaRow => ['teams', { id, name: id, sharesPasses }];

function countsOf(rows: readonly ReplicaRow[]): ReplicaCounts {
  const counts: { -readonly [K in keyof ReplicaCounts]: number } = {};
  for (const [kind] of rows) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function build(
  file: string,
  rows: readonly ReplicaRow[],
  revision = 7,
  facts: Partial<ReplicaFactsOfManifest> = {},
): string {
  const builder = new ReplicaBuilder(file, { site: 'riverside', revision, counts: countsOf(rows), ...facts });
  for (const row of rows) builder.add(...row);
  return builder.finish();
}

function failure(work: () => unknown): string {
  try {
    work();
    return 'nothing was thrown';
  } catch (error) {
    return error instanceof DbError ? error.code : `another error: ${String(error)}`;
  }
}

function recordOf<K extends ReplicaRow[0]>(kind: K): Extract<ReplicaRow, readonly [K, unknown]>[1] {
  const row = oneOfEachKind.find(([is]) => is === kind);
  if (row === undefined) throw new Error(`no ${kind}`);
  return row[1] as Extract<ReplicaRow, readonly [K, unknown]>[1];
}

function expectOneOfEach(replica: ReplicaStore): void {
  const { site } = replica;
  const { hash, ...card } = recordOf('credentials');
  expect(replica.credential(hash)?.credential).toEqual(card satisfies Credential);
  expect(replica.customer(recordOf('customers').id)).toEqual(recordOf('customers'));
  expect(replica.visitor(recordOf('visitors').id)).toEqual(recordOf('visitors'));
  expect(replica.bookings(recordOf('bookings').customer)).toEqual([recordOf('bookings')]);
  const contract = recordOf('contracts');
  expect(replica.contracts(contract.customer ?? '', contract.team ? [contract.team] : [])).toEqual([contract]);
  expect(replica.planUsage(recordOf('planUsage').customer)).toEqual([recordOf('planUsage')]);
  expect(replica.includes()).toEqual([recordOf('includes')]);
  expect([...site.spaces.values()]).toEqual([recordOf('spaces')]);
  expect([...site.plans.values()]).toEqual([recordOf('plans')]);
  expect([...site.timePasses.values()]).toEqual([recordOf('timePasses')]);
  expect([...site.teams.values()]).toEqual([recordOf('teams')]);
  for (const door of recordOf('resources').accessPoints) {
    expect(site.resourcesBehind.get(door)).toEqual([recordOf('resources')]);
  }
  expect(site.rulesAt.get(recordOf('accessRules').accessPoint)).toEqual([recordOf('accessRules')]);
  expect(site.schedulesAt.get(recordOf('unlockSchedules').accessPoint)).toEqual([recordOf('unlockSchedules')]);
}

describe('a replica', () => {
  it('answers with what was put in, in memory and from a file', () => {
    const memory = buildReplicaInMemory('riverside', 7, oneOfEachKind);
    expect(memory).toMatchObject({ siteId: 'riverside', revision: 7, counts: countsOf(oneOfEachKind) });
    expectOneOfEach(memory);
    const file = join(folder(), 'replica.db');
    const peers = [{ id: 'back-door', publicKey: 'key' }];
    const facts = { sha256: hashOf('a'), peers, digest: hashOf('d'), most: { customers: 3, credentials: 4 } };
    install(build(file, oneOfEachKind, 7, facts), file);
    expect(readdirSync(dirname(file))).toEqual(['replica.db']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const replica = openReplica(file);
    expect(replica).toMatchObject({ revision: 7, ...facts, counts: countsOf(oneOfEachKind) });
    expect(replica.site.revision).toBe(7);
    expectOneOfEach(replica);
    replica.close();
  });

  it('that is empty knows nobody', () => {
    const replica = emptyReplica('riverside');
    expect(replica).toMatchObject({ revision: 0, counts: {}, siteId: 'riverside' });
    expect(replica.credential(hashOf('1'))).toBeUndefined();
    expect(replica.credential('no hash')).toBeUndefined();
    expect([replica.customer('ana'), replica.visitor('v')]).toEqual([undefined, undefined]);
    expect([...replica.contracts('ana', ['t']), ...replica.passes('ana', ['t']), ...replica.bookings('ana')]).toEqual(
      [],
    );
  });

  it.each([false, true])('knows whose a credential is: staff, customer, visitor (reversed: %s)', (reversed) => {
    const visitor = recordOf('visitors');
    const rows: ReplicaRow[] = [
      credential('c1', '1', 'ana'),
      credential('c2', '2', 'ana'),
      credential('c3', '3'),
      credential('c4', '4'),
      credential('c5', '5'),
      ['staff', { id: 'sam', name: 'Sam', credentials: ['c1', 'c5'] }],
      ['staff', { id: 'sue', name: 'Sue', credentials: ['c5'] }],
      ['visitors', { ...visitor, id: 'v1', credential: 'c1' }],
      ['visitors', { ...visitor, id: 'v2', credential: 'c2' }],
      ['visitors', { ...visitor, id: 'v3', credential: 'c3' }],
    ];
    const replica = buildReplicaInMemory('riverside', 1, reversed ? rows.reverse() : rows);
    const holders = ['1', '2', '3', '4', '5'].map((digit) => replica.credential(hashOf(digit))?.holder);
    expect(holders).toEqual([
      { kind: 'staff', id: 'sam' },
      { kind: 'customer', id: 'ana' },
      { kind: 'visitor', id: 'v3' },
      null,
      { kind: 'staff', id: 'sam' },
    ]);
  });

  it('gives the passes of those teams that share them, and the contracts of all', () => {
    const ofTeam = (id: string, of: string): ReplicaRow => ['passes', { ...pass, id, customer: null, team: of }];
    const contract = { plan: 'flex', from: '2026-01-01', to: null, frozen: [] };
    const replica = buildReplicaInMemory('riverside', 1, [
      team('open', true),
      team('shut', false),
      ['passes', pass],
      ['passes', { ...pass, id: 'p9', customer: 'bob' }],
      ofTeam('p2', 'open'),
      ofTeam('p3', 'shut'),
      ofTeam('p4', 'unknown'),
      ['passes', { ...pass, id: 'p5', customer: 'open' }],
      ['contracts', { ...contract, id: 'k1', customer: 'ana', team: null }],
      ['contracts', { ...contract, id: 'k2', customer: null, team: 'shut' }],
    ]);
    const ids = (records: readonly { id: string }[]): string[] => records.map(({ id }) => id);
    expect(ids(replica.passes('ana', ['open', 'shut', 'unknown']))).toEqual(['p1', 'p2']);
    expect(replica.passes('ana', [])).toEqual([pass]);
    expect(replica.passes('zoe', ['open'])[0]).toEqual({ ...pass, id: 'p2', customer: null, team: 'open' });
    expect(ids(replica.contracts('ana', ['open', 'shut']))).toEqual(['k1', 'k2']);
    expect(ids(replica.contracts('ana', []))).toEqual(['k1']);
  });
});

describe('a build', () => {
  it('refuses what cannot be stored, and leaves nothing when it is aborted', () => {
    const file = join(folder(), 'replica.db');
    const counts = { passes: 2, credentials: 1 };
    const builder: ReplicaBuild = new ReplicaBuilder(file, { site: 'riverside', revision: 1, counts });
    builder.add('passes', pass);
    builder.add('passes', pass);
    expect(failure(() => builder.finish())).toBe('replica-build');
    builder.abort();
    builder.abort();
    expect(readdirSync(dirname(file))).toEqual([]);
    expect(failure(() => builder.finish())).toBe('replica-build');
  });

  it('refuses in time where many come: no more than a few records are taken after the one that cannot be stored', () => {
    const file = join(folder(), 'replica.db');
    const builder = new ReplicaBuilder(file, { site: 'riverside', revision: 1, counts: { passes: 100 } });
    let taken = 0;
    const all = (): void => {
      for (; taken < 100; taken++) builder.add('passes', { ...pass, id: taken === 40 ? 'p-1' : `p-${taken}` });
    };
    expect(failure(all)).toBe('replica-build');
    expect(taken).toBeLessThan(60);
    builder.abort();
  });

  it('keeps records that wait for others, and those of the end', () => {
    const many = Array.from({ length: 37 }, (_, n): ReplicaRow => ['passes', { ...pass, id: `p-${n}` }]);
    const replica = buildReplicaInMemory('riverside', 1, many);
    expect(replica.counts).toEqual({ passes: 37 });
    expect(new Set(replica.passes('ana', []).map(({ id }) => id))).toEqual(new Set(many.map((_, n) => `p-${n}`)));
  });

  it('refuses an id that two owners have, and another count than was said', () => {
    const doubled: ReplicaRow[] = [
      ['passes', pass],
      ['passes', { ...pass, customer: 'bob' }],
    ];
    expect(failure(() => buildReplicaInMemory('riverside', 1, doubled))).toBe('replica-build');
    const file = join(folder(), 'replica.db');
    for (const counts of [{}, { passes: 2 }, { passes: 1, teams: 1 }]) {
      const builder = new ReplicaBuilder(file, { site: 'riverside', revision: 1, counts });
      builder.add('passes', pass);
      expect(failure(() => builder.finish())).toBe('replica-build');
      builder.abort();
    }
    expect(existsSync(`${file}.next`)).toBe(false);
  });

  it('takes the place of what an earlier one left, and never of the replica that decides', () => {
    const file = join(folder(), 'replica.db');
    install(build(file, [team('a', true)], 1), file);
    const old = openReplica(file);
    writeFileSync(`${file}.next`, 'left by a crash');
    const next = build(file, [team('b', true)], 2);
    expect(openReplica(file).revision).toBe(1);
    install(next, file);
    expect([...old.site.teams.keys()]).toEqual(['a']);
    expect(old.customer('ana')).toBeUndefined();
    expect(openReplica(file).revision).toBe(2);
  });

  it('that is unfinished or damaged is not opened', () => {
    const file = join(folder(), 'replica.db');
    expect(failure(() => openReplica(file))).toBe('not-found');
    const unfinished = new ReplicaBuilder(file, { site: 'riverside', revision: 1, counts: {} });
    expect(failure(() => openReplica(`${file}.next`))).toBe('replica-damaged');
    unfinished.abort();
    install(build(file, oneOfEachKind), file);
    truncateSync(file, 5000);
    expect(failure(() => openReplica(file))).toBe('replica-damaged');
    writeFileSync(file, 'no database '.repeat(100));
    expect(failure(() => openReplica(file))).toBe('replica-damaged');
  });
});
