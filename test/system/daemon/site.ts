// A site for the daemon's system tests: a folder with keys made by node:crypto, configs, an office's store with a replica,
// and the real processes on it. What is asserted is read as an outsider reads it.

import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { parseReplicaDocument } from '../../../config/load.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { openOfficeStore } from '../../../sync/office/store/open.ts';
import { type CheckinLine, checkins } from '../../../sync/office/visits/query.ts';
import { eventually } from '../../support/eventually.ts';
import { Program } from '../../support/process.ts';

const commandProgram = fileURLToPath(new URL('./command.mjs', import.meta.url));
const officeProgram = fileURLToPath(new URL('../sync/office-process.mjs', import.meta.url));

export interface RecordedEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export class DaemonSite {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardea-daemon-'));
  readonly config = join(this.folder, 'controller.yaml');
  readonly data = join(this.folder, 'data');
  readonly locks = join(this.folder, 'locks.jsonl');
  readonly #programs: Program[] = [];

  constructor() {
    mkdirSync(join(this.folder, 'keys'));
    for (const name of ['office', 'front-desk']) {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const path = join(this.folder, 'keys', name);
      writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      writeFileSync(`${path}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
    }
    writeFileSync(join(this.folder, 'keys', 'site'), `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
  }

  get socket(): string {
    return join(this.data, 'cardea.sock');
  }

  /** @param readers YAML list items. @param broker null: the controller works alone. */
  writeConfig(readers: readonly string[], broker: string | null, unlockTime = '5s'): void {
    const upstream = `upstream: { url: "${broker}", signingKeyFile: keys/front-desk, officeKeys: [keys/office.pub], ackTimeout: 1s, backoffMin: 100ms, backoffMax: 1s }`;
    const lines = [
      'site: riverside',
      'controller: front-desk',
      'credentialKeyFile: keys/site',
      'dataDir: data',
      ...(broker === null ? [] : [upstream]),
      'accessPoints:',
      '  - id: front-door',
      '    space: riverside',
      '    kind: entrance',
      '    contact: { driver: simulated }',
      `    lock: { driver: simulated, file: ${this.locks}, unlockTime: ${unlockTime} }`,
      'readers:',
      ...readers.map((reader) => `  - ${reader}`),
    ];
    writeFileSync(this.config, `${lines.join('\n')}\n`);
  }

  writeOffice(broker: string): string {
    const file = join(this.folder, 'office.yaml');
    writeFileSync(
      file,
      `site: riverside
store: sqlite:office.db
upstream: { url: "${broker}" }
signingKeyFile: keys/office
credentialKeyFile: keys/site
controllers: [{ id: front-desk, publicKeyFile: keys/front-desk.pub }]
`,
    );
    return file;
  }

  /** Ana and Bob, each with a card and a day pass. */
  importReplica(): void {
    const people = ['ana', 'bob'];
    const text = JSON.stringify({
      format: 'cardea-replica/1',
      site: 'riverside',
      revision: 7,
      spaces: [{ id: 'riverside', timeZone: 'Europe/Berlin', currency: 'EUR' }],
      timePasses: [{ id: 'day', price: '20.00', currency: 'EUR' }],
      customers: people.map((id) => ({ id, registeredWith: ['riverside'] })),
      passes: people.map((id) => ({ id: `p-${id}`, timePass: 'day', customer: id, source: 'sold' })),
      credentials: people.map((id, n) => ({ id: `c-${id}`, type: 'card', value: `04A1B2C${n}`, customer: id })),
    });
    const store = openOfficeStore(join(this.folder, 'office.db'), { site: 'riverside', mode: 'write' });
    importReplica(store, parseReplicaDocument(text, 'replica.json').document, { force: false, nowMs: 1 });
    store.close();
  }

  /** The daemon, once it says that its doors work. */
  async daemon(): Promise<Program> {
    const program = this.command('run', '--config', this.config);
    await program.line(/cardea: ready, /);
    return program;
  }

  command(...args: string[]): Program {
    return this.#started(new Program(execPath, [commandProgram, ...args]));
  }

  /** The same with more in its environment. */
  commandIn(env: Readonly<Record<string, string>>, ...args: string[]): Program {
    return this.#started(new Program(execPath, [commandProgram, ...args], { env }));
  }

  /** The office, once it is connected. */
  async office(fault = ''): Promise<Program> {
    const program = this.#started(new Program(execPath, [officeProgram, join(this.folder, 'office.yaml'), fault]));
    await program.line(/ connected to the broker$/);
    return program;
  }

  checkins(): CheckinLine[] {
    const store = openOfficeStore(join(this.folder, 'office.db'), { site: 'riverside', mode: 'read' });
    try {
      return [...checkins(store)];
    } finally {
      store.close();
    }
  }

  /** What the office has, by sequence number. */
  officeEvents(): number[] {
    const db = new Database(join(this.folder, 'office.db'), { readonly: true });
    try {
      return db.prepare<[], number>('SELECT seq FROM events ORDER BY seq').pluck().all();
    } finally {
      db.close();
    }
  }

  /** The journal as it is on disk now; empty while there is none. */
  events(): RecordedEvent[] {
    const db = new Database(join(this.data, 'journal.db'), { readonly: true });
    try {
      const bodies = db.prepare<[], string>('SELECT body FROM events ORDER BY seq').pluck().all();
      return bodies.map((body) => JSON.parse(body) as RecordedEvent);
    } finally {
      db.close();
    }
  }

  /** Changes what is written in a record, as somebody with a database tool would; no daemon may run. */
  alterRecord(seq: number): void {
    const db = new Database(join(this.data, 'journal.db'));
    db.prepare("UPDATE events SET body = replace(body, 'riverside', 'elsewhere') WHERE seq = ?").run(seq);
    db.close();
  }

  ofType(type: string): RecordedEvent[] {
    return this.events().filter((event) => event.type === type);
  }

  /** Settles with the first event of this type. */
  recorded(type: string): Promise<RecordedEvent> {
    return eventually(`an event ${type}`, () => this.ofType(type)[0]);
  }

  async close(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.end()));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  #started(program: Program): Program {
    this.#programs.push(program);
    return program;
  }
}
