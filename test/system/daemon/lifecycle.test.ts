// The daemon as a process: its socket, its signals, what it does with a bad config and with damaged files.

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { askDaemon } from '../../../daemon/socket/client.ts';
import { TestBroker } from '../../support/broker.ts';
import { eventually } from '../../support/eventually.ts';
import { lockStates } from '../../support/lock-file.ts';
import { SerialPair } from '../../support/serial-pair.ts';
import { DaemonSite } from './site.ts';

const front = '{ id: front-in, driver: simulated, accessPoint: front-door, direction: in }';
const back = '{ id: back-in, driver: simulated, accessPoint: front-door, direction: in }';

let site: DaemonSite;
const brokers: TestBroker[] = [];

beforeEach(() => {
  site = new DaemonSite();
  site.writeConfig([front], null);
});

afterEach(async () => {
  await site.close();
  for (const broker of brokers.splice(0)) await broker.close();
});

/** What a command prints, once it ended with `status`. */
async function said(status: number, ...args: string[]): Promise<string> {
  const program = site.command(...args);
  expect([await program.exit, program.lines]).toEqual([status, program.lines]);
  return program.lines.join('\n');
}

async function statusNow(): Promise<Record<string, unknown>> {
  return JSON.parse(await said(0, 'status', '--json', '--socket', site.socket)) as Record<string, unknown>;
}

/** The office sends its replica, so that the door knows Ana. */
async function withReplica(unlockTime?: string): Promise<void> {
  const broker = await TestBroker.start();
  brokers.push(broker);
  site.writeConfig([front], broker.url, unlockTime);
  site.writeOffice(broker.url);
  site.importReplica();
  await site.office();
}

describe('the local socket', () => {
  it('is for its owner and its group alone, and says what a status is', async () => {
    await site.daemon();
    const { mode, gid } = statSync(site.socket);
    expect(mode & 0o777).toBe(0o660);
    expect(gid).toBe(process.getgid?.());
    expect(await statusNow()).toMatchObject({
      site: 'riverside',
      controller: 'front-desk',
      revision: 0,
      replicaAgeS: null,
      online: false,
      accessPoints: [{ id: 'front-door', mode: 'controlled', lock: 'locked', contact: 'closed' }],
      readers: [{ id: 'front-in', online: true }],
    });
  });

  it('answers a tap in words, and moves simulated inputs', async () => {
    await site.daemon();
    const at = ['--socket', site.socket];
    expect(await said(0, 'tap', 'front-in', 'card:04A1B2C0', ...at)).toContain('(unknown-credential)');
    expect(await said(1, 'tap', 'nowhere', 'card:04A1B2C0', ...at)).toContain('there is: front-in');
    expect(await said(2, 'tap', 'front-in', 'card:xyz', ...at)).not.toContain('xyz');
    await said(0, 'input', 'front-door', 'contact=open', ...at);
    expect(await statusNow()).toMatchObject({ accessPoints: [{ contact: 'open' }] });
    expect(await said(1, 'input', 'front-door', 'fire=true', ...at)).toContain('it has: contact');
    expect(await said(2, 'input', 'front-door', 'contact=ajar', ...at)).toContain('contact=closed');
  });

  it('bears garbage, endless lines and clients that go', async () => {
    const daemon = await site.daemon();
    for (const bytes of ['garbage\n', '{"do":"tap"}\n[]\nnull\n', Buffer.alloc(300_000, 0x61), Buffer.alloc(9_000)]) {
      const client = connect(site.socket);
      client.on('error', () => {});
      client.end(bytes);
      client.resume();
      await new Promise((resolve) => client.on('close', resolve));
    }
    expect(await statusNow()).toMatchObject({ controller: 'front-desk' });
    daemon.kill('SIGTERM');
    expect(await daemon.exit).toBe(0);
  });
});

describe('signals', () => {
  it('SIGTERM leaves the lock locked and a record of the end', async () => {
    await withReplica('10m');
    const daemon = await site.daemon();
    await site.recorded('replica.applied');
    expect(await said(0, 'tap', 'front-in', 'card:04A1B2C0', '--socket', site.socket)).toMatch(/^OPEN {2}ana/);
    await eventually('the lock open', () => lockStates(site.locks, 'front-door').at(-1) === 'unlocked');
    daemon.kill('SIGTERM');
    expect(await daemon.exit).toBe(0);
    expect(lockStates(site.locks, 'front-door').at(-1)).toBe('locked');
    expect(site.events().at(-1)?.type).toBe('controller.stopped');
  });

  it('SIGHUP takes a good config, and keeps the old one where the new one is bad', async () => {
    const daemon = await site.daemon();
    site.writeConfig([front, back], null);
    daemon.kill('SIGHUP');
    await daemon.line(/config reloaded, 1 door, 2 readers/);
    expect(await statusNow()).toMatchObject({ readers: [{ id: 'front-in' }, { id: 'back-in', online: true }] });
    site.writeConfig([front.replace('front-door', 'nowhere')], null);
    daemon.kill('SIGHUP');
    await daemon.line(/the old one stays/);
    await daemon.line(/controller\.yaml:\d+:\d+ readers\[0\]\.accessPoint/);
    expect(await statusNow()).toMatchObject({ readers: [{ id: 'front-in' }, { id: 'back-in', online: true }] });
    expect(await said(0, 'tap', 'back-in', 'card:04A1B2C0', '--socket', site.socket)).toContain('REFUSED');
  });

  it('SIGHUP leaves a door that it does not change open, and reads the office anew where its settings changed', async () => {
    await withReplica('10m');
    const daemon = await site.daemon();
    await site.recorded('replica.applied');
    await said(0, 'tap', 'front-in', 'card:04A1B2C0', '--socket', site.socket);
    await eventually('the lock open', () => lockStates(site.locks, 'front-door').at(-1) === 'unlocked');
    site.writeConfig([front, back], null, '10m');
    daemon.kill('SIGHUP');
    await daemon.line(/config reloaded, 1 door, 2 readers, replica revision 7; reader back-in new/);
    expect(await statusNow()).toMatchObject({ revision: 7, online: false, accessPoints: [{ lock: 'unlocked' }] });
    expect(await said(0, 'tap', 'back-in', 'card:04A1B2C1', '--socket', site.socket)).toMatch(/^OPEN {2}bob/);
    expect(lockStates(site.locks, 'front-door')).toEqual(['locked', 'unlocked']);
  });

  it('SIGHUP leaves a reader that it does not change open, with what it counted', async () => {
    const cable = await SerialPair.plugged();
    onTestFinished(() => cable.close());
    const serial = `{ id: line, driver: serial, format: line, path: ${cable.path}, baudRate: 9600, credential: card, accessPoint: front-door, direction: in }`;
    site.writeConfig([serial], null);
    const daemon = await site.daemon();
    await site.recorded('reader.online');
    await cable.write('no card\r\n04A1B2C0\r\n');
    await site.recorded('access.denied');
    const { readers } = await statusNow();
    expect(readers).toEqual([{ id: 'line', online: true, dropped: { 'not-a-credential': 1 }, feedback: null }]);
    site.writeConfig([back, serial], null);
    daemon.kill('SIGHUP');
    await daemon.line(/config reloaded, 1 door, 2 readers, .*; reader back-in new/);
    await cable.write('04A1B2C1\r\n');
    await eventually('the second card', () => site.ofType('access.denied').length === 2);
    expect((await statusNow()).readers).toEqual([
      expect.objectContaining({ id: 'back-in', online: true, dropped: {} }),
      ...(readers as object[]),
    ]);
    expect(site.ofType('reader.online')).toHaveLength(2);
  });

  it('SIGHUP secures an open door whose settings it changes', async () => {
    await withReplica('10m');
    const daemon = await site.daemon();
    await site.recorded('replica.applied');
    await said(0, 'tap', 'front-in', 'card:04A1B2C0', '--socket', site.socket);
    await eventually('the lock open', () => lockStates(site.locks, 'front-door').at(-1) === 'unlocked');
    site.writeConfig([front], null, '9m');
    daemon.kill('SIGHUP');
    await daemon.line(/config reloaded, .*; door front-door anew/);
    await eventually('the lock locked', () => lockStates(site.locks, 'front-door').at(-1) === 'locked');
  });

  it('SIGHUP with another data folder says that it needs a restart', async () => {
    const daemon = await site.daemon();
    writeFileSync(site.config, readFileSync(site.config, 'utf8').replace('dataDir: data', 'dataDir: elsewhere'));
    daemon.kill('SIGHUP');
    await daemon.line(/dataDir changed: that needs a restart/);
    expect(await statusNow()).toMatchObject({ controller: 'front-desk' });
  });

  it('a second daemon on the same folder is refused', async () => {
    await site.daemon();
    expect(await said(1, 'run', '--config', site.config)).toContain('another cardea run uses');
    expect(await statusNow()).toMatchObject({ controller: 'front-desk' });
  });
});

describe('damaged files at the start', () => {
  it('a journal is set aside with a record of the gap, and the door works', async () => {
    mkdirSync(site.data);
    writeFileSync(join(site.data, 'journal.db'), 'SQLite format 3\0 and then nothing of the kind'.repeat(400));
    await site.daemon();
    expect((await site.recorded('journal.gap')).data).toMatchObject({ reason: 'set-aside' });
    expect(readdirSync(site.data).some((name) => name.startsWith('journal.db.damaged'))).toBe(true);
    expect(await said(0, 'tap', 'front-in', 'card:04A1B2C0', '--socket', site.socket)).toContain('REFUSED');
  });

  it('whoever follows a journal that is set aside is told, and goes on with the new one', async () => {
    const first = await site.daemon();
    const followed = site.command('events', '--db', join(site.data, 'journal.db'), '--follow');
    await followed.line(/controller started/);
    first.kill('SIGTERM');
    await first.exit;
    site.alterRecord(2);
    await site.daemon();
    await followed.line(/^cardea: .*journal\.db was set aside or replaced/);
    await followed.line(/records are missing/);
    followed.kill('SIGTERM');
    expect(await followed.exit).toBe(0);
  });

  it('a replica is set aside, the door works, and the office sends it again', async () => {
    await withReplica();
    mkdirSync(site.data);
    writeFileSync(join(site.data, 'replica.db'), Buffer.alloc(20_000, 0x5a));
    await site.daemon();
    expect((await site.recorded('storage.failed')).data).toMatchObject({ file: 'replica.db' });
    await site.recorded('replica.applied');
    expect(await said(0, 'tap', 'front-in', 'card:04A1B2C0', '--socket', site.socket)).toMatch(/^OPEN {2}ana/);
  });

  it('an old record that was altered is found beside the taps, and told of', async () => {
    const first = await site.daemon();
    for (let n = 100; n < 220; n++) {
      await askDaemon(site.socket, { do: 'tap', reader: 'front-in', credential: `card:04000${n}` });
    }
    first.kill('SIGTERM');
    await first.exit;
    site.alterRecord(2);
    const second = await site.daemon();
    expect((await site.recorded('journal.gap')).data).toMatchObject({ reason: 'foreign', seq: 2 });
    await second.line(/the journal has a fault behind record 1/);
    expect(await said(0, 'tap', 'front-in', 'card:04A1B2C0', '--socket', site.socket)).toContain('REFUSED');
  });
});

describe('the demo', () => {
  it('plays its story through and leaves nothing behind', async () => {
    const told = await said(0, 'demo', '--once');
    expect(told).toMatch(/OPEN {2}ana, in/);
    expect(told).toContain('(credential-blocked)');
    expect(told).toContain('(pass-outside-timeslot)');
    expect(told).toContain('Counted: 1 min of pass cleo-hours');
    expect(told).toMatch(/Ana in house/);
    expect(told).toMatch(/cleo: from .*, until .*, on cleo-hours/);
    const folder = /(\/\S*cardea-demo-\w+)/.exec(told)?.[1] ?? '';
    expect(statSync(folder, { throwIfNoEntry: false })).toBeUndefined();
  });
});
