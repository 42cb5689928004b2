import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { type DataDir, openDataDir } from '../../../daemon/run/data-dir.ts';
import { openReplicas } from '../../../daemon/run/replicas.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import { openJournal } from '../../../db/journal/open-journal.ts';
import { ReplicaBuilder } from '../../../db/replica/builder.ts';
import type { ReadyReplica } from '../../../sync/edge/ports.ts';

const clock = new VirtualClock(1_000_000);

let dir: DataDir;
let journal: Journal;

beforeEach(() => {
  dir = openDataDir(mkdtempSync(join(tmpdir(), 'cardea-replicas-')));
  const random = seededRandom('replicas');
  const identity = { site: 'riverside', controller: 'front-desk' };
  journal = openJournal({ file: dir.journal, ...identity, durability: 'full', clock, random }).journal;
});

afterEach(() => {
  journal.close();
  dir.release();
  rmSync(dir.path, { recursive: true });
});

function ready(revision: number): [string, ReadyReplica] {
  const file = new ReplicaBuilder(dir.replica, { site: 'riverside', revision, counts: {} }).finish();
  return [file, { revision, sha256: 'ab', counts: {}, issuedAtMs: 77, controllers: [] }];
}

it('a replica that is in its place decides only once that is said', () => {
  const { replicas } = openReplicas({ dir, journal, clock, log: () => {} });
  const before = replicas.store;
  const next = replicas.install(...ready(3));
  expect([replicas.revision, replicas.store === before, replicas.installed]).toEqual([0, true, null]);
  expect(next.revision).toBe(3);
  replicas.decides(next, 77);
  expect([replicas.revision, replicas.store === next, replicas.confirmedMs]).toEqual([3, true, 77]);
  before.close();
  next.close();
});
