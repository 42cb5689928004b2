// The way of one tap on real parts: a card on a serial line, a lock, a broker, an office; each broken at its worst moment.
// Whatever happens, the door opened at the tap, and the office has the check-in once.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestBroker } from '../../support/broker.ts';
import { eventually } from '../../support/eventually.ts';
import { lockStates } from '../../support/lock-file.ts';
import { SerialPair } from '../../support/serial-pair.ts';
import { DaemonSite } from './site.ts';

let site: DaemonSite;
let broker: TestBroker;
let cable: SerialPair;

beforeEach(async () => {
  site = new DaemonSite();
  broker = await TestBroker.start();
  cable = await SerialPair.plugged();
  const reader = `{ id: front-in, driver: serial, format: line, path: ${cable.path}, baudRate: 9600, credential: card, accessPoint: front-door, direction: in }`;
  site.writeConfig([reader], broker.url);
  site.writeOffice(broker.url);
  site.importReplica();
});

afterEach(async () => {
  await site.close();
  await cable.close();
  await broker.close();
});

/** Everything runs, and the door knows who Ana is. */
async function ready() {
  const office = await site.office();
  const daemon = await site.daemon();
  await site.recorded('replica.applied');
  await site.recorded('reader.online');
  return { office, daemon };
}

async function tapAna(): Promise<void> {
  const before = site.ofType('checkin.recorded').length;
  await cable.write('04:A1:B2:C0\r\n');
  await eventually('the check-in on disk', () => site.ofType('checkin.recorded').length === before + 1);
}

async function deliveredOnce(): Promise<void> {
  await eventually('the check-in at the office', () => site.checkins().length > 0);
  await eventually('the journal at the office', () => site.officeEvents().length === site.events().length);
  expect(site.checkins().map(({ customer, passes }) => [customer, passes])).toEqual([['ana', ['p-ana']]]);
  expect(site.officeEvents()).toEqual(site.events().map((_, n) => n + 1));
  expect(site.ofType('checkin.recorded')).toHaveLength(1);
}

describe('a card at the door', () => {
  it('opens the lock, and the office lists the check-in', async () => {
    await ready();
    await tapAna();
    await eventually('the lock open', () => lockStates(site.locks, 'front-door').includes('unlocked'));
    await deliveredOnce();
  });

  it('opens while the broker is away, and is delivered when it is back', async () => {
    const { daemon } = await ready();
    await broker.stop();
    await daemon.line(/no connection to the broker/);
    await tapAna();
    await eventually('the lock open', () => lockStates(site.locks, 'front-door').includes('unlocked'));
    expect(site.checkins()).toEqual([]);
    await broker.start();
    await deliveredOnce();
  });

  it('is delivered by a daemon that was killed in between', async () => {
    const { daemon } = await ready();
    await broker.stop();
    await daemon.line(/no connection to the broker/);
    await tapAna();
    daemon.kill('SIGKILL');
    await daemon.exit;
    await eventually('the lock safe', () => lockStates(site.locks, 'front-door').at(-1) === 'locked');
    await site.daemon();
    await broker.start();
    await deliveredOnce();
  });

  it('is there once at an office that was killed between commit and acknowledgement', async () => {
    const { office } = await ready();
    office.kill('SIGTERM');
    await office.exit;
    await tapAna();
    const faulty = await site.office('stop-after-commit');
    await faulty.line(/^committed$/);
    faulty.kill('SIGKILL');
    await faulty.exit;
    await site.office();
    await deliveredOnce();
  });
});
