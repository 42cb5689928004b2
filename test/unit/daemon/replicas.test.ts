// The replica that decides, and one that is to take its place.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { type DataDir, openDataDir } from '../../../daemon/run/data-dir.ts';
import { openReplicas, type Replicas } from '../../../daemon/run/replicas.ts';
import { takeReplica } from '../../../daemon/run/take-replica.ts';
import { ReplicaBuilder } from '../../../db/replica/builder.ts';
import type { ReplicaStore } from '../../../db/replica/store.ts';
import type { ReadyReplica } from '../../../sync/edge/ports.ts';
import { anasCard, ControllerLife, entrance, readerAt } from './controller-bench.ts';

const clock = new VirtualClock(1_000_000);
const config = { accessPoints: [entrance('main')], readers: [readerAt('main', 'in')] };

let dir: DataDir;
let life: ControllerLife;
let replicas: Replicas;
/** The one that decides at the start. */
let before: ReplicaStore;
let said: string[];

function log(_level: string, message: string): void {
  said.push(message);
}

beforeEach(() => {
  said = [];
  dir = openDataDir(mkdtempSync(join(tmpdir(), 'cardea-replicas-')));
  const store = (journal: ControllerLife['journal']): ReplicaStore => {
    replicas = openReplicas({ dir, journal, clock, log }).replicas;
    return replicas.store;
  };
  life = new ControllerLife(dir.journal, { clock, config, store, log });
  before = replicas.store;
});

afterEach(() => {
  life.end();
  dir.release();
  rmSync(dir.path, { recursive: true });
});

function ready(revision: number): [string, ReadyReplica] {
  const facts = { revision, sha256: 'ab', counts: {}, digest: null, most: null };
  const file = new ReplicaBuilder(dir.replica, { site: 'berlin', ...facts }).finish();
  return [file, { ...facts, how: 'snapshot', issuedAtMs: 77, controllers: [] }];
}

function applied(): unknown[] {
  return life.ofType('replica.applied').map(({ revision }) => revision);
}

describe('a replica that is in its place', () => {
  it('decides only once that is said', () => {
    const [file, replica] = ready(3);
    const next = replicas.open(file, replica);
    replicas.place(file);
    expect([replicas.revision, replicas.store === before, replicas.installed]).toEqual([0, true, null]);
    expect(next.revision).toBe(3);
    replicas.decides(next, 77);
    expect([replicas.revision, replicas.store === next, replicas.confirmedMs]).toEqual([3, true, 77]);
    before.close();
    next.close();
  });
});

describe('a replica that arrives', () => {
  it('decides as a whole, with what the status says of it', () => {
    expect(takeReplica({ replicas, controller: life.controller, log, newest: 9 }, ...ready(4))).toBeNull();
    expect([replicas.revision, applied(), said]).toEqual([
      4,
      [4],
      ['replica revision 4 decides now, which came as a snapshot'],
    ]);
    expect(() => before.credential('00')).toThrow('not open');
    replicas.store.close();
  });

  it('is not taken at all where what it counts cannot be read', () => {
    const [file, replica] = ready(5);
    const db = new Database(file);
    db.exec("INSERT INTO small (kind, id, place, body) VALUES ('includes', 'c1', 0, 'not JSON')");
    db.close();
    expect(takeReplica({ replicas, controller: life.controller, log, newest: 9 }, file, replica)).toMatch(/JSON/);
    expect([replicas.revision, replicas.store === before, applied()]).toEqual([0, true, []]);
    expect(existsSync(dir.replica)).toBe(false);
    expect(life.controller.tap('in', anasCard).reason).toBe('unknown-credential');
    expect(said).toEqual([expect.stringMatching(/^replica revision 5 could not be taken, the old one goes on/)]);
    before.close();
  });

  it('is not taken where it cannot be put in its place', () => {
    mkdirSync(join(dir.replica, 'in the way'), { recursive: true });
    expect(takeReplica({ replicas, controller: life.controller, log, newest: 9 }, ...ready(6))).toMatch(
      /not in its place/,
    );
    expect([replicas.revision, replicas.store === before, applied()]).toEqual([0, true, []]);
    before.close();
  });

  it('stays open, and is what decides, where something fails after the switch', () => {
    const { controller } = life;
    const arrived = controller.replicaArrived.bind(controller);
    controller.replicaArrived = (...told) => {
      arrived(...told);
      throw new Error('the disk is full');
    };
    expect(takeReplica({ replicas, controller, log, newest: 9 }, ...ready(4))).toBeNull();
    expect([replicas.revision, said[0]]).toEqual([4, expect.stringMatching(/decides now, and not all/)]);
    expect(controller.tap('in', anasCard).reason).toBe('unknown-credential');
    replicas.store.close();
  });
});
