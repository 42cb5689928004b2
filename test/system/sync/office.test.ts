// The office behind a real mosquitto with mutual TLS, heard and spoken to by a controller that shares no code with it; and
// as a process that is killed at the worst moment.

import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadOfficeConfig, parseReplicaDocument } from '../../../config/load.ts';
import { systemRandom } from '../../../daemon/clock/random.ts';
import { realClock } from '../../../daemon/clock/real.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { type RunningOffice, runOffice } from '../../../sync/office/run.ts';
import { type OfficeStore, openOfficeStore } from '../../../sync/office/store/open.ts';
import { checkins, present } from '../../../sync/office/visits/query.ts';
import { TestBroker } from '../../support/broker.ts';
import type { TestAuthority } from '../../support/certificates.ts';
import { eventually } from '../../support/eventually.ts';
import { type JoseSigner, joseSigner } from '../../support/jose-signer.ts';
import { checkin, checkout, JournalMaker } from '../../support/journal-maker.ts';
import { Program } from '../../support/process.ts';
import { WireEdge } from '../../support/wire-edge.ts';

const officeProgram = fileURLToPath(new URL('./office-process.mjs', import.meta.url));
const siteKey = Buffer.alloc(32, 7);

let folder: string;
let broker: TestBroker;
let officeKey: JoseSigner;
let frontKey: JoseSigner;
let configFile: string;
let edge: WireEdge;
/** A further connection of the same controller. */
let connect: () => Promise<WireEdge>;
const offices: RunningOffice[] = [];
const programs: Program[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-office-'));
  broker = await TestBroker.start({ mutualTls: true });
  [officeKey, frontKey] = await Promise.all([joseSigner(), joseSigner()]);
  configFile = writeConfig();
  const { certFile, keyFile } = authority().client('front-desk');
  const tls = { ca: readFileSync(authority().caFile), cert: readFileSync(certFile), key: readFileSync(keyFile) };
  const who = { site: 'riverside', controller: 'front-desk', signer: frontKey, office: officeKey };
  connect = () => WireEdge.connect(broker.url, tls, who);
  edge = await connect();
});

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.end()));
  await Promise.all(offices.splice(0).map((office) => office.stop()));
  await edge.close();
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
});

function authority(): TestAuthority {
  if (broker.authority === null) throw new Error('no TLS');
  return broker.authority;
}

function writeConfig(): string {
  const { certFile, keyFile } = authority().client('office');
  const write = (name: string, text: string, mode = 0o600): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode });
    return path;
  };
  write('office.key', officeKey.privatePem);
  write('site.key', `${siteKey.toString('base64')}\n`);
  write('front-desk.pub', frontKey.publicPem);
  return write(
    'office.yaml',
    `site: riverside
store: sqlite:office.db
upstream: { url: "${broker.url}", caFile: ${authority().caFile}, certFile: ${certFile}, keyFile: ${keyFile} }
signingKeyFile: office.key
credentialKeyFile: site.key
controllers: [{ id: front-desk, publicKeyFile: front-desk.pub }]
`,
  );
}

/** An office in this process. */
async function running(): Promise<RunningOffice> {
  const { config } = loadOfficeConfig(configFile);
  const office = await runOffice(config, { clock: realClock(() => true), random: systemRandom, log: () => {} });
  offices.push(office);
  return office;
}

/** An office in a process of its own. */
async function officeProcess(fault = ''): Promise<Program> {
  const program = new Program(execPath, [officeProgram, configFile, fault]);
  programs.push(program);
  await program.line(/ connected to the broker$/);
  return program;
}

function load(revision: number, customers: readonly string[]): void {
  const text = JSON.stringify({
    format: 'cardea-replica/1',
    site: 'riverside',
    revision,
    spaces: [{ id: 'riverside', timeZone: 'Europe/Berlin', currency: 'EUR' }],
    customers: customers.map((id) => ({ id, name: `Name of ${id}` })),
    credentials: customers.map((id, n) => ({ id: `c-${id}`, type: 'card', value: `04:a1:b2:${n}0`, customer: id })),
  });
  const store = openOfficeStore(join(folder, 'office.db'), { site: 'riverside', mode: 'write' });
  try {
    importReplica(store, parseReplicaDocument(text, 'replica.json').document, { force: false, nowMs: 0 });
  } finally {
    store.close();
  }
}

function read<T>(query: (store: OfficeStore) => Iterable<T>): T[] {
  const store = openOfficeStore(join(folder, 'office.db'), { site: 'riverside', mode: 'read' });
  try {
    return [...query(store)];
  } finally {
    store.close();
  }
}

/** Publishes what is to be refused. */
function forge(topic: string, payload: string | Buffer, options?: { retain: boolean }): Promise<void> {
  broker.excuse(payload);
  return edge.publish(topic, payload, options);
}

const at = (time: string): string => `2026-03-02T${time}:00.000Z`;

function visits(count: number): JournalMaker {
  const journal = new JournalMaker('front-desk');
  for (let n = 0; n < count; n++) {
    const visit = { visit: `v${n}`, customer: `c${n}` };
    journal.add('checkin.recorded', checkin(visit), { time: at('08:00'), accessPoint: 'front-door' });
    if (n > 0) journal.add('checkout.recorded', checkout(visit, at('08:00'), at('12:00')), { time: at('12:00') });
  }
  return journal;
}

function newest(revision: number): Promise<Record<string, unknown>> {
  return eventually(`the manifest of revision ${revision}`, async () => {
    const manifest = (await edge.read('manifest')).at(-1);
    return manifest?.revision === revision ? manifest : undefined;
  });
}

describe('the office behind a broker', () => {
  it('acknowledges what a controller sends, and lists its visits', async () => {
    load(1, ['c0', 'c1', 'c2']);
    await running();
    const journal = visits(3);
    await edge.deliver(journal);
    expect(read((store) => checkins(store)).map(({ visit, to }) => [visit, to])).toEqual([
      ['v0', null],
      ['v1', at('12:00')],
      ['v2', at('12:00')],
    ]);
    expect(read((store) => present(store, Date.parse(at('12:30'))))).toMatchObject([
      { customer: 'c0', name: 'Name of c0', space: 'riverside', minutes: 270, accessPoint: 'front-door' },
    ]);
  });

  it('gives its replica to whoever wants it, whole and with hashes in place of values', async () => {
    load(1, ['ana', 'bob']);
    await running();
    const manifest = await newest(1);
    const expected = manifest.chunks as { sha256: string; bytes: number }[];
    await edge.send('want', { have: 0 });
    const chunks = await eventually('all chunks', () => {
      const found = edge.chunks(1);
      return found.size === expected.length ? found : undefined;
    });
    const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    for (const [n, { sha256: hash, bytes }] of expected.entries()) {
      const chunk = chunks.get(n) ?? Buffer.alloc(0);
      expect([sha256(chunk), chunk.length]).toEqual([hash, bytes]);
    }
    const text = Buffer.concat(expected.map((_, n) => gunzipSync(chunks.get(n) ?? Buffer.alloc(0))));
    expect([sha256(text), text.length]).toEqual([manifest.sha256, manifest.bytes]);
    expect(text.toString()).toContain(createHmac('sha256', siteKey).update('card:04A1B200').digest('hex'));
    expect(text.toString()).not.toContain('04A1B200');
  });

  it('publishes what another process imports while it runs', async () => {
    load(1, ['ana']);
    await running();
    await newest(1);
    load(2, ['ana', 'bob']);
    const manifest = await newest(2);
    expect(manifest.controllers).toEqual([
      { id: 'front-desk', publicKey: frontKey.publicKey.export({ format: 'der', type: 'spki' }).toString('base64') },
    ]);
  });

  it('comes back by itself when the broker does, and takes what was written meanwhile', async () => {
    load(1, ['c0']);
    const office = await running();
    const journal = visits(1);
    await edge.deliver(journal);
    await broker.stop();
    await eventually('the loss of the broker', () => !office.online());
    journal.add('door.opened');
    await broker.start();
    await edge.deliver(journal);
    await eventually('the manifest on the new broker', async () => (await edge.read('manifest')).length >= 2);
    expect(office.counters()).toMatchObject({ taken: 2 });
  });

  it('refuses what is unsigned or signed by others, and goes on', async () => {
    const office = await running();
    const stranger = await joseSigner();
    const journal = visits(2);
    await eventually('the connection', () => office.online());
    await forge('cardea/1/riverside/front-desk/events', JSON.stringify(journal.batch()));
    await forge('cardea/1/riverside/front-desk/events', Buffer.alloc(6 * 1024 * 1024, 0x61));
    await forge('cardea/1/riverside/cellar/events', 'x');
    await edge.send('events', journal.batch(), stranger);
    await edge.deliver(journal);
    expect(office.counters().refused).toEqual({
      malformed: 1,
      'too-long': 1,
      'unknown-controller': 1,
      'unknown-key': 1,
    });
    expect(office.counters().taken).toBe(journal.events.length);
  });
});

describe('a forged manifest, retained', () => {
  it.each([
    ['while the office runs', true],
    ['before the office starts', false],
  ])('does not stand at the broker: %s', async (_, officeFirst) => {
    const topic = 'cardea/1/riverside/replica/manifest';
    const stranger = await joseSigner();
    const forged = await stranger.sign(topic, { revision: 99 });
    load(1, ['ana']);
    const forgeIt = (): Promise<void> => forge(topic, forged, { retain: true });
    if (!officeFirst) await forgeIt();
    const office = await running();
    if (officeFirst) {
      await newest(1);
      await forgeIt();
    }
    const said = (): string[] => edge.messages.filter((message) => message.topic === topic).map((m) => `${m.payload}`);
    await eventually('the true one after the forged one', () => {
      const texts = said();
      return texts.includes(forged) && texts.at(-1) !== forged;
    });
    expect(office.counters().refused).toEqual(officeFirst ? { 'manifest-replaced': 1 } : {});
    if (officeFirst) expect(said()).toEqual([said()[0], forged, said()[0]]);
    const late = await connect();
    try {
      const manifests = await eventually('the manifest for whoever comes now', async () => {
        const found = await late.read('manifest');
        return found.length > 0 ? found : undefined;
      });
      expect(manifests[0]?.revision).toBe(1);
    } finally {
      await late.close();
    }
  });
});

describe('the office as a process', () => {
  it('killed between commit and acknowledgement, has everything once and acknowledges it when it is back', async () => {
    const journal = visits(3);
    const first = await officeProcess('stop-after-commit');
    await edge.send('events', journal.batch());
    await first.line(/^committed$/);
    first.kill('SIGKILL');
    await first.exit;
    expect(await edge.acknowledged(journal.epoch)).toBe(0);
    expect(read((store) => checkins(store))).toHaveLength(3);
    await officeProcess();
    await edge.deliver(journal);
    expect(read((store) => checkins(store))).toHaveLength(3);
    expect(read((store) => store.db.prepare('SELECT seq FROM events').iterate())).toHaveLength(journal.events.length);
  });

  it('has its store to itself', async () => {
    const first = await officeProcess();
    const second = new Program(execPath, [officeProgram, configFile]);
    programs.push(second);
    expect(await second.exit).toBe(1);
    expect(second.lines.at(-1)).toContain('refused store-in-use');
    expect(second.lines.at(-1)).toContain(join(folder, 'office.db'));
    first.kill('SIGTERM');
    await first.line(/^stopped$/);
    expect(await first.exit).toBe(0);
    await officeProcess();
  });
});
