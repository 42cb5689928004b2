// Customers by command: let in who asked in an app, checked in and out by hand; the rules decide as at a tap.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../../access/command/command.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { anasCard, ControllerLife, entrance, readerAt } from './controller-bench.ts';

const space = { timeZone: 'Europe/Berlin', currency: 'EUR' };
const day = { price: '20.00', currency: 'EUR', availability: [{ days: ['mon'], from: '08:00', to: '18:00' }] };
const replica = {
  spaces: [
    { id: 'berlin', ...space, openingHours: [{ days: ['mon', 'tue'], from: '07:00', to: '22:00' }] },
    { id: 'hamburg', ...space },
    { id: 'far-away', ...space },
  ],
  timePasses: [{ id: 'day', ...day, validIn: ['berlin', 'hamburg'] }],
  customers: [{ id: 'ana' }, { id: 'ben' }, { id: 'cyd', disabled: true }, { id: 'dee' }],
  passes: ['ana', 'cyd', 'dee'].map((customer) => ({ id: `p-${customer}`, timePass: 'day', customer, source: 'sold' })),
  resources: [{ id: 'room', accessPoints: ['main'] }],
  bookings: [
    { id: 'b', resource: 'room', customer: 'ben', from: '2026-03-02T12:00:00+01:00', to: '2026-03-02T13:00:00+01:00' },
  ],
  accessRules: [{ accessPoint: 'room', allow: { customers: ['dee'] } }],
  credentials: [{ id: 'c1', type: 'card', value: anasCard.value, customer: 'ana' }],
};
const config = {
  accessPoints: [
    entrance('main'),
    entrance('north', { space: 'hamburg' }),
    { id: 'room', space: 'berlin', kind: 'interior', lock: { driver: 'simulated' } },
  ],
  readers: [readerAt('main', 'in'), readerAt('main', 'out')],
};

let folder: string;
let file: string;
let clock: VirtualClock;
let life: ControllerLife;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-people-'));
  file = join(folder, 'journal.db');
  clock = new VirtualClock(Date.parse('2026-03-02T09:00:00+01:00'));
  life = new ControllerLife(file, { clock, config, replica });
});

afterEach(() => {
  expect(verifyJournal(file).ok).toBe(true);
  life.end();
  rmSync(folder, { recursive: true, force: true });
});

function give(command: Command): string {
  const { outcome, reason } = life.controller.command(command);
  return reason === null ? outcome : `${outcome} ${reason}`;
}

const checkin = (customer: string, at = 'berlin') => give({ type: 'checkin', customer, space: at, by: 'sam' });
const checkout = (customer: string, at = 'berlin') => give({ type: 'checkout', customer, space: at, by: 'sam' });
const admit = (customer: string, door = 'main') => give({ type: 'admit', customer, accessPoint: door, by: 'app' });
const lockdown = (door = 'main') =>
  life.controller.command({ type: 'mode', mode: 'lockdown', accessPoint: door, by: 'sam' });

/** What was recorded since the start, without what says whose record it is. */
function records(): object[] {
  return life
    .events()
    .slice(1)
    .map(({ type, accessPoint, reader, data }) => ({
      type,
      ...(accessPoint && { accessPoint }),
      ...(reader && { reader }),
      ...data,
    }));
}

const types = () => records().map((record) => (record as { type: string }).type);

describe('a check-in by hand', () => {
  it('begins the visit of a tap, and no door moves', () => {
    expect(checkin('ana')).toBe('done');
    const visit = life.journal.openVisits()[0]?.id;
    const where = { visit, customer: 'ana', space: 'berlin' };
    expect(records()).toEqual([
      { type: 'command.applied', command: { type: 'checkin', customer: 'ana', space: 'berlin', by: 'sam' } },
      { type: 'checkin.recorded', ...where, source: 'manual', pass: 'p-ana', coverage: 'pass' },
      { type: 'pass.used', pass: 'p-ana', businessDay: '2026-03-02', visit },
    ]);
    expect(life.locks.state('main')).toBe('locked');
    clock.advance(600_000);
    expect(life.controller.tap('out', anasCard)).toMatchObject({ granted: true, reason: 'exit' });
    expect(life.ofType('checkout.recorded')).toMatchObject([{ visit, usage: [{ pass: 'p-ana' }] }]);
  });

  it('once more is none: the visit goes on', () => {
    checkin('ana');
    expect(checkin('ana')).toBe('done re-entry');
    expect(life.controller.tap('in', anasCard)).toMatchObject({ reason: 're-entry' });
    expect(life.ofType('checkin.recorded')).toHaveLength(1);
  });

  it.each([
    ['cyd', 'account-disabled'],
    ['ben', 'no-pass'],
  ])('of %s is refused as a tap would be, and recorded as rejected', (customer, reason) => {
    expect(checkin(customer)).toBe(`refused ${reason}`);
    expect(records()).toEqual([
      { type: 'command.refused', command: { type: 'checkin', customer, space: 'berlin', by: 'sam' }, reason },
      { type: 'checkin.rejected', customer, space: 'berlin', reason },
    ]);
  });

  it('asks for no right at a door, no booking and no mode of one, but for the hours of the space and the pass', () => {
    lockdown();
    clock.advance(3 * 3_600_000);
    expect(checkin('ben')).toBe('refused no-pass');
    expect(checkin('ana')).toBe('done');
    clock.advance(7 * 3_600_000);
    expect(checkin('dee')).toBe('refused pass-outside-timeslot');
    clock.advance(4 * 3_600_000);
    expect(checkin('dee')).toBe('refused closed');
  });

  it('ends a visit elsewhere, and is known by its space', () => {
    checkin('ana');
    expect(checkin('ana', 'hamburg')).toBe('done');
    expect(types().slice(3)).toEqual(['command.applied', 'checkout.recorded', 'checkin.recorded']);
    expect(checkin('ana', 'far-away')).toBe('refused unknown-space');
    expect(checkin('ana', 'nowhere')).toBe('refused unknown-space');
    expect(checkin('nobody')).toBe('refused unknown-customer');
    expect(types().filter((type) => type === 'checkin.rejected')).toEqual([]);
  });

  it('under a clock that cannot be believed is as a tap', () => {
    clock.step(Date.parse('2026-03-02T09:00:00+01:00'), false);
    life.controller.clockStepped();
    expect(checkin('ana')).toBe('refused clock-untrusted');
    expect(records().at(-1)).toEqual({
      type: 'checkin.rejected',
      customer: 'ana',
      space: 'berlin',
      reason: 'clock-untrusted',
    });
    expect(life.controller.tap('in', anasCard)).toMatchObject({ granted: false, reason: 'clock-untrusted' });
  });
});

describe('a check-out by hand', () => {
  it('settles the visit as an exit does, and no door moves', () => {
    life.controller.tap('in', anasCard);
    clock.advance(3_600_000);
    expect(checkout('ana')).toBe('done');
    expect(records().slice(-2)).toMatchObject([
      { type: 'command.applied', command: { type: 'checkout', customer: 'ana' } },
      { type: 'checkout.recorded', customer: 'ana', auto: false, source: 'manual', usage: [{ pass: 'p-ana' }] },
    ]);
    expect(records().at(-1)).not.toHaveProperty('accessPoint');
    expect(life.locks.state('main')).toBe('locked');
    expect(life.journal.openVisits()).toEqual([]);
  });

  it('of somebody who is not inside is refused: no door has to open', () => {
    expect(checkout('ana')).toBe('refused no-open-visit');
    checkin('ana');
    expect(checkout('ana', 'hamburg')).toBe('refused no-open-visit');
    expect(types().filter((type) => type.startsWith('checkout'))).toEqual([]);
  });

  it('of somebody presumed inside since the cut-off makes the visit since then', () => {
    checkin('ana');
    clock.advance(16 * 3_600_000);
    expect(checkout('ana')).toBe('done');
    expect(life.ofType('checkin.recorded').map(({ source }) => source)).toEqual(['manual', 'manual']);
    expect(life.ofType('checkout.recorded').map(({ auto }) => auto)).toEqual([true, false]);
  });
});

describe('somebody who asks in an app', () => {
  it('is let in as at a tap, without a credential in the records', () => {
    expect(admit('ana')).toBe('done');
    const visit = life.journal.openVisits()[0]?.id;
    const place = { accessPoint: 'main' };
    const where = { visit, customer: 'ana', space: 'berlin' };
    expect(records()).toEqual([
      {
        type: 'command.applied',
        ...place,
        command: { type: 'admit', customer: 'ana', accessPoint: 'main', by: 'app' },
      },
      {
        type: 'access.granted',
        ...place,
        holder: { kind: 'customer', id: 'ana' },
        source: 'app',
        direction: 'in',
        reason: 'pass',
      },
      { type: 'checkin.recorded', ...place, ...where, source: 'app', pass: 'p-ana', coverage: 'pass' },
      { type: 'pass.used', ...place, pass: 'p-ana', businessDay: '2026-03-02', visit },
    ]);
    expect(life.locks.state('main')).toBe('unlocked');
    clock.advance(5_000);
    expect(life.locks.state('main')).toBe('locked');
  });

  it.each([
    ['cyd', 'main', 'account-disabled'],
    ['ben', 'main', 'no-pass'],
    ['ana', 'room', 'not-authorised'],
  ])('%s at %s is refused as at a tap, and the door stays shut', (customer, door, reason) => {
    expect(admit(customer, door)).toBe(`refused ${reason}`);
    expect(types().slice(0, 2)).toEqual(['command.refused', 'access.denied']);
    expect(life.ofType('access.denied')).toEqual([
      { holder: { kind: 'customer', id: customer }, source: 'app', direction: 'in', reason },
    ]);
    expect(life.locks.state(door)).toBe('locked');
  });

  it('meets every rule of the door: its mode, a booking behind it, a right', () => {
    expect(admit('dee', 'room')).toBe('done');
    clock.advance(3 * 3_600_000);
    expect(admit('ben')).toBe('done');
    expect(life.ofType('access.granted').map(({ reason }) => reason)).toEqual(['no-pass-needed', 'booking']);
    lockdown();
    expect(admit('ana')).toBe('refused lockdown');
    expect(admit('ana', 'nowhere')).toBe('refused unknown-access-point');
    expect(admit('nobody')).toBe('refused unknown-customer');
  });
});

describe('a lock and a reader', () => {
  it('a test moves nothing, and says that the line is so', () => {
    expect(give({ type: 'test', accessPoint: 'main', by: 'sam' })).toBe('done');
    expect(give({ type: 'test', accessPoint: 'nowhere', by: 'sam' })).toBe('refused unknown-access-point');
    expect(records()[0]).toEqual({
      type: 'command.applied',
      accessPoint: 'main',
      command: { type: 'test', accessPoint: 'main', by: 'sam' },
      result: { lock: 'locked', follows: true },
    });
    expect(life.locks.state('main')).toBe('locked');
  });

  it('a line that does not follow, and a reader that shows itself, are told of', () => {
    life.end();
    const shown: string[] = [];
    const devices = {
      lineFault: (door: string) => (door === 'main' ? ('line-stuck' as const) : null),
      identify: (reader: string) => shown.push(reader) > 0,
    };
    life = new ControllerLife(file, { clock, config, replica, devices });
    expect(give({ type: 'test', accessPoint: 'main', by: 'sam' })).toBe('done line-stuck');
    expect(give({ type: 'test', accessPoint: 'north', by: 'sam' })).toBe('done');
    expect(give({ type: 'identify', reader: 'out', by: 'sam' })).toBe('done');
    expect(shown).toEqual(['out']);
    expect(life.ofType('command.applied').map(({ result }) => result)).toEqual([
      { lock: 'locked', follows: false, fault: 'line-stuck' },
      { lock: 'locked', follows: true },
      undefined,
    ]);
  });

  it('a reader that cannot show itself says so', () => {
    expect(give({ type: 'identify', reader: 'in', by: 'sam' })).toBe('refused not-supported');
    expect(give({ type: 'identify', reader: 'nowhere', by: 'sam' })).toBe('refused unknown-reader');
  });
});
