import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseScenario } from '../../../config/load.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { Controller } from '../../../daemon/controller/controller.ts';
import { Ledger } from '../../../daemon/controller/ledger.ts';
import { replayKey } from '../../../daemon/replay/document-replica.ts';
import { type DataDir, openDataDir } from '../../../daemon/run/data-dir.ts';
import { openReplicas } from '../../../daemon/run/replicas.ts';
import { takeReplica } from '../../../daemon/run/take-replica.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import { openJournal } from '../../../db/journal/open-journal.ts';
import { openJournalReader } from '../../../db/journal/reader.ts';
import { ReplicaBuilder } from '../../../db/replica/builder.ts';
import { MemoryLocks } from '../../../drivers/simulated/memory-lock.ts';
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

/** A controller of one door, without a replica yet. */
function given() {
  const said: string[] = [];
  const log = (_level: string, message: string): void => void said.push(message);
  const { replicas } = openReplicas({ dir, journal, clock, log });
  const config = {
    site: 'riverside',
    controller: 'front-desk',
    accessPoints: [{ id: 'main', space: 'riverside', kind: 'entrance', lock: { driver: 'simulated' } }],
    readers: [{ id: 'in', driver: 'simulated', accessPoint: 'main', direction: 'in' }],
  };
  const replica = { format: 'cardea-replica/1', site: 'riverside', revision: 1 };
  const { scenario } = parseScenario(JSON.stringify({ config, replica, steps: [] }), 'scenario.json');
  const controller = new Controller({
    config: scenario.config,
    clock,
    random: seededRandom('controller'),
    journal,
    replica: replicas.store,
    credentialKey: replayKey,
    locks: new MemoryLocks([], () => undefined),
    ledger: new Ledger({ journal, recorded: () => undefined, log }),
    log,
  });
  controller.start();
  return { replicas, controller, log, said, before: replicas.store };
}

/** Which revisions the journal says were taken. */
function applied(): unknown[] {
  const reader = openJournalReader(dir.journal);
  try {
    return [...reader.events({ afterSeq: 0 })].flatMap(({ type, data }) =>
      type === 'replica.applied' ? [data.revision] : [],
    );
  } finally {
    reader.close();
  }
}

describe('a replica that arrives', () => {
  it('decides as a whole, with what the status says of it', () => {
    const { replicas, controller, log, said, before } = given();
    expect(takeReplica({ replicas, controller, log }, ...ready(4))).toBeNull();
    expect([replicas.revision, applied(), said]).toEqual([4, [4], ['replica revision 4 decides now']]);
    expect(() => before.credential('00')).toThrow('not open');
    replicas.store.close();
  });

  it('is not taken at all where what it counts cannot be read', () => {
    const { replicas, controller, log, said, before } = given();
    const [file, replica] = ready(5);
    const db = new Database(file);
    db.exec("INSERT INTO small (kind, id, place, body) VALUES ('includes', 'front-desk', 0, 'not JSON')");
    db.close();
    expect(takeReplica({ replicas, controller, log }, file, replica)).toMatch(/JSON/);
    expect([replicas.revision, replicas.store === before, applied()]).toEqual([0, true, []]);
    expect(controller.tap('in', { type: 'card', value: '04A1B2C3' }).reason).toBe('unknown-credential');
    expect(said).toEqual([expect.stringMatching(/^replica revision 5 could not be taken, the old one goes on/)]);
    before.close();
  });
});
