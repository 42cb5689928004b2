// What deltas lead to is, row for row, what a snapshot gives: our office and two controllers on one network and one virtual clock, one of
// which takes only snapshots, through whatever sequence of states, with connections that break and imports that nobody saw.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../daemon/clock/random.ts';
import type { VirtualClock } from '../../daemon/clock/virtual.ts';
import { install } from '../../db/replica/builder.ts';
import { ReplicaFiles } from '../../db/replica/files.ts';
import { Edge } from '../../sync/edge/edge.ts';
import type { EdgeHost, ReadyReplica, Refusal, ReplicaSink } from '../../sync/edge/ports.ts';
import { importReplica } from '../../sync/office/import/import.ts';
import { Office } from '../../sync/office/office.ts';
import { newKeyPair, readPrivateKey, readPublicKey, signerOf } from '../../sync/protocol/keys.ts';
import { JournalMaker } from '../support/journal-maker.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { contentOf } from '../support/replica-content.ts';
import { siteState } from '../support/replica-states.ts';
import { openBench, replica, startMs } from '../unit/office/bench.ts';
import { settings } from '../unit/sync/edge-world.ts';

function pair() {
  const { privateKeyPem, publicKeyPem } = newKeyPair();
  return { signer: signerOf(readPrivateKey(privateKeyPem)), publicKey: readPublicKey(publicKeyPem) };
}

const officeKeys = pair();

class Controller {
  readonly name: string;
  readonly keys = pair();
  readonly file: string;
  readonly edge: Edge;
  readonly came: ReadyReplica[] = [];
  readonly refusals: Refusal[] = [];

  constructor(
    name: string,
    folder: string,
    clock: VirtualClock,
    network: MemoryNetwork,
    sinkOf: (files: ReplicaFiles) => ReplicaSink,
  ) {
    this.name = name;
    this.file = join(folder, `${name}.db`);
    const { site, controller, epoch } = new JournalMaker(name);
    const source = { identity: () => ({ site, controller, epoch }), head: () => 0, read: () => [] };
    const options = {
      settings,
      signer: this.keys.signer,
      officeKeys: [officeKeys.publicKey],
      acknowledged: { through: 0, issuedAtMs: null },
      installed: null,
    };
    const sink = sinkOf(new ReplicaFiles(this.file));
    const parts = { clock, random: seededRandom(name), source, sink, transport: network.transport() };
    this.edge = new Edge(options, parts, this.#host());
  }

  #host(): EdgeHost {
    return {
      acknowledged: () => {},
      replicaReady: (file, ready) => {
        install(file, this.file);
        this.came.push(ready);
        this.edge.replicaInstalled(ready.revision);
      },
      replicaKnown: () => {},
      replicaConfirmed: () => {},
      command: () => {},
      refused: (refusal) => this.refusals.push(refusal),
      connection: () => {},
    };
  }
}

function world() {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-deltas-'));
  const bench = openBench();
  const store = bench.open();
  const network = new MemoryNetwork(bench.clock);
  const both: [Controller, Controller] = [
    new Controller('front-desk', folder, bench.clock, network, (files) => files),
    new Controller('back-door', folder, bench.clock, network, (files) => ({ begin: (header) => files.begin(header) })),
  ];
  const office = new Office({
    clock: bench.clock,
    random: seededRandom('office'),
    log: () => {},
    transport: network.transport(),
    store,
    signer: officeKeys.signer,
    siteKey: new Uint8Array(32).fill(7),
    controllers: both.map(({ name, keys }) => ({ id: name, publicKey: keys.publicKey })),
    chunkBytes: 2_000,
  });
  let revision = 0;
  return {
    bench,
    network,
    office,
    controllers: both,
    load: (records: ReturnType<typeof siteState>): number => {
      const result = importReplica(store, replica(++revision, records), { force: true, nowMs: startMs });
      revision = result.revision;
      return revision;
    },
    close: () => {
      bench.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const states = fc.array(
  fc.record({
    seed: fc.integer({ min: 0, max: 1_000_000 }),
    /** One record of the state before is all that differs. */
    small: fc.boolean(),
    thenMs: fc.constantFrom(0, 0, 20_000, 20_000, 20_000),
    what: fc.constantFrom('nothing', 'nothing', 'nothing', 'break', 'lossy', 'safe'),
  }),
  { minLength: 2, maxLength: 12 },
);

describe('deltas', () => {
  it('lead to what a snapshot gives, row for row', () => {
    let byDelta = 0;
    fc.assert(
      fc.property(states, (steps) => {
        const { bench, network, office, controllers, load, close } = world();
        const roll = seededRandom('loss');
        try {
          let records = siteState(0, 40);
          let last = load(records);
          office.start();
          for (const { edge } of controllers) edge.start();
          bench.clock.advance(20_000);
          for (const { seed, small, thenMs, what } of steps) {
            const next = siteState(seed, 40);
            records = small ? { ...records, staff: next.staff, planUsage: next.planUsage } : next;
            last = load(records);
            if (what === 'break') network.break();
            if (what === 'lossy') network.loses = () => (roll.bytes(1)[0] ?? 0) < 60;
            if (what === 'safe') network.loses = () => false;
            bench.clock.advance(thenMs);
          }
          network.loses = () => false;
          // Who lost the manifest on its way gets it with the next connection.
          network.break();
          bench.clock.advance(300_000);
          const [deltas, snapshots] = controllers;
          expect(deltas.came.at(-1)?.revision).toBe(last);
          expect(contentOf(deltas.file)).toEqual(contentOf(snapshots.file));
          expect(snapshots.came.every(({ how }) => how === 'snapshot')).toBe(true);
          // That its connections break is what this network does.
          expect(deltas.refusals.filter(({ kind }) => kind !== 'connection')).toEqual([]);
          byDelta += deltas.came.filter(({ how }) => how === 'delta').length;
        } finally {
          close();
        }
      }),
      { seed: 20261130, numRuns: 15 },
    );
    expect(byDelta).toBeGreaterThan(10);
  });
});
