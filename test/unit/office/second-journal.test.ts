// Real journals of one name: damaged, cloned, put back from a copy, begun anew. Each is seen at both ends and told of; what is
// kept is never written over, and whoever is in order is delivered whole.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import { openJournal } from '../../../db/journal/open-journal.ts';
import { type JournalReader, openJournalReader } from '../../../db/journal/reader.ts';
import { Edge } from '../../../sync/edge/edge.ts';
import type { EdgeHost, Refusal } from '../../../sync/edge/ports.ts';
import { Office } from '../../../sync/office/office.ts';
import { Anomalies } from '../../../sync/office/store/anomalies.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { newKeyPair, readPrivateKey, readPublicKey, signerOf } from '../../../sync/protocol/keys.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';
import { type Bench, openBench } from './bench.ts';

const site = 'riverside';
const pair = () => {
  const { privateKeyPem, publicKeyPem } = newKeyPair();
  return { signer: signerOf(readPrivateKey(privateKeyPem)), publicKey: readPublicKey(publicKeyPem) };
};
const [officeKeys, frontKeys, backKeys] = [pair(), pair(), pair()];
const settings = {
  windowEvents: 40,
  batchEvents: 10,
  batchBytes: 100_000,
  ackTimeoutMs: 5_000,
  backoffMinMs: 500,
  backoffMaxMs: 30_000,
  maxMessageBytes: 1_000_000,
  maxReplicaBytes: 10_000_000,
};

let bench: Bench;
let network: MemoryNetwork;
let store: OfficeStore;
let office: Office;
const undo: (() => void)[] = [];
beforeEach(() => {
  bench = openBench();
  network = new MemoryNetwork(bench.clock);
  store = bench.open();
  office = new Office({
    clock: bench.clock,
    random: seededRandom('office'),
    log: () => {},
    transport: network.transport(),
    store,
    signer: officeKeys.signer,
    siteKey: new Uint8Array(32).fill(7),
    controllers: [
      { id: 'front', publicKey: frontKeys.publicKey },
      { id: 'back', publicKey: backKeys.publicKey },
    ],
  });
  office.start();
});
afterEach(async () => {
  await office.stop();
  for (const step of undo.splice(0).reverse()) step();
  bench.close();
});

/** A controller's journal and its end of the wire. */
class Controller {
  readonly file: string;
  readonly refusals: Refusal[] = [];
  readonly journal: Journal;
  readonly #reader: JournalReader;
  readonly #edge: Edge;

  constructor(file: string, name: 'front' | 'back', label: string) {
    this.file = file;
    const random = seededRandom(label);
    const options = { file, site, controller: name, durability: 'none', clock: bench.clock, random } as const;
    this.journal = openJournal(options).journal;
    this.#reader = openJournalReader(file);
    const { signer } = name === 'front' ? frontKeys : backKeys;
    const { acknowledged } = this.journal;
    const begin = { settings, signer, officeKeys: [officeKeys.publicKey], acknowledged, installed: null };
    const sink = { begin: () => ({ add: () => {}, finish: () => '', abort: () => {} }) };
    const transport = network.transport();
    const parts = { clock: bench.clock, random, source: this.#reader, sink, transport };
    this.#edge = new Edge(begin, parts, this.#host());
    undo.push(() => {
      void this.#edge.stop();
      this.#reader.close();
      this.journal.close();
    });
  }

  connect(): void {
    this.#edge.start();
  }

  record(count: number): void {
    for (let n = 0; n < count; n++) {
      this.journal.commit([{ type: 'door.opened', accessPoint: 'front-door', data: { n } }], []);
    }
    this.#edge.journalGrew(this.journal.head.seq);
  }

  get through(): number {
    return this.journal.acknowledged.through;
  }

  reasons(): Set<string> {
    return new Set(this.refusals.map(({ kind, reason }) => `${kind}/${reason}`));
  }

  #host(): EdgeHost {
    return {
      acknowledged: (_epoch, through, issuedAtMs) => this.journal.acknowledge(through, issuedAtMs),
      replicaReady: () => {},
      replicaKnown: () => {},
      replicaConfirmed: () => {},
      command: () => {},
      refused: (refusal) => void this.refusals.push(refusal),
      connection: () => {},
    };
  }
}

const path = (name: string): string => join(bench.folder, name);

function kinds(): Set<string> {
  return new Set([...new Anomalies(store).all()].map(({ controller, kind }) => `${controller}/${kind}`));
}

/** What the office has of a journal, against what the journal has. */
function expectWhole({ file, journal }: Controller): void {
  const { epoch, controller } = journal.identity;
  const disk = new Database(file, { readonly: true });
  const own = disk.prepare('SELECT seq, hash, body FROM events ORDER BY seq').all();
  disk.close();
  const kept = 'SELECT seq, hash, body FROM events WHERE controller = ? AND epoch = ? ORDER BY seq';
  expect(store.db.prepare(kept).all(controller, epoch)).toEqual(own);
}

function controller(name: string, of: 'front' | 'back', label = name): Controller {
  return new Controller(path(name), of, label);
}

describe('a damaged journal', () => {
  it('is delivered but for what is damaged, told of at both ends, and goes on', () => {
    const front = controller('front.db', 'front');
    front.record(300);
    front.journal.flush();
    const disk = new Database(path('front.db'));
    disk.exec("UPDATE events SET body = 'rubbish' WHERE seq = 50; DELETE FROM events WHERE seq IN (100, 101, 102)");
    disk.close();
    front.connect();
    bench.clock.advance(60_000);
    expect(front.through).toBe(300);
    front.record(10);
    bench.clock.advance(60_000);
    expect(front.through).toBe(310);
    expect(front.refusals).toMatchObject([{ kind: 'outbox', reason: 'record-lost', count: 1 }, { count: 1 }]);
    expect([...new Anomalies(store).all()]).toMatchObject([
      { kind: 'lost', seq: 50, body: 'rubbish' },
      { kind: 'lost', seq: 102, reason: expect.stringMatching(/^records 100 to 102: /) },
    ]);
    expect(store.db.prepare("SELECT count(*) FROM events WHERE type = 'door.opened'").pluck().get()).toBe(306);
  });
});

describe('a cloned card', () => {
  it('on which both go on is a fork: the first one is kept whole, the other keeps what it has, and both notice', () => {
    const front = controller('front.db', 'front');
    const back = controller('back.db', 'back');
    front.connect();
    back.connect();
    front.record(20);
    back.record(20);
    bench.clock.advance(10_000);
    expect(front.through).toBe(20);
    front.journal.flush();
    const copy = new Database(path('front.db'));
    copy.pragma('wal_checkpoint(TRUNCATE)');
    copy.close();
    copyFileSync(path('front.db'), path('clone.db'));
    const clone = controller('clone.db', 'front', 'the clone');
    clone.record(5);
    front.record(5);
    bench.clock.advance(10_000);
    expect(front.through).toBe(25);
    clone.connect();
    for (let n = 0; n < 60; n++) {
      bench.clock.advance(30_000);
      front.record(1);
      clone.record(2);
      back.record(1);
    }
    bench.clock.advance(120_000);
    expect(front.through).toBe(front.journal.head.seq);
    expectWhole(front);
    expect(back.through).toBe(80);
    expectWhole(back);
    // Not one of its own records was ever taken for delivered.
    expect(clone.through).toBe(20);
    expect(kinds()).toEqual(new Set(['front/fork']));
    expect(clone.reasons()).toContain('ack/fork');
    for (const one of [front, clone]) expect(one.reasons()).toContain('connection/thrown-out');
    expect(back.refusals).toEqual([]);
  });

  it('that began a journal of its own is told of, and both are kept', () => {
    const front = controller('front.db', 'front');
    front.connect();
    front.record(20);
    bench.clock.advance(10_000);
    const other = controller('other.db', 'front', 'another card');
    other.connect();
    other.record(5);
    bench.clock.advance(120_000);
    expect(kinds()).toEqual(new Set(['front/new-epoch']));
    front.record(5);
    other.record(5);
    bench.clock.advance(300_000);
    expect(kinds()).toEqual(new Set(['front/new-epoch', 'front/two-writers']));
    for (const one of [front, other]) {
      expect(one.through).toBe(one.journal.head.seq);
      expectWhole(one);
    }
  });
});

describe('a new card', () => {
  it('is a new journal, and nothing else', () => {
    const front = controller('front.db', 'front');
    front.record(20);
    front.connect();
    bench.clock.advance(10_000);
    network.open = false;
    front.record(5);
    const renewed = controller('renewed.db', 'front', 'a new card');
    bench.clock.advance(600_000);
    network.open = true;
    renewed.connect();
    renewed.record(50);
    bench.clock.advance(600_000);
    expect(renewed.through).toBe(50);
    // The old card is found, and what it had left is delivered late: it was made before.
    bench.clock.advance(600_000);
    expect(front.through).toBe(25);
    expect(kinds()).toEqual(new Set(['front/new-epoch']));
  });
});

describe('an old copy of a journal that was put back', () => {
  it('is noticed as soon as the office speaks, and takes nothing of the later records away', () => {
    const front = controller('front.db', 'front');
    front.record(20);
    front.connect();
    bench.clock.advance(10_000);
    front.journal.flush();
    const copy = new Database(path('front.db'));
    copy.pragma('wal_checkpoint(TRUNCATE)');
    copy.close();
    copyFileSync(path('front.db'), path('old.db'));
    front.record(30);
    bench.clock.advance(10_000);
    expectWhole(front);
    network.open = false;
    const old = controller('old.db', 'front', 'the old copy');
    old.record(1);
    bench.clock.advance(1_000);
    network.open = true;
    old.connect();
    bench.clock.advance(5_000);
    expect(old.reasons()).toContain('ack/ack-ahead');
    old.record(60);
    bench.clock.advance(60_000);
    expect(old.reasons()).toContain('ack/fork');
    expect(old.through).toBe(20);
    expect(kinds()).toContain('front/fork');
    expectWhole(front);
  });
});
