// The way of one tap through PC/SC, on real parts: a virtual card, pcscd, the daemon's process and its lock, a broker, an
// office. The reader is unplugged and plugged in between, pcscd is killed and comes back, the config is read again.

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestBroker } from '../../support/broker.ts';
import { eventually } from '../../support/eventually.ts';
import { lockStates } from '../../support/lock-file.ts';
import { TestPcscd } from '../../support/pcscd.ts';
import type { Program } from '../../support/process.ts';
import { DaemonSite } from './site.ts';

const ana = '04A1B2C09000';
const bob = '04A1B2C19000';
const reader = '{ id: front-in, driver: pcsc, reader: "*PCD 00 00", accessPoint: front-door, direction: in }';

let site: DaemonSite;
let broker: TestBroker;
let pcscd: TestPcscd;

beforeEach(async () => {
  site = new DaemonSite();
  broker = await TestBroker.start();
  pcscd = await TestPcscd.start();
  site.writeConfig([reader], broker.url);
  site.writeOffice(broker.url);
  site.importReplica();
});

afterEach(async () => {
  await site.close();
  await pcscd.close();
  await broker.close();
});

async function daemon(): Promise<Program> {
  const program = site.commandIn({ PCSCLITE_CSOCK_NAME: pcscd.socket }, 'run', '--config', site.config);
  await program.line(/cardea: ready, /);
  return program;
}

async function ready(): Promise<Program> {
  await site.office();
  const program = await daemon();
  await site.recorded('replica.applied');
  await site.recorded('reader.online');
  return program;
}

function count(type: string, times: number): Promise<boolean> {
  return eventually(`${times} times ${type}`, () => site.ofType(type).length >= times);
}

async function tap(answer: string): Promise<void> {
  const before = site.ofType('access.granted').length;
  const card = await pcscd.hold(answer);
  await count('access.granted', before + 1);
  await pcscd.takeAway(card);
}

function unlocks(): number {
  return lockStates(site.locks, 'front-door').filter((state) => state === 'unlocked').length;
}

async function delivered(customers: readonly string[]): Promise<void> {
  await eventually('the check-ins at the office', () => site.checkins().length === customers.length);
  expect(
    site
      .checkins()
      .map(({ customer }) => customer)
      .sort(),
  ).toEqual(customers);
  await eventually('the journal at the office', () => site.officeEvents().length === site.events().length);
}

describe('a card at a door with a PC/SC reader', () => {
  it('opens the lock, and the office lists the check-in', async () => {
    await ready();
    await tap(ana);
    await eventually('the lock open', () => unlocks() === 1);
    await delivered(['ana']);
  });

  it('opens it again after the reader was unplugged and plugged in', async () => {
    const program = await ready();
    await tap(ana);
    await eventually('the lock open and locked again', () => lockStates(site.locks, 'front-door').at(-1) === 'locked');
    await pcscd.kill();
    await pcscd.start([]);
    await count('reader.offline', 1);
    await program.line(/reader front-in is offline: /);
    await pcscd.kill();
    await pcscd.start();
    await count('reader.online', 2);
    await tap(bob);
    await eventually('the lock open again', () => unlocks() === 2);
    await delivered(['ana', 'bob']);
    expect(site.ofType('access.denied')).toEqual([]);
  });

  it('opens nothing for a card that lay there when the daemon came', async () => {
    const card = await pcscd.hold(ana);
    await ready();
    const status = await eventually('the card is counted', async () => {
      const command = site.command('status', '--json', '--socket', site.socket);
      await command.exit;
      return command.lines.find((line) => /"stale":1/.test(line));
    });
    expect(status).toContain('front-in');
    await pcscd.takeAway(card);
    await tap(bob);
    await delivered(['bob']);
    expect(unlocks()).toBe(1);
  });

  it('reaches a daemon that was there before pcscd, and after it read its config again', async () => {
    await pcscd.kill();
    const program = await daemon();
    await program.line(/reader front-in is offline: pcscd does not listen at /);
    await pcscd.start();
    await count('reader.online', 1);
    await site.office();
    await site.recorded('replica.applied');
    site.writeConfig([reader.replace('*PCD 00 00', 'Virtual*00')], broker.url);
    program.kill('SIGHUP');
    await program.line(/config reloaded/);
    await count('reader.online', 2);
    await tap(ana);
    await delivered(['ana']);
  });
});

describe('a daemon with a PC/SC reader', () => {
  it('ends when it is told to, and leaves no process behind', async () => {
    const program = await ready();
    const children = childrenOf(program.pid);
    expect(children.length).toBeGreaterThan(1);
    program.kill('SIGTERM');
    expect(await program.exit).toBe(0);
    await eventually('its processes are gone', () => children.every((pid) => !isAlive(pid)));
  });

  it('takes its PC/SC process with it when it is killed', async () => {
    const program = await ready();
    const children = childrenOf(program.pid);
    program.kill('SIGKILL');
    await program.exit;
    await eventually('its processes are gone', () => children.every((pid) => !isAlive(pid)));
  });
});

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
