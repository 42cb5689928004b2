// Controllers' ends of the wire, each with a real journal, behind a real mosquitto as it ships, and an office as a process of its
// own: what the tests of a bad network hold. In the end the books are compared by code of the test's own.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import type { Clock } from '../../../access/clock.ts';
import type { EventDraft } from '../../../access/event.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { realClock } from '../../../daemon/clock/real.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import { type JournalOptions, openJournal } from '../../../db/journal/open-journal.ts';
import { openJournalReader } from '../../../db/journal/reader.ts';
import { Edge } from '../../../sync/edge/edge.ts';
import type { EdgeHost, EdgeSettings } from '../../../sync/edge/ports.ts';
import { signerOf } from '../../../sync/protocol/keys.ts';
import { mqttTransport } from '../../../sync/protocol/mqtt-transport.ts';
import type { Transport } from '../../../sync/protocol/transport.ts';
import { type BrokerOptions, TestBroker } from '../../support/broker.ts';
import { eventually } from '../../support/eventually.ts';
import { type JoseSigner, joseSigner } from '../../support/jose-signer.ts';
import { canonical, checkin, sha256 } from '../../support/journal-maker.ts';
import { Program } from '../../support/process.ts';

const officeProgram = fileURLToPath(new URL('./office-process.mjs', import.meta.url));
const machineClock = realClock(() => true);
export const names = ['front-desk', 'back-door'] as const;

/** Short waits, so that what is lost is soon sent again; small batches, so that there are many messages. */
const settings: EdgeSettings = {
  windowEvents: 500,
  batchEvents: 20,
  batchBytes: 200_000,
  ackTimeoutMs: 500,
  backoffMinMs: 50,
  backoffMaxMs: 500,
  maxMessageBytes: 4_194_304,
  maxReplicaBytes: 2_147_483_648,
};

export class WireController {
  readonly name: string;
  readonly journal: Journal;
  /** The office's word. */
  acknowledged = 0;
  /** Messages with events that were handed to the network. */
  sent = 0;
  online = false;
  readonly #file: string;
  readonly #settings: EdgeSettings;
  #edge: Edge | null = null;

  /** @param clock of the journal; null: the machine's. What is made up on another one needs no durable disk. */
  constructor(folder: string, name: string, clock: Clock | null) {
    mkdirSync(join(folder, name));
    this.name = name;
    // Of a journal that was made up there is much to bring: as large as the defaults of a config.
    this.#settings = clock === null ? settings : { ...settings, batchEvents: 100, windowEvents: 1_000 };
    this.#file = join(folder, name, 'journal.db');
    const random = seededRandom(name);
    const identity = { site: 'riverside', controller: name, epoch: null };
    const options: JournalOptions = {
      file: this.#file,
      ...identity,
      durability: clock === null ? 'full' : 'none',
      clock: clock ?? machineClock,
      random,
    };
    this.journal = openJournal(options).journal;
  }

  /** So many records more, a visit among ten. */
  write(count: number): void {
    const first = this.journal.head.seq;
    const drafts = Array.from({ length: count }, (_, n): EventDraft => {
      if ((first + n) % 10 !== 0) return { type: 'door.opened', accessPoint: 'front-door', data: {} };
      const visit = `${this.name}-${first + n}`;
      const data = checkin({ visit, customer: `c-${visit}` }) as EventDraft['data'];
      return { type: 'checkin.recorded', accessPoint: 'front-door', data };
    });
    this.journal.commit(drafts, []);
    this.#edge?.journalGrew(this.journal.head.seq);
  }

  connect(transport: Transport, signer: JoseSigner, office: JoseSigner): void {
    const options = {
      settings: this.#settings,
      signer: signerOf(signer.privateKey),
      officeKeys: [office.publicKey],
      acknowledged: this.journal.acknowledged,
      installed: null,
    };
    const sink = {
      begin: () => {
        throw new Error('no replica is published here');
      },
    };
    const source = openJournalReader(this.#file);
    const parts = {
      clock: machineClock,
      random: seededRandom(this.name),
      source,
      sink,
      transport: this.#counted(transport),
    };
    this.#edge = new Edge(options, parts, this.#host());
    this.#edge.start();
  }

  /** What the journal says, in order. */
  bodies(): string[] {
    const db = new Database(this.#file, { readonly: true });
    try {
      return db.prepare<[], string>('SELECT body FROM events ORDER BY seq').pluck().all();
    } finally {
      db.close();
    }
  }

  async close(): Promise<void> {
    await this.#edge?.stop();
    this.journal.close();
  }

  #counted(transport: Transport): Transport {
    return {
      connect: (request, handlers) => {
        const connection = transport.connect(request, handlers);
        return {
          publish: (topic, payload, options) => {
            const taken = connection.publish(topic, payload, options);
            if (taken && topic.endsWith('/events')) this.sent++;
            return taken;
          },
          close: (done) => connection.close(done),
          drop: () => connection.drop(),
        };
      },
    };
  }

  #host(): EdgeHost {
    return {
      acknowledged: (_epoch, through, issuedAtMs) => {
        this.journal.acknowledge(through, issuedAtMs);
        this.acknowledged = through;
      },
      connection: (online) => {
        this.online = online;
      },
      replicaReady: () => {},
      replicaKnown: () => {},
      replicaConfirmed: () => {},
      command: () => {},
      refused: () => {},
    };
  }
}

export class WireWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardea-wire-'));
  readonly broker: TestBroker;
  readonly controllers: readonly WireController[];
  readonly #keys: ReadonlyMap<string, JoseSigner>;
  #office: Program | null = null;

  private constructor(broker: TestBroker, keys: ReadonlyMap<string, JoseSigner>, clock: Clock | null) {
    this.broker = broker;
    this.#keys = keys;
    this.controllers = names.map((name) => new WireController(this.folder, name, clock));
  }

  /** Nothing is connected yet. @param clock of the journals */
  static async make(options: BrokerOptions = {}, clock: Clock | null = null): Promise<WireWorld> {
    const broker = await TestBroker.start({ mutualTls: true, shipped: true, ...options });
    const keys = new Map<string, JoseSigner>();
    for (const name of ['office', ...names]) keys.set(name, await joseSigner());
    const world = new WireWorld(broker, keys, clock);
    world.#writeOffice();
    return world;
  }

  /** The office, once it is connected. */
  async startOffice(): Promise<Program> {
    const office = new Program(execPath, [officeProgram, join(this.folder, 'office.yaml')]);
    this.#office = office;
    await office.line(/ connected to the broker$/);
    return office;
  }

  async killOffice(): Promise<void> {
    await this.#office?.end();
  }

  /** All controllers; through another port than the broker's where one is given. */
  connect(port = this.broker.port): void {
    const { authority } = this.broker;
    if (authority === null) throw new Error('no TLS');
    for (const controller of this.controllers) {
      const files = { caFile: authority.caFile, ...authority.client(controller.name) };
      const url = `mqtts://localhost:${port}`;
      const transport = mqttTransport({ url, allowPlain: false, username: null, passwordFile: null, ...files });
      controller.connect(transport, this.#key(controller.name), this.#key('office'));
    }
  }

  write(count: number): void {
    for (const controller of this.controllers) controller.write(count);
  }

  /** Settles when the office has acknowledged every journal to its end; then nothing is lost, doubled or missing there. */
  async whole(): Promise<void> {
    await eventually(
      () => `acknowledgements to the end: ${this.controllers.map(({ acknowledged }) => acknowledged).join(', ')}`,
      () => this.controllers.every(({ acknowledged, journal }) => acknowledged === journal.head.seq),
    );
    const db = new Database(join(this.folder, 'office.db'), { readonly: true });
    try {
      const kept = db.prepare<[string], string>('SELECT body FROM events WHERE controller = ? ORDER BY seq').pluck();
      for (const controller of this.controllers) {
        const bodies = kept.all(controller.name);
        expect(bodies.length).toBe(controller.journal.head.seq);
        expect(bodies).toEqual(controller.bodies());
        checkChain(bodies, controller.name, controller.journal.epoch);
      }
      const visits = this.controllers.flatMap((controller) => controller.bodies()).filter(isCheckin).length;
      expect(db.prepare('SELECT count(*) FROM visits').pluck().get()).toBe(visits);
      expect(db.prepare('SELECT * FROM anomalies').all()).toEqual([]);
    } finally {
      db.close();
    }
  }

  async close(): Promise<void> {
    this.broker.thaw();
    for (const controller of this.controllers) await controller.close();
    await this.#office?.end();
    await this.broker.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #key(name: string): JoseSigner {
    const key = this.#keys.get(name);
    if (key === undefined) throw new Error(name);
    return key;
  }

  #writeOffice(): void {
    const { authority, url } = this.broker;
    if (authority === null) throw new Error('no TLS');
    const { certFile, keyFile } = authority.client('office');
    const put = (name: string, text: string): void => writeFileSync(join(this.folder, name), text, { mode: 0o600 });
    put('office.key', this.#key('office').privatePem);
    put('site.key', `${Buffer.alloc(32, 7).toString('base64')}\n`);
    for (const name of names) put(`${name}.pub`, this.#key(name).publicPem);
    put(
      'office.yaml',
      `site: riverside
store: sqlite:office.db
upstream: { url: "${url}", caFile: ${authority.caFile}, certFile: ${certFile}, keyFile: ${keyFile} }
signingKeyFile: office.key
credentialKeyFile: site.key
controllers: [${names.map((name) => `{ id: ${name}, publicKeyFile: ${name}.pub }`).join(', ')}]
`,
    );
  }
}

function isCheckin(body: string): boolean {
  return body.includes('"type":"checkin.recorded"');
}

/** By interfaces.md section 5, and with none of our code. */
function checkChain(bodies: readonly string[], controller: string, epoch: string): void {
  let prev = sha256(canonical({ format: 'cardea-journal/1', site: 'riverside', controller, epoch }));
  for (const [n, body] of bodies.entries()) {
    const event = JSON.parse(body) as { seq: number; prev: string };
    if (event.seq !== n + 1 || event.prev !== prev) throw new Error(`the chain of ${controller} breaks at ${n + 1}`);
    prev = sha256(canonical(event));
  }
}
