// Our controller's end and our office on one network and one virtual clock: whatever the network loses, everything arrives
// once, and the replica arrives whole.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { Edge } from '../../../sync/edge/edge.ts';
import type { EdgeHost, ReplicaSink } from '../../../sync/edge/ports.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { Office } from '../../../sync/office/office.ts';
import { readControllers } from '../../../sync/office/store/controllers.ts';
import { checkins } from '../../../sync/office/visits/query.ts';
import { newKeyPair, readPrivateKey, readPublicKey, signerOf } from '../../../sync/protocol/keys.ts';
import type { ReplicaRow } from '../../../sync/protocol/replica-rows.ts';
import { canonical, checkin, JournalMaker } from '../../support/journal-maker.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';
import { credential, dump, openBench, people, replica, startMs } from './bench.ts';

function pair() {
  const { privateKeyPem, publicKeyPem } = newKeyPair();
  return { signer: signerOf(readPrivateKey(privateKeyPem)), publicKey: readPublicKey(publicKeyPem) };
}

const officeKeys = pair();
const names = ['front-desk', 'back-door'] as const;
const controllerKeys = new Map(names.map((name) => [name, pair()]));
const settings = {
  windowEvents: 8,
  batchEvents: 3,
  batchBytes: 100_000,
  ackTimeoutMs: 5_000,
  backoffMinMs: 500,
  backoffMaxMs: 30_000,
  maxMessageBytes: 1_000_000,
  maxReplicaBytes: 10_000_000,
};

class Controller {
  readonly journal: JournalMaker;
  readonly edge: Edge;
  readonly rows: ReplicaRow[] = [];
  revision = 0;
  through = 0;

  constructor(name: (typeof names)[number], clock: ReturnType<typeof openBench>['clock'], network: MemoryNetwork) {
    const keys = controllerKeys.get(name);
    if (keys === undefined) throw new Error(name);
    this.journal = new JournalMaker(name);
    const { site, controller, epoch } = this.journal;
    const source = {
      identity: () => ({ site, controller, epoch }),
      head: () => this.journal.events.length,
      read: (after: number, count: number) =>
        this.journal.events.slice(after, after + count).map((event) => ({ seq: event.seq, text: canonical(event) })),
    };
    const options = {
      settings,
      signer: keys.signer,
      officeKeys: [officeKeys.publicKey],
      acknowledged: { through: 0, issuedAtMs: null },
      installed: null,
    };
    const parts = { clock, random: seededRandom(name), source, sink: this.#sink(), transport: network.transport() };
    this.edge = new Edge(options, parts, this.#host());
  }

  add(count: number): void {
    for (let n = 0; n < count; n++) {
      const { controller, events } = this.journal;
      this.journal.add('checkin.recorded', checkin({ visit: `${controller}-${events.length}` }));
    }
    this.edge.journalGrew(this.journal.events.length);
  }

  #sink(): ReplicaSink {
    return {
      begin: () => {
        this.rows.length = 0;
        return { add: (...row) => this.rows.push(row), finish: () => 'built', abort: () => {} };
      },
    };
  }

  #host(): EdgeHost {
    return {
      acknowledged: (_epoch, through) => {
        this.through = through;
      },
      replicaReady: (_file, { revision }) => {
        this.revision = revision;
        this.edge.replicaInstalled(revision);
        this.edge.reportStatus({
          version: '1',
          revision,
          pending: 0,
          clock: { synchronised: true },
          accessPoints: [],
          readers: [],
        });
      },
      replicaKnown: () => {},
      replicaConfirmed: () => {},
      command: () => {},
      refused: () => {},
      connection: () => {},
    };
  }
}

function world() {
  const bench = openBench();
  const store = bench.open();
  const network = new MemoryNetwork(bench.clock);
  const office = new Office({
    clock: bench.clock,
    random: seededRandom('office'),
    log: () => {},
    transport: network.transport(),
    store,
    signer: officeKeys.signer,
    siteKey: new Uint8Array(32).fill(7),
    controllers: [...controllerKeys].map(([id, { publicKey }]) => ({ id, publicKey })),
    chunkBytes: 600,
  });
  const controllers = names.map((name) => new Controller(name, bench.clock, network));
  return { bench, store, network, office, controllers };
}

describe('our two ends together', () => {
  it('bring every event to the office once, in order, and the replica to every controller', () => {
    const { bench, store, office, controllers } = world();
    importReplica(store, replica(3, { customers: people(20), credentials: [credential('c1', '04A1')] }), {
      force: false,
      nowMs: startMs,
    });
    for (const controller of controllers) controller.add(20);
    office.start();
    for (const { edge } of controllers) edge.start();
    bench.clock.advance(10_000);
    expect(controllers.map(({ through, revision }) => [through, revision])).toEqual([
      [20, 3],
      [20, 3],
    ]);
    expect([...checkins(store)]).toHaveLength(40);
    expect(controllers[0]?.rows).toHaveLength(21);
    bench.clock.advance(60_000);
    expect(readControllers(store).map(({ online, revision }) => [online, revision])).toEqual([
      [true, 3],
      [true, 3],
    ]);
    bench.close();
  });

  it.each([
    ['the office sees', false],
    ['the office never sees', true],
  ])('bring the replica to a controller that starts behind a forged manifest, which %s', (_, unseen) => {
    const { bench, store, network, office, controllers } = world();
    const topic = 'cardea/1/riverside/replica/manifest';
    const request = { clientId: 'stranger', will: null, subscriptions: [], maxMessageBytes: 1_000 };
    let forge = (): void => {};
    const handlers = { up: () => forge(), message: () => {}, oversized: () => {}, down: () => {} };
    importReplica(store, replica(3, { customers: people(20) }), { force: false, nowMs: startMs });
    office.start();
    bench.clock.advance(10_000);
    network.loses = (on) => unseen && on === topic;
    const stranger = network.transport().connect(request, handlers);
    forge = () => stranger.publish(topic, 'x.y.z', { retain: true });
    bench.clock.advance(1_000);
    network.loses = () => false;
    expect(office.counters().refused).toEqual(unseen ? {} : { 'manifest-replaced': 1 });
    for (const { edge } of controllers) edge.start();
    bench.clock.advance(6_000);
    expect(controllers.map(({ revision }) => revision)).toEqual([3, 3]);
    bench.close();
  });

  const trouble = fc.record({
    afterMs: fc.integer({ min: 0, max: 20_000 }),
    what: fc.constantFrom('events', 'break', 'close', 'open', 'import', 'lossy', 'safe'),
  });

  it('do so whatever breaks on the way', () => {
    fc.assert(
      fc.property(fc.array(trouble, { maxLength: 15 }), fc.integer(), (troubles, seed) => {
        const { bench, store, network, office, controllers } = world();
        const dice = seededRandom(`loss ${seed}`);
        let imported = 1;
        const load = (): void => {
          importReplica(store, replica(imported++, { customers: people(imported) }), { force: false, nowMs: startMs });
        };
        try {
          load();
          office.start();
          for (const { edge } of controllers) edge.start();
          for (const { afterMs, what } of troubles) {
            bench.clock.advance(afterMs);
            if (what === 'events') for (const controller of controllers) controller.add(5);
            if (what === 'break') network.break();
            if (what === 'close' || what === 'open') network.open = what === 'open';
            if (what === 'import') load();
            if (what === 'lossy') network.loses = () => (dice.bytes(1)[0] ?? 0) < 100;
            if (what === 'safe') network.loses = () => false;
          }
          network.loses = () => false;
          network.open = true;
          bench.clock.advance(2 * 3_600_000);
          for (const { journal, through, revision } of controllers) {
            expect([through, revision]).toEqual([journal.events.length, imported - 1]);
          }
          const expected = controllers.flatMap(({ journal }) => journal.events.map((event) => canonical(event)));
          const kept = store.db.prepare<[], string>('SELECT body FROM events').pluck().all();
          expect(kept.sort()).toEqual(expected.sort());
          expect(dump(store, 'anomalies')).toEqual([]);
        } finally {
          bench.close();
        }
      }),
      { seed: 20260302, numRuns: 10 },
    );
  });
});
