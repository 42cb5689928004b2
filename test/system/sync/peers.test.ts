// Two controllers of one site as real programs, a real mosquitto between them and the office: in at one door, out at the other; cut
// off from each other both spend the same last pass, both open, and in the end all have the same.

import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseReplicaDocument } from '../../../config/load.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { openOfficeStore } from '../../../sync/office/store/open.ts';
import { type CheckinLine, checkins } from '../../../sync/office/visits/query.ts';
import { TestBroker } from '../../support/broker.ts';
import { eventually } from '../../support/eventually.ts';
import { Program } from '../../support/process.ts';

const commandProgram = fileURLToPath(new URL('../daemon/command.mjs', import.meta.url));
const officeProgram = fileURLToPath(new URL('./office-process.mjs', import.meta.url));
const names = ['front', 'back'] as const;
type Name = (typeof names)[number];
const cards = { ana: '04A1B2C3', bob: '04B1B2C3' } as const;

/** A zone in which it is about noon now: no cut-off comes in the middle of a test. */
function zoneAtNoon(): string {
  const hours = 12 - new Date(Date.now()).getUTCHours();
  return hours === 0 ? 'Etc/GMT' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

interface Recorded {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

class Stand {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardea-two-'));
  readonly #programs: Program[] = [];
  readonly #broker: string;

  constructor(broker: string) {
    this.#broker = broker;
    mkdirSync(join(this.folder, 'keys'));
    for (const name of ['office', ...names]) {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const path = join(this.folder, 'keys', name);
      writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      writeFileSync(`${path}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
    }
    writeFileSync(join(this.folder, 'keys', 'site'), `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
    for (const name of names) this.#configure(name);
    const controllers = names.map((id) => ({ id, publicKeyFile: `keys/${id}.pub` }));
    const office = {
      site: 'riverside',
      store: 'sqlite:office.db',
      upstream: { url: broker },
      signingKeyFile: 'keys/office',
      credentialKeyFile: 'keys/site',
      controllers,
    };
    writeFileSync(join(this.folder, 'office.yaml'), JSON.stringify(office));
  }

  #configure(name: Name): void {
    const upstream = { url: this.#broker, signingKeyFile: `keys/${name}`, officeKeys: ['keys/office.pub'] };
    const config = {
      site: 'riverside',
      controller: name,
      credentialKeyFile: 'keys/site',
      dataDir: name,
      upstream: { ...upstream, ackTimeout: '1s', backoffMin: '100ms', backoffMax: '1s' },
      accessPoints: [{ id: `${name}-door`, space: 'riverside', kind: 'entrance', lock: { driver: 'simulated' } }],
      readers: ['in', 'out'].map((direction) => {
        return { id: `${name}-${direction}`, driver: 'simulated', accessPoint: `${name}-door`, direction };
      }),
    };
    writeFileSync(this.configOf(name), JSON.stringify(config));
  }

  configOf(name: Name): string {
    return join(this.folder, `${name}.yaml`);
  }

  import(passes: readonly object[]): void {
    const people = ['ana', 'bob'] as const;
    const text = JSON.stringify({
      format: 'cardea-replica/1',
      site: 'riverside',
      revision: 7,
      spaces: [{ id: 'riverside', timeZone: zoneAtNoon(), currency: 'EUR' }],
      timePasses: [{ id: 'day', price: '20.00', currency: 'EUR', onSale: true }],
      teams: [{ id: 'acme', sharesPasses: true }],
      customers: people.map((id) => ({ id, registeredWith: ['riverside'], teams: ['acme'] })),
      passes,
      credentials: people.map((id) => ({ id: `c-${id}`, type: 'card', value: cards[id], customer: id })),
    });
    const store = openOfficeStore(join(this.folder, 'office.db'), { site: 'riverside', mode: 'write' });
    importReplica(store, parseReplicaDocument(text, 'replica.json').document, { force: false, nowMs: 1 });
    store.close();
  }

  async start(): Promise<void> {
    const office = this.#started(new Program(execPath, [officeProgram, join(this.folder, 'office.yaml'), '']));
    await office.line(/ connected to the broker$/);
    for (const name of names) {
      const daemon = this.#started(new Program(execPath, [commandProgram, 'run', '--config', this.configOf(name)]));
      await daemon.line(/cardea: ready, /);
      await eventually(`${name} has a replica`, () => this.ofType(name, 'replica.applied').length > 0);
    }
  }

  async tap(name: Name, direction: 'in' | 'out', who: keyof typeof cards): Promise<string> {
    const socket = join(this.folder, name, 'cardea.sock');
    return this.run('tap', `${name}-${direction}`, `card:${cards[who]}`, '--socket', socket);
  }

  /** What `decide` says of a card at both doors, on their live databases: reason, and the row that settled it. */
  async decisions(who: keyof typeof cards, at: string, direction: 'in' | 'out'): Promise<string[]> {
    const said = names.map(async (name) => {
      const where = ['--db', join(this.folder, name, 'replica.db'), '--config', this.configOf(name)];
      const asked = ['--access-point', `${name}-door`, '--credential', `card:${cards[who]}`, '--at', at];
      const text = await this.run('decide', ...where, ...asked, '--direction', direction, '--json');
      const { decision, reason } = JSON.parse(text) as { readonly decision: string; readonly reason: string };
      return `${decision} ${reason}`;
    });
    return Promise.all(said);
  }

  async run(...args: string[]): Promise<string> {
    const program = this.#started(new Program(execPath, [commandProgram, ...args]));
    await program.exit;
    return program.lines.join('\n');
  }

  ofType(name: Name, type: string): Recorded[] {
    const db = new Database(join(this.folder, name, 'journal.db'), { readonly: true });
    try {
      const bodies = db.prepare<[string], string>('SELECT body FROM events WHERE type = ? ORDER BY seq').pluck();
      return bodies.all(type).map((body) => JSON.parse(body) as Recorded);
    } finally {
      db.close();
    }
  }

  openVisits(name: Name): string[] {
    const db = new Database(join(this.folder, name, 'journal.db'), { readonly: true });
    try {
      return db.prepare<[], string>('SELECT customer FROM visits ORDER BY customer').pluck().all();
    } finally {
      db.close();
    }
  }

  checkins(): CheckinLine[] {
    const store = openOfficeStore(join(this.folder, 'office.db'), { site: 'riverside', mode: 'read' });
    try {
      return [...checkins(store)];
    } finally {
      store.close();
    }
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

let broker: TestBroker;
let stand: Stand;

beforeEach(async () => {
  broker = await TestBroker.start();
  stand = new Stand(broker.url);
});

afterEach(async () => {
  await stand.close();
  await broker.close();
});

const teamPass = { id: 'p1', timePass: 'day', team: 'acme', source: 'sold' };

describe('two controllers', () => {
  it('in at one, out at the other: one visit, settled once', async () => {
    stand.import([teamPass]);
    await stand.start();
    expect(await stand.tap('front', 'in', 'ana')).toContain('granted');
    await eventually('the other door knows', () => stand.openVisits('back').includes('ana'));
    expect(await stand.tap('back', 'out', 'ana')).toContain('granted');
    await eventually('the first door knows', () => stand.openVisits('front').length === 0);
    await eventually('the office has it', () => stand.checkins()[0]?.to != null);
    expect(stand.checkins()).toMatchObject([
      { customer: 'ana', passes: ['p1'], coverage: 'pass', auto: false, charges: [] },
    ]);
    expect(stand.ofType('back', 'checkout.orphan')).toEqual([]);
    expect([...stand.ofType('front', 'checkout.recorded'), ...stand.ofType('back', 'checkout.recorded')]).toHaveLength(
      1,
    );
  });

  it('both spend the last pass while the broker is away: both open, one is oversold, and both doors answer alike', async () => {
    stand.import([teamPass]);
    await stand.start();
    await broker.stop();
    expect(await stand.tap('front', 'in', 'ana')).toContain('granted');
    expect(await stand.tap('back', 'in', 'bob')).toContain('granted');
    const inMs = Date.now();
    // Whole seconds are billed (O10).
    await eventually('a second of a stay', () => Date.now() > inMs + 1_100);
    expect(await stand.tap('back', 'out', 'bob')).toContain('granted');
    await broker.start();
    await eventually('the office merges', () => stand.checkins().some(({ charges }) => charges.length > 0));
    expect(stand.checkins()).toMatchObject([
      { customer: 'ana', passes: ['p1'], coverage: 'pass', charges: [] },
      { customer: 'bob', passes: [], coverage: 'pay-as-you-go', charges: [{ timePass: 'day', amount: '20.00' }] },
    ]);
    const at = new Date(Date.now()).toISOString();
    await eventually('both know who is inside', () => names.every((name) => stand.openVisits(name).join() === 'ana'));
    const alike = async (): Promise<boolean> => {
      const bob = await stand.decisions('bob', at, 'in');
      return bob.every((one) => one === 'granted pass');
    };
    for (let tries = 0; !(await alike()); tries++) expect(tries).toBeLessThan(50);
    expect(await stand.decisions('ana', at, 'in')).toEqual(['granted re-entry', 'granted re-entry']);
  });
});
