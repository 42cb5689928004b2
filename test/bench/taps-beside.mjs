// A tap while the edge's thread builds a snapshot and sends a backlog, against one while it has nothing to do: from the instant at which a
// reader on another thread has the card until the lock is told, with the record on disk, through the controller that the daemon runs. In
// turns: a while idle, then for as long as a new replica takes, until it decides.

import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { credentialHash } from '../../dist/access/credential-hash.js';
import { parseScenario } from '../../dist/config/load.js';
import { systemRandom } from '../../dist/daemon/clock/random.js';
import { realClock } from '../../dist/daemon/clock/real.js';
import { Controller } from '../../dist/daemon/controller/controller.js';
import { Ledger } from '../../dist/daemon/controller/ledger.js';
import { openReplicas } from '../../dist/daemon/run/replicas.js';
import { takeReplica } from '../../dist/daemon/run/take-replica.js';
import { openJournal } from '../../dist/db/journal/open-journal.js';
import { install } from '../../dist/db/replica/builder.js';
import { ReplicaFiles } from '../../dist/db/replica/files.js';
import { MemoryLocks } from '../../dist/drivers/simulated/memory-lock.js';
import { Assembly } from '../../dist/sync/edge/assembly.js';
import { edgeOverPort } from '../../dist/sync/edge/remote-edge.js';
import { signerOf } from '../../dist/sync/protocol/keys.js';
import { figure, quantile, say } from './figures.mjs';
import { publish } from './passes.mjs';

const site = 'bench';
const controller = 'beside';
const key = Buffer.alloc(32, 7);
/** All of them are inside: what a new replica changes for somebody who is is settled when it takes over. */
const members = 200;
/** Between the answer to a tap and the next one. */
const afterMs = 4;
const rounds = 5;
/** Of a backlog, for so many passes of the snapshot one. */
const passesPerEvent = 10;
const goalP50 = 1.3;
const goalP99Ms = 10;
const patienceMs = 600_000;

export async function measureTapsBeside(folder, passes) {
  const offers = Array.from({ length: rounds + 1 }, (_, n) =>
    publish({ site, revision: n + 1, passes, form: n, beside: beside() }),
  );
  const bench = await openBench(folder, offers, Math.ceil(passes / passesPerEvent));
  try {
    await bench.taps(members);
    const idle = [];
    const busy = [];
    for (let round = 1; round <= rounds; round++) {
      idle.push(...(await bench.taps(1_000)));
      busy.push(...(await bench.tapsBeside(round)));
    }
    const [idleP99, busyP99] = [quantile(idle, 0.99), quantile(busy, 0.99)];
    say(
      `  ${busy.length} taps beside, ${idle.length} idle; slowest ${quantile(busy, 1).toFixed(1)} and ${quantile(idle, 1).toFixed(1)} ms`,
    );
    say(
      `  p99 ${busyP99.toFixed(2)} ms, ${(busyP99 - idleP99).toFixed(2)} ms more than idle, at most ${goalP99Ms} more`,
    );
    const p99 = figure('tap beside a snapshot and a backlog, p99', busyP99, idleP99 + goalP99Ms, 'ms', 1);
    return [
      figure('tap beside a snapshot and a backlog, p50', quantile(busy, 0.5), quantile(idle, 0.5), 'ms', goalP50),
      p99,
    ];
  } finally {
    await bench.close();
  }
}

const idOf = (index) => `member-${String(index).padStart(7, '0')}`;
const cardOf = (index) => (0x04_00_00_00_00_00_00n + BigInt(index)).toString(16).padStart(14, '0').toUpperCase();

function beside() {
  const space = { id: 'house', name: 'House', timeZone: 'Europe/Berlin', currency: 'EUR', dailyCutOff: '04:00' };
  const rest = { checkInRequiresPass: true, passOrder: 'classic', openingHours: [], closures: [] };
  const day = { id: 'day', name: 'Day', price: '20.00', currency: 'EUR', taxRate: '19', account: null };
  const free = { minutesIncluded: null, validIn: [], countsTowardsPlanLimits: false, onSale: false, soldWhole: false };
  const bare = { availability: [], specialPrices: [], priority: 'normal', onlyForPlans: [], onlyFor: null };
  const all = Array.from({ length: members }, (_, index) => index);
  const card = { type: 'card', status: 'active', validFrom: null, expires: null, extendedUnlock: false, duress: false };
  return [
    ['spaces', { ...space, ...rest, payAsYouGo: { members: false, contacts: false } }],
    ['timePasses', { ...day, ...free, ...bare }],
    ...all.map((n) => [
      'customers',
      { id: idOf(n), name: `M ${n}`, registeredWith: ['house'], teams: [], disabled: false },
    ]),
    ...all.map((n) => [
      'credentials',
      { ...card, id: `c-${n}`, customer: idOf(n), hash: credentialHash(key, 'card', cardOf(n)) },
    ]),
  ];
}

async function openBench(folder, offers, backlog) {
  const dir = { replica: join(folder, 'replica.db'), journal: join(folder, 'journal.db') };
  installFirst(dir.replica, offers[0]);
  const clock = realClock(() => true);
  const tools = { clock, random: systemRandom, log: () => {} };
  const { journal } = openJournal({ file: dir.journal, site, controller, durability: 'full', ...tools });
  fill(journal, backlog);
  const { replicas } = openReplicas({ dir, journal, ...tools });
  const { config } = scenarioOf();
  let edge = null;
  const recorded = (events) => edge?.journalGrew(events.at(-1).seq);
  const ledger = new Ledger({ journal, recorded, log: () => {} });
  const locks = new MemoryLocks([{ accessPoint: 'door', failSafe: false }], () => {});
  const parts = { config, journal, replica: replicas.store, credentialKey: key, locks, ledger, ...tools };
  const decider = new Controller(parts);
  decider.start();
  let arrived = () => {};
  let acknowledged = 0;
  const host = {
    acknowledged: (_epoch, through, issuedAtMs) => {
      journal.acknowledge(through, issuedAtMs);
      acknowledged = through;
    },
    replicaReady: (file, ready) => {
      const from = performance.now();
      const failed = takeReplica({ replicas, controller: decider, log: () => {}, newest: ready.revision }, file, ready);
      if (failed !== null) throw new Error(failed);
      say(`  revision ${ready.revision} took over in ${(performance.now() - from).toFixed(1)} ms`);
      edge.replicaInstalled(ready.revision);
      arrived(ready.revision);
    },
    replicaKnown: () => {},
    replicaConfirmed: () => {},
    command: () => {},
    refused: ({ reason, detail }) => say(`  refused: ${reason}: ${detail}`),
    connection: () => {},
  };
  const made = startEdge(dir, { offers, backlog }, host, replicas.installed);
  edge = made.edge;
  let next = 0;
  const reader = new Worker(fileURLToPath(new URL('./beside-reader.mjs', import.meta.url)), {
    workerData: { afterMs },
  });
  let listen = () => {};
  reader.on('message', (heldAtMs) => {
    const { granted, reason } = decider.tap('in', { type: 'card', value: cardOf(next++ % members) });
    if (!granted) throw new Error(`a tap was denied: ${reason}`);
    listen(performance.timeOrigin + performance.now() - heldAtMs);
    reader.postMessage('next');
  });
  reader.postMessage('first');
  const until = (over) =>
    new Promise((resolve, reject) => {
      const ms = [];
      const timer = setTimeout(() => reject(new Error('the replica did not come')), patienceMs);
      listen = (one) => {
        ms.push(one);
        if (!over(ms.length)) return;
        clearTimeout(timer);
        listen = () => {};
        resolve(ms);
      };
    });
  return {
    taps: (count) => until((taken) => taken >= count),
    tapsBeside: async (round) => {
      let there = false;
      arrived = (revision) => {
        there = revision === round + 1;
      };
      made.worker.postMessage({ go: round, epoch: journal.epoch });
      const taken = await until(() => there);
      made.worker.postMessage({ rest: true });
      // Not measured: until the office has all again.
      await until(() => acknowledged >= journal.head.seq - 100);
      return taken;
    },
    close: async () => {
      await reader.terminate();
      await made.worker.terminate();
      decider.stop();
      journal.close();
      replicas.store.close();
    },
  };
}

function startEdge(dir, work, host, installed) {
  const keys = () => generateKeyPairSync('ed25519');
  const [office, own] = [keys(), keys()];
  const url = new URL('./beside-edge.mjs', import.meta.url);
  const workerData = { base: `cardea/1/${site}`, controller, ...dir, office: signerOf(office.privateKey), ...work };
  const worker = new Worker(fileURLToPath(url), { workerData });
  const settings = { windowEvents: 1_000, batchEvents: 100, batchBytes: 200_000, ackTimeoutMs: 10_000 };
  const bounds = { backoffMinMs: 1_000, backoffMaxMs: 60_000, maxMessageBytes: 4_194_304, maxReplicaBytes: 2 ** 31 };
  const options = {
    settings: { ...settings, ...bounds },
    signer: signerOf(own.privateKey),
    officeKeys: [office.publicKey],
    acknowledged: { through: 0, issuedAtMs: null },
    installed,
  };
  const edge = edgeOverPort(worker, options, host);
  edge.start();
  return { worker, edge };
}

function installFirst(file, { manifest, chunks }) {
  const assembly = new Assembly(manifest, site, null, new ReplicaFiles(file));
  let offer = null;
  for (const [n, chunk] of chunks.entries()) offer = assembly.offer(n, chunk);
  install(offer.file, file);
}

/** Events of which the office has none yet. */
function fill(journal, count) {
  for (let done = 0; done < count; done += 100) {
    const drafts = Array.from({ length: 100 }, (_, n) => ({
      type: 'help.requested',
      data: { message: `${done + n}` },
    }));
    journal.commit(drafts, []);
  }
}

function scenarioOf() {
  const lock = { driver: 'simulated' };
  const config = {
    site,
    controller,
    accessPoints: [{ id: 'door', space: 'house', kind: 'entrance', lock, repeatWindow: '500ms' }],
    readers: [{ id: 'in', driver: 'simulated', accessPoint: 'door', direction: 'in' }],
  };
  const replica = { format: 'cardea-replica/1', site, revision: 1 };
  return parseScenario(JSON.stringify({ config, replica, steps: [] }), 'bench.json').scenario;
}
