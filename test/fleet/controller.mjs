// A simulated controller: the real end of the wire (`sync/edge`) over a real connection, a real journal and real replica files.
// What it lacks is the door: visits begin and end by a clock and a seed.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom, systemRandom } from '../../dist/daemon/clock/random.js';
import { realClock } from '../../dist/daemon/clock/real.js';
import { openJournal } from '../../dist/db/journal/open-journal.js';
import { openJournalReader } from '../../dist/db/journal/reader.js';
import { install } from '../../dist/db/replica/builder.js';
import { ReplicaFiles } from '../../dist/db/replica/files.js';
import { Edge } from '../../dist/sync/edge/edge.js';
import { readPrivateKeyFile, readPublicKeyFile } from '../../dist/sync/protocol/key-files.js';
import { signerOf } from '../../dist/sync/protocol/keys.js';
import { mqttTransport } from '../../dist/sync/protocol/mqtt-transport.js';
import { Dice } from '../torture/dice.mjs';
import { controllerId, site, space } from './site.mjs';

/** The defaults of a controller's config, but that nobody is away for a minute. */
const settings = {
  windowEvents: 1000,
  batchEvents: 100,
  batchBytes: 200_000,
  ackTimeoutMs: 10_000,
  backoffMinMs: 1_000,
  backoffMaxMs: 10_000,
  maxMessageBytes: 4_194_304,
  maxReplicaBytes: 2_147_483_648,
};

const clock = realClock(() => true);

export class Controller {
  #journal;
  #reader;
  #edge;
  #dice;
  #random;
  #replica;
  /** Customers who are inside, with their visit and when it began. */
  #inside = [];
  #visits = 0;
  #connections = new Set();
  online = false;
  revision = 0;

  constructor({ folder, url, index, seed }) {
    const id = controllerId(index);
    const own = join(folder, 'controllers', id);
    mkdirSync(own);
    this.#dice = new Dice(`${seed} ${id}`);
    this.#random = seededRandom(`${seed} ${id}`);
    this.#replica = join(own, 'replica.db');
    const file = join(own, 'journal.db');
    // A thousand controllers have a thousand disks: here they share one with the office, which is what is measured. Nobody kills them.
    const options = { file, site, controller: id, epoch: null, durability: 'none', clock, random: systemRandom };
    this.#journal = openJournal(options).journal;
    this.#reader = openJournalReader(file);
    this.#edge = this.#makeEdge(folder, id, url);
    this.#commit([{ type: 'controller.started', data: { version: 'fleet' } }]);
  }

  get events() {
    return this.#journal.head.seq;
  }

  get pending() {
    return this.#journal.pending();
  }

  start() {
    this.#edge.start();
  }

  /** Milliseconds until the next card is held to its reader. */
  nextMs(tapsPerMinute) {
    return (-Math.log(1 - this.#dice.next()) * 60_000) / tapsPerMinute;
  }

  tap() {
    const leaves = this.#inside.length > 0 && this.#dice.chance(0.5);
    this.#commit(leaves ? this.#leave() : this.#enter());
  }

  /** The connection breaks, as a network breaks it. */
  cut() {
    for (const cut of [...this.#connections]) cut();
  }

  async stop() {
    await this.#edge.stop();
    this.#reader.close();
    this.#journal.close();
  }

  #commit(drafts) {
    this.#journal.commit(drafts, []);
    this.#edge.journalGrew(this.#journal.head.seq);
    this.#report();
  }

  #report() {
    this.#edge.reportStatus({
      version: 'fleet',
      revision: this.revision,
      pending: this.#journal.pending(),
      clock: { synchronised: true },
      accessPoints: [{ id: 'front-door', mode: 'controlled', lock: 'locked', contact: 'closed' }],
      readers: [{ id: 'in', online: true }],
    });
  }

  #enter() {
    const customer = `m-${this.#dice.below(500)}-${this.#visits++}`;
    const visit = `${this.#journal.epoch}-${this.#visits}`;
    this.#inside.push({ customer, visit, from: new Date(clock.now().wallMs).toISOString() });
    const data = { visit, customer, space, source: 'card', pass: null, coverage: 'plan' };
    return [this.#granted(customer, 'in', 'plan'), { type: 'checkin.recorded', accessPoint: 'front-door', data }];
  }

  #leave() {
    const [{ customer, visit, from }] = this.#inside.splice(this.#dice.below(this.#inside.length), 1);
    const to = new Date(clock.now().wallMs).toISOString();
    const settled = { auto: false, usage: [], uncoveredMinutes: 0, invoiced: true, review: false };
    const data = { visit, customer, space, from, to, ...settled };
    return [this.#granted(customer, 'out', 'exit'), { type: 'checkout.recorded', accessPoint: 'front-door', data }];
  }

  #granted(customer, direction, reason) {
    const holder = { kind: 'customer', id: customer };
    const data = { holder, credential: { type: 'card', id: `c-${customer}` }, direction, reason };
    return { type: 'access.granted', accessPoint: 'front-door', reader: direction, data };
  }

  #makeEdge(folder, id, url) {
    const options = {
      settings,
      signer: signerOf(readPrivateKeyFile(join(folder, 'keys', id))),
      officeKeys: [readPublicKeyFile(join(folder, 'keys', 'office.pub'))],
      acknowledged: this.#journal.acknowledged,
      installed: null,
    };
    const parts = {
      clock,
      random: this.#random,
      source: this.#reader,
      sink: new ReplicaFiles(this.#replica),
      transport: this.#transport(url),
    };
    return new Edge(options, parts, this.#host());
  }

  #transport(url) {
    const none = { caFile: null, certFile: null, keyFile: null, username: null, passwordFile: null };
    const real = mqttTransport({ url, allowPlain: false, ...none });
    return {
      connect: (request, handlers) => {
        const over = () => this.#connections.delete(cut);
        const connection = real.connect(request, {
          ...handlers,
          down: (fault) => {
            over();
            handlers.down(fault);
          },
        });
        const cut = () => {
          over();
          connection.drop();
          handlers.down({ code: 'closed', message: 'the network broke' });
        };
        this.#connections.add(cut);
        return connection;
      },
    };
  }

  /** It takes no records of other controllers: a thousand of them on one site are a fleet of sites, not doors of one house. */
  #host() {
    return {
      acknowledged: (_epoch, through, issuedAtMs) => {
        this.#journal.acknowledge(through, issuedAtMs);
        this.#report();
      },
      replicaReady: (file, { revision }) => {
        install(file, this.#replica);
        this.revision = revision;
        this.#edge.replicaInstalled(revision);
        this.#report();
      },
      replicaKnown: () => undefined,
      replicaConfirmed: () => undefined,
      command: () => this.#edge.commandAnswered(null),
      refused: ({ kind, reason, detail, count }) => console.error(`refused ${kind} ${reason} ${count}: ${detail}`),
      connection: (online) => {
        this.online = online;
      },
    };
  }
}
