// A controller lost and back from a backup, on real parts: the daemon, the office behind a broker, and a new SD card.
// Whatever lay between backup and loss, the office has each record of either epoch once, and an open visit ends properly.

import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askDaemon } from '../../../daemon/socket/client.ts';
import { TestBroker } from '../../support/broker.ts';
import { eventually } from '../../support/eventually.ts';
import type { Program } from '../../support/process.ts';
import { DaemonSite } from './site.ts';

const [ana, bob] = ['card:04A1B2C0', 'card:04A1B2C1'];
const readers = [
  '{ id: front-in, driver: simulated, accessPoint: front-door, direction: in }',
  '{ id: front-out, driver: simulated, accessPoint: front-door, direction: out }',
];

// Real processes, many of them one after the other: on a machine that is busy they take their time.
vi.setConfig({ testTimeout: 180_000 });

let site: DaemonSite;
let broker: TestBroker;
let daemon: Program;
let file: string;

beforeEach(async () => {
  site = new DaemonSite();
  file = join(site.folder, 'front-desk.tar.gz');
  broker = await TestBroker.start();
  site.writeConfig(readers, broker.url);
  site.writeOffice(broker.url);
  site.importReplica();
  await site.office();
  daemon = await site.daemon();
  await site.recorded('replica.applied');
});

afterEach(async () => {
  await site.close();
  await broker.close();
});

async function run(status: number, ...args: string[]): Promise<string> {
  const program = site.command(...args);
  expect([await program.exit, program.lines]).toEqual([status, program.lines]);
  return program.lines.join('\n');
}

async function tap(reader: string, credential: string): Promise<void> {
  expect(await askDaemon(site.socket, { do: 'tap', reader, credential })).toMatchObject({ granted: true });
}

const backup = (): Promise<string> => run(0, 'backup', file, '--config', site.config);
const restore = (status = 0): Promise<string> => run(status, 'restore', file, '--config', site.config);

async function broken(): Promise<void> {
  await broker.stop();
  await daemon.line(/no connection to the broker/);
}

async function killed(): Promise<void> {
  daemon.kill('SIGKILL');
  await daemon.exit;
}

async function pending(): Promise<number> {
  const { pending: count } = (await askDaemon(site.socket, { do: 'status' })) as { pending: number };
  return count;
}

interface Record {
  readonly epoch: string;
  readonly seq: number;
  readonly id: string;
  readonly type: string;
}

/** What the office has, in the order of its arrival. */
function atOffice(): Record[] {
  const db = new Database(join(site.folder, 'office.db'), { readonly: true });
  try {
    return db.prepare<[], Record>('SELECT epoch, seq, id, type FROM events ORDER BY rowid').all();
  } finally {
    db.close();
  }
}

/** What a journal in the data folder has. */
function inJournal(name: string): Record[] {
  const db = new Database(join(site.data, name), { readonly: true });
  try {
    const bodies = db.prepare<[], string>('SELECT body FROM events ORDER BY seq').pluck().all();
    return bodies.map((body) => JSON.parse(body) as Record);
  } finally {
    db.close();
  }
}

const idsOf = (records: readonly Record[]): string[] => records.map(({ id }) => id).sort();

/** The journals of earlier epochs beside the one that is written. */
function earlierNames(): string[] {
  return readdirSync(site.data).filter((name) => /^journal-.*\.db$/.test(name));
}

async function officeHasBoth(): Promise<void> {
  const known = (): string[] => [...earlierNames(), 'journal.db'].flatMap((name) => idsOf(inJournal(name)));
  await eventually('all records of all epochs at the office', () => {
    const there = new Set(atOffice().map(({ id }) => id));
    return known().every((id) => there.has(id));
  });
  await eventually('nothing to deliver any more', async () => (await pending()) === 0);
  const arrived = idsOf(atOffice());
  expect(new Set(arrived).size).toBe(arrived.length);
}

const visits = (): string[] => site.checkins().map(({ customer, to }) => `${customer} ${to === null ? 'in' : 'out'}`);

describe('a controller whose card is lost', () => {
  it('comes back with its open visits, and delivers what only the backup had', async () => {
    await tap('front-in', ana);
    await eventually('the check-in at the office', () => visits().length === 1);
    await broken();
    await tap('front-in', bob);
    expect(await backup()).toMatch(/riverside\/front-desk, \d+ records, replica revision 7/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = inJournal('journal.db');
    await tap('front-in', ana);
    await killed();
    rmSync(site.data, { recursive: true });

    expect(await restore()).toContain('a new epoch begins');
    daemon = await site.daemon();
    expect(await pending()).toBeGreaterThan(0);
    await broker.start();
    await daemon.line(/connected to the broker/);
    await tap('front-out', ana);
    await officeHasBoth();

    const [old, fresh] = [earlierNames(), inJournal('journal.db')];
    expect(old).toEqual([`journal-${before[0]?.epoch}.db`]);
    const records = before.filter(({ seq }) => seq <= inJournal(old[0] ?? '').length);
    expect(inJournal(old[0] ?? '')).toEqual(records);
    expect(fresh[0]).toMatchObject({
      seq: 1,
      type: 'controller.started',
      data: { reason: 'restored', previousEpoch: before[0]?.epoch, through: records.length },
    });
    expect(fresh[0]?.epoch).not.toBe(before[0]?.epoch);
    expect(visits().sort()).toEqual(['ana out', 'bob in']);
    expect(site.checkins().map(({ passes }) => passes)).toEqual([['p-ana'], ['p-bob']]);
    for (const name of ['journal.db', ...old]) await run(0, 'verify', '--db', join(site.data, name));
    expect(await run(0, 'events', '--db', join(site.data, 'journal.db'))).toContain('controller.started');
  });

  it('says nothing twice where the office has more than the backup', async () => {
    await broken();
    await tap('front-in', ana);
    await backup();
    await tap('front-in', bob);
    await broker.start();
    await eventually('both check-ins at the office', () => visits().length === 2);
    await eventually('nothing to deliver', async () => (await pending()) === 0);
    await killed();
    const lost = inJournal('journal.db').length;
    rmSync(site.data, { recursive: true });

    await restore();
    daemon = await site.daemon();
    await eventually('nothing to deliver', async () => (await pending()) === 0);
    await tap('front-out', ana);
    await eventually('the check-out at the office', () => visits().includes('ana out'));
    await officeHasBoth();
    const [epoch] = earlierNames().map((name) => name.slice('journal-'.length, -'.db'.length));
    const old = atOffice().filter((record) => record.epoch === epoch);
    expect(old.map(({ seq }) => seq)).toEqual(Array.from({ length: lost }, (_, n) => n + 1));
    expect(daemon.lines.filter((line) => /refused|error/.test(line))).toEqual([]);
  });
});

describe('restoring where something is', () => {
  it('is refused while the controller runs, and changes nothing', async () => {
    await backup();
    const names = readdirSync(site.data);
    expect(await restore(1)).toMatch(/the controller runs on .*: stop it first/);
    expect(readdirSync(site.data)).toEqual(names);
    expect(await pending()).toBeTypeOf('number');
  });

  it('keeps it for delivery where it is newer than the backup, twice in a row', async () => {
    await tap('front-in', ana);
    await backup();
    await broken();
    await tap('front-in', bob);
    await killed();
    const said = await restore();
    expect(said).toMatch(/records \d+ to \d+ are newer than the backup/);
    daemon = await site.daemon();
    await tap('front-out', ana);
    await killed();
    await restore();
    await broker.start();
    daemon = await site.daemon();
    await tap('front-out', ana);
    await officeHasBoth();
    expect(earlierNames()).toHaveLength(2);
    expect(visits().sort()).toEqual(['ana out', 'bob in']);
    const types = atOffice().map(({ type }) => type);
    expect(types.filter((type) => type === 'checkout.recorded')).toHaveLength(2);
    expect(readdirSync(site.data).filter((name) => name.startsWith('.cardea-'))).toEqual([]);
  });

  it('sets a damaged journal aside as it is, and says so', async () => {
    await tap('front-in', ana);
    await backup();
    daemon.kill('SIGTERM');
    await daemon.exit;
    site.alterRecord(2);
    const damaged = readFileSync(join(site.data, 'journal.db'));
    expect(await restore()).toMatch(/is not sound .*record 2/);
    const [aside = ''] = readdirSync(site.data).filter((name) => name.startsWith('before-restore-'));
    expect(readFileSync(join(site.data, aside, 'journal.db')).equals(damaged)).toBe(true);
    daemon = await site.daemon();
    await tap('front-out', ana);
    await eventually('the check-out at the office', () => visits().includes('ana out'));
  });

  it('keeps the controller from starting where it was cut short', async () => {
    await backup();
    await killed();
    writeFileSync(join(site.data, 'restore.unfinished'), '');
    const program = site.command('run', '--config', site.config);
    expect(await program.exit).toBe(1);
    expect(program.lines.join()).toContain('was cut short: run `cardea restore` again');
    await restore();
    daemon = await site.daemon();
  });
});
