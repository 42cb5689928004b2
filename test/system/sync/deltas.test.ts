// Deltas on real parts: a process that is killed while it applies them, and a daemon that was away, behind a real broker with a
// real office that has them, has them no more, or has them wrong.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import mqtt from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseReplicaDocument } from '../../../config/load.ts';
import { install } from '../../../db/replica/builder.ts';
import { ReplicaFiles } from '../../../db/replica/files.ts';
import type { ReplicaRow } from '../../../db/replica/header.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { openOfficeStore } from '../../../sync/office/store/open.ts';
import { TestBroker } from '../../support/broker.ts';
import { eventually } from '../../support/eventually.ts';
import { joseSigner } from '../../support/jose-signer.ts';
import { Program } from '../../support/process.ts';
import { contentOf } from '../../support/replica-content.ts';
import { dice } from '../../support/replica-states.ts';
import { digestOf } from '../../unit/sync/fake-office.ts';
import { DaemonSite } from '../daemon/site.ts';

const reviseProgram = fileURLToPath(new URL('./revise-process.mjs', import.meta.url));

describe('a process that is killed while it applies deltas', () => {
  const kills = 12;
  const people = 1_200;
  const rowsAt = (revision: number): ReplicaRow[] =>
    Array.from({ length: people }, (_, n) => {
      const name = `${Math.floor((revision + n) / 7)}`;
      return ['customers', { id: `c${n}`, name, registeredWith: [], teams: [], disabled: false }];
    });

  it('leaves the old replica or the new one, and goes on from it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cardea-killed-'));
    const roll = dice(20261130);
    try {
      const file = join(folder, 'replica.db');
      const counts = { customers: people };
      const most = { customers: people, credentials: 0 };
      const facts = { revision: 1, sha256: 'b'.repeat(64), peers: [], counts, most, digest: digestOf(rowsAt(1)) };
      const builder = new ReplicaFiles(file).begin({ site: 'riverside', ...facts });
      for (const row of rowsAt(1)) builder.add(...row);
      install(builder.finish(), file);
      let least = 1;
      for (let kill = 0; kill < kills; kill++) {
        const program = new Program(execPath, [reviseProgram, folder]);
        const lines = 1 + roll(40);
        await eventually('so many lines', () => program.lines.length >= lines);
        program.kill('SIGKILL');
        expect(await program.exit).toBe('SIGKILL');
        const { revision, digest, customers } = contentOf(file);
        const rows = rowsAt(Number(revision));
        expect(customers).toEqual(rows.map(([, record]) => stored(record as { id: string; name: string })).sort());
        expect(digest).toBe(digestOf(rows));
        const installed = program.lines.filter((line) => line === 'installed').length;
        expect(Number(revision) - least).toBeGreaterThanOrEqual(installed);
        expect(Number(revision) - least).toBeLessThanOrEqual(installed + 1);
        least = Number(revision);
      }
      expect(least).toBeGreaterThan(kills);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const stored = ({ id, name }: { id: string; name: string }): string => JSON.stringify([id, name, '[]', '[]', 0]);
});

describe('a daemon that was away', () => {
  let site: DaemonSite;
  let broker: TestBroker;
  let office: Program;

  beforeEach(async () => {
    site = new DaemonSite();
    broker = await TestBroker.start();
    site.writeConfig(['{ id: in, driver: simulated, accessPoint: front-door, direction: in }'], broker.url);
    site.writeOffice(broker.url);
    await publish(1, 'a', false);
    office = await site.office();
    await office.line(/offers revision 1$/);
  });

  afterEach(async () => {
    await site.close();
    await broker.close();
  });

  /** 200 people, the first of whom has this name; or all of them. */
  async function publish(revision: number, name: string, awaited = true, all = false): Promise<void> {
    const text = JSON.stringify({
      format: 'cardea-replica/1',
      site: 'riverside',
      revision,
      spaces: [{ id: 'riverside', timeZone: 'Europe/Berlin', currency: 'EUR' }],
      customers: Array.from({ length: 200 }, (_, n) => ({ id: `c${n}`, name: all || n === 0 ? `${name} ${n}` : 'x' })),
    });
    const store = openOfficeStore(officeFile(), { site: 'riverside', mode: 'write' });
    importReplica(store, parseReplicaDocument(text, 'replica.json').document, { force: false, nowMs: 1 });
    store.close();
    if (awaited) await office.line(new RegExp(`offers revision ${revision}$`));
  }

  const officeFile = (): string => join(site.folder, 'office.db');
  const came = (): string[] => site.ofType('replica.applied').map(({ data }) => `${data.revision} ${data.how}`);
  const refused = (): unknown[] => site.ofType('replica.refused').map(({ data }) => data.reason);
  const nameHere = (): string => String((contentOf(join(site.data, 'replica.db')).customers as string[])[0]);

  /** It starts, gets the newest, and ends. */
  async function visit(revision: number): Promise<void> {
    const daemon = await site.daemon();
    await eventually(`revision ${revision}`, () => came().at(-1)?.startsWith(`${revision} `));
    const status = site.command('status', '--json', '--socket', site.socket);
    const said = JSON.parse(await status.line(/^\{/)) as Record<string, unknown>;
    expect(said).toMatchObject({ revision, newestRevision: revision });
    daemon.kill('SIGTERM');
    await daemon.exit;
  }

  it('gets the deltas that it lacks; one that fell too far behind gets the snapshot', async () => {
    await visit(1);
    await publish(2, 'b');
    await publish(3, 'c');
    await visit(3);
    expect(nameHere()).toContain('c 0');
    await publish(4, 'd', true, true);
    await publish(5, 'e', true, true);
    await visit(5);
    expect(came()).toEqual(['1 snapshot', '3 delta', '5 snapshot']);
    expect(refused()).toEqual([]);
  });

  it('that runs gets each delta as it is made', async () => {
    const daemon = await site.daemon();
    await eventually('revision 1', () => came().length === 1);
    for (let revision = 2; revision < 6; revision++) {
      await publish(revision, `n${revision}`);
      await eventually(`revision ${revision}`, () => came().at(-1) === `${revision} delta`);
      expect(nameHere()).toContain(`n${revision} 0`);
    }
    daemon.kill('SIGTERM');
    await daemon.exit;
    expect(refused()).toEqual([]);
  });

  it.each([
    ['altered in the office', "UPDATE deltas SET operations = replace(operations, 'b 0', 'z 0')", 'delta-digest'],
    [
      'from another revision than it says',
      'UPDATE deltas SET base = 1 WHERE revision = 3; DELETE FROM deltas WHERE revision = 2',
      'delta-digest',
    ],
    ['that cannot be applied', `UPDATE deltas SET operations = '[["delete","customers","nobody"]]'`, 'delta-operation'],
  ])('refuses a delta that is %s, and gets the snapshot', async (_, wrong, reason) => {
    await visit(1);
    await publish(2, 'b');
    if (wrong.includes('base')) await publishAround();
    const db = new Database(officeFile());
    db.exec(wrong);
    db.close();
    const revision = wrong.includes('base') ? 3 : 2;
    await visit(revision);
    expect(came()).toEqual(['1 snapshot', `${revision} snapshot`]);
    expect(refused()).toEqual([reason]);
    await publish(revision + 1, 'after');
    await visit(revision + 1);
    expect(came().at(-1)).toBe(`${revision + 1} delta`);
    expect(nameHere()).toContain('after 0');
  });

  /** A further revision that changes another record than the one before. */
  async function publishAround(): Promise<void> {
    const text = JSON.stringify({
      format: 'cardea-replica/1',
      site: 'riverside',
      revision: 3,
      spaces: [{ id: 'riverside', timeZone: 'Europe/Berlin', currency: 'EUR' }],
      customers: Array.from({ length: 200 }, (_, n) => ({ id: `c${n}`, name: n === 0 ? 'b 0' : n === 1 ? 'y' : 'x' })),
    });
    const store = openOfficeStore(officeFile(), { site: 'riverside', mode: 'write' });
    importReplica(store, parseReplicaDocument(text, 'replica.json').document, { force: false, nowMs: 1 });
    store.close();
    await office.line(/offers revision 3$/);
  }

  it('takes nothing of a stranger', async () => {
    const daemon = await site.daemon();
    await eventually('revision 1', () => came().length === 1);
    const stranger = await joseSigner();
    const client = await mqtt.connectAsync(broker.url);
    for (const to of ['front-desk/', '']) {
      const topic = `cardea/1/riverside/${to}replica/delta`;
      const delta = { from: 1, to: 2, operations: [['delete', 'customers', 'c0']] };
      await client.publishAsync(topic, await stranger.sign(topic, delta), { qos: 1 });
    }
    await eventually('the refusal', () => refused().length === 1);
    await client.endAsync();
    await publish(2, 'b');
    await eventually('revision 2', () => came().at(-1) === '2 delta');
    expect(refused()).toEqual(['unknown-key']);
    daemon.kill('SIGTERM');
    await daemon.exit;
  });
});
