// Modes that outlive the program: over a time without power, a boot without a clock, a reload of the config, a failing disk.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { AccessPointStatus } from '../../../daemon/controller/port.ts';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { anasCard, anasReplica, ControllerLife, entrance, readerAt } from './controller-bench.ts';
import { anaCard, DaemonBench, reader } from './daemon-bench.ts';

const config = {
  accessPoints: [
    entrance('main', { contact: { driver: 'simulated' } }),
    entrance('strict', {
      onStorageFailure: 'deny',
      contact: { driver: 'simulated' },
      requestToExit: { driver: 'simulated' },
      fire: { driver: 'simulated' },
    }),
  ],
  readers: [readerAt('main', 'in')],
};
const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const hours = { accessPoint: 'main', days: everyDay, from: '09:00', to: '17:00' };

let folder: string;
let file: string;
let life: ControllerLife;
const known = anasReplica([{ id: 'p1', timePass: 'day' }]);

interface Boot {
  readonly name?: string;
  readonly synchronised?: boolean;
  readonly schedule?: Readonly<Record<string, unknown>>;
  readonly rules?: Readonly<Record<string, unknown>>;
}

/** The machine is switched on at that hour of 2 March, a minute before the program starts. */
function boot(time: string, { name = time, synchronised = true, schedule, rules = {} }: Boot = {}): void {
  const clock = new VirtualClock(at(time), name, 60_000);
  clock.step(at(time), synchronised);
  const replica = { ...known, unlockSchedules: schedule === undefined ? [] : [schedule] };
  life = new ControllerLife(file, { clock, config: { ...config, rules }, replica });
}

function at(time: string): number {
  return Date.parse(`2026-03-0${time.includes('+') ? 3 : 2}T${time.replace('+', '')}:00+01:00`);
}

function door(id = 'main'): AccessPointStatus | undefined {
  return life.controller.accessPoints().find((one) => one.id === id);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-modes-'));
  file = join(folder, 'journal.db');
});

afterEach(() => {
  expect(verifyJournal(file).ok).toBe(true);
  life.end();
  rmSync(folder, { recursive: true, force: true });
});

describe('a time without power', () => {
  it('ends an override whose hour passed meanwhile, and says so', () => {
    boot('10:00');
    life.controller.command({ type: 'mode', mode: 'unlocked', untilMs: at('12:00'), accessPoint: 'main', by: 'sam' });
    expect(door()).toMatchObject({ mode: 'unlocked', by: 'sam', until: '2026-03-02T11:00:00.000Z', lock: 'unlocked' });
    life.end();
    boot('13:00');
    expect(door()).toMatchObject({ mode: 'controlled', by: null, until: null, lock: 'locked' });
    expect(life.locks.state('main')).toBe('locked');
    expect(life.ofType('accesspoint.mode').at(-1)).toEqual({ mode: 'controlled', by: 'until' });
  });

  it('takes the state that the schedule has now', () => {
    boot('16:00', { schedule: hours });
    expect(door()).toMatchObject({ mode: 'unlocked', by: 'schedule' });
    life.end();
    boot('18:00', { schedule: hours });
    expect(door()).toMatchObject({ mode: 'controlled', lock: 'locked' });
    expect(life.ofType('accesspoint.mode').at(-1)).toEqual({ mode: 'controlled', by: 'schedule' });
    life.end();
    boot('09:30+', { schedule: hours });
    expect(life.locks.state('main')).toBe('unlocked');
  });

  it('forgets the first entry of yesterday, and no lockdown', () => {
    const schedule = { ...hours, afterFirstEntry: true };
    boot('09:10', { schedule });
    life.controller.tap('in', anasCard);
    expect(door()?.mode).toBe('unlocked');
    life.controller.command({ type: 'mode', mode: 'lockdown', accessPoint: 'strict', by: 'sam' });
    life.end();
    boot('09:30', { schedule });
    expect([door()?.mode, door('strict')?.mode]).toEqual(['unlocked', 'lockdown']);
    life.end();
    boot('09:30+', { schedule });
    expect([door()?.mode, door('strict')?.mode]).toEqual(['controlled', 'lockdown']);
  });
});

describe('a boot without a clock', () => {
  it('lets no schedule open a door until the time is known', () => {
    boot('16:50', { schedule: hours });
    life.end();
    boot('01:00', { synchronised: false, name: 'next', schedule: hours });
    expect(door()).toMatchObject({ mode: 'controlled', lock: 'locked' });
    life.clock.step(at('10:00+'), true);
    life.controller.clockStepped();
    expect(door()).toMatchObject({ mode: 'unlocked', by: 'schedule', lock: 'unlocked' });
    life.clock.step(at('11:00+'), false);
    life.controller.clockStepped();
    life.clock.advance(6 * 3_600_000);
    expect(door()).toMatchObject({ mode: 'unlocked' });
    life.clock.advance(3_600_000);
    expect(door()).toMatchObject({ mode: 'controlled', lock: 'locked' });
  });

  it('goes by the least that the time can be where the site allows it', () => {
    boot('16:00', { schedule: hours });
    life.end();
    boot('01:00', { synchronised: false, name: 'next', schedule: hours, rules: { untrustedClock: 'allow' } });
    expect(door()).toMatchObject({ mode: 'unlocked', by: 'schedule' });
  });

  it('keeps a door shut that was locked until an hour, and free no door that was unlocked until one', () => {
    boot('10:00');
    const untilMs = at('12:00');
    life.controller.command({ type: 'mode', mode: 'unlocked', untilMs, accessPoint: 'main', by: 'sam' });
    life.controller.command({ type: 'mode', mode: 'locked', untilMs, accessPoint: 'strict', by: 'sam' });
    life.end();
    boot('01:00', { synchronised: false, name: 'next' });
    expect([door()?.mode, door('strict')?.mode]).toEqual(['controlled', 'locked']);
    const command = { type: 'mode', mode: 'unlocked', untilMs, accessPoint: 'main', by: 'sam' } as const;
    expect(life.controller.command(command)).toMatchObject({ outcome: 'refused', reason: 'clock-untrusted' });
    expect(life.controller.command({ type: 'unlock', accessPoint: 'main', by: 'sam' }).outcome).toBe('done');
  });
});

describe('a command while the disk fails', () => {
  it('shuts doors at once, frees those that are set to open all the same, and is written later', () => {
    boot('10:00');
    const disk = new Database(file);
    disk.exec('ALTER TABLE events RENAME TO events_away');
    const space = { space: 'berlin', by: 'sam' };
    expect(life.controller.command({ type: 'unlock', ...space })).toEqual({
      outcome: 'done',
      reason: 'storage-failed',
      taken: ['main'],
      refused: ['strict'],
    });
    expect([life.locks.state('main'), life.locks.state('strict')]).toEqual(['unlocked', 'locked']);
    expect(life.controller.command({ type: 'mode', mode: 'lockdown', ...space }).taken).toEqual(['main', 'strict']);
    expect([life.locks.state('main'), life.locks.state('strict')]).toEqual(['locked', 'locked']);
    disk.exec('ALTER TABLE events_away RENAME TO events');
    disk.close();
    life.clock.advance(5_000);
    expect(life.ofType('command.applied')).toHaveLength(2);
    life.end();
    boot('11:00');
    expect([door()?.mode, door('strict')?.mode]).toEqual(['lockdown', 'lockdown']);
  });
});

describe('a door that is to stay shut while the disk fails', () => {
  let disk: Database.Database;
  const fail = (): void => {
    disk = new Database(file);
    disk.exec('ALTER TABLE events RENAME TO events_away');
  };
  const mend = (): void => {
    disk.exec('ALTER TABLE events_away RENAME TO events');
    disk.close();
  };
  const order = (type: 'unlock' | 'lock' | 'mode', mode?: 'unlocked' | 'locked' | 'controlled', untilMs?: number) => {
    const target = { accessPoint: 'strict', by: 'sam' };
    if (type !== 'mode' || mode === undefined) return life.controller.command({ type: 'lock', ...target });
    return life.controller.command({ type, mode, ...target, ...(untilMs === undefined ? {} : { untilMs }) });
  };

  it('is not opened by its schedule before that is on disk', () => {
    boot('08:59', { schedule: { ...hours, accessPoint: 'strict' } });
    fail();
    life.clock.advance(3_600_000);
    expect([door('strict')?.mode, life.locks.state('strict')]).toEqual(['controlled', 'locked']);
    expect(order('lock').outcome).toBe('done');
    life.controller.input('strict', 'contact', true);
    life.controller.input('strict', 'contact', false);
    life.controller.input('strict', 'contact', true);
    expect(door('strict')?.lock).toBe('locked');
    mend();
    life.clock.advance(5_000);
    expect([door('strict')?.mode, life.locks.state('strict')]).toEqual(['unlocked', 'unlocked']);
    const told = life.events().flatMap(({ type, accessPoint }) => (accessPoint === 'strict' ? [type] : []));
    const opened = ['door.opened', 'door.closed', 'door.opened', 'door.forced'];
    expect(told).toEqual(['storage.failed', 'command.applied', ...opened, 'accesspoint.mode']);
  });

  it('that a door which is set to grant is opened by its schedule', () => {
    boot('08:59', { schedule: hours });
    fail();
    life.clock.advance(3_600_000);
    expect(life.locks.state('main')).toBe('unlocked');
    mend();
  });

  it('is given back to no schedule that would open it, nor to an override below', () => {
    boot('10:00', { schedule: { ...hours, accessPoint: 'strict' } });
    order('mode', 'locked');
    fail();
    expect(order('mode', 'controlled')).toMatchObject({ outcome: 'refused', reason: 'storage-failed' });
    expect([door('strict')?.mode, life.locks.state('strict')]).toEqual(['locked', 'locked']);
    mend();
    life.clock.advance(5_000);
    expect(order('mode', 'controlled')).toMatchObject({ outcome: 'done' });
    order('mode', 'unlocked');
    order('mode', 'locked', at('11:00'));
    fail();
    life.clock.advance(3_600_000);
    expect([door('strict')?.mode, life.locks.state('strict')]).toEqual(['locked', 'locked']);
    mend();
    life.clock.advance(5_000);
    expect(door('strict')).toMatchObject({ mode: 'unlocked', by: 'sam', lock: 'unlocked' });
  });

  it('stays open where it stood open already, and is given back to what shuts it', () => {
    boot('10:00');
    order('mode', 'unlocked');
    fail();
    life.clock.advance(3_600_000);
    expect(life.locks.state('strict')).toBe('unlocked');
    expect(order('mode', 'unlocked')).toMatchObject({ outcome: 'refused', reason: 'storage-failed' });
    expect(order('mode', 'controlled')).toMatchObject({ outcome: 'done' });
    expect(life.locks.state('strict')).toBe('locked');
    mend();
  });

  it('is freed by a press to leave and by fire', () => {
    boot('10:00', { schedule: { ...hours, accessPoint: 'strict' } });
    order('mode', 'locked');
    fail();
    life.controller.input('strict', 'requestToExit', true);
    expect(life.locks.state('strict')).toBe('unlocked');
    life.controller.input('strict', 'requestToExit', false);
    life.clock.advance(5_000);
    expect(life.locks.state('strict')).toBe('locked');
    life.controller.input('strict', 'fire', true);
    expect(life.locks.state('strict')).toBe('unlocked');
    mend();
  });
});

describe('a door that stands open over a time without power', () => {
  const openFrom = '10:00';

  it('is held as long after its opening, and told of once', () => {
    boot(openFrom);
    life.controller.tap('in', anasCard);
    life.controller.input('main', 'contact', true);
    life.clock.advance(20_000);
    expect(life.ofType('door.held')).toHaveLength(0);
    life.end();
    boot('10:01');
    life.controller.input('main', 'contact', true);
    expect(life.ofType('door.held')).toHaveLength(1);
    life.clock.advance(60_000);
    life.end();
    boot('11:00');
    life.controller.input('main', 'contact', true);
    life.clock.advance(60_000);
    life.controller.input('main', 'contact', false);
    const types = ['door.opened', 'door.pre-alarm', 'door.held', 'door.closed', 'door.secured', 'door.forced'];
    expect(types.map((type) => life.ofType(type).length)).toEqual([1, 1, 1, 1, 1, 0]);
  });

  it('and was closed meanwhile, is secured at the start', () => {
    boot(openFrom);
    life.controller.input('main', 'contact', false);
    life.controller.input('main', 'contact', true);
    expect(life.ofType('door.forced')).toHaveLength(1);
    life.end();
    boot('10:01');
    life.controller.input('main', 'contact', false);
    expect([life.ofType('door.closed').length, life.ofType('door.secured').length]).toEqual([1, 1]);
    life.controller.input('main', 'contact', true);
    expect(life.ofType('door.forced')).toHaveLength(2);
  });
});

describe('a reload', () => {
  it('keeps the modes of doors that it changes, and the fires that free others', async () => {
    boot('10:00');
    const bench = new DaemonBench({ accessPoints: [plain('front-door'), plain('back-door'), alarmed] });
    try {
      await bench.daemon.start([]);
      bench.daemon.answer({ do: 'command', type: 'mode', mode: 'unlocked', accessPoint: 'front-door', by: 'sam' });
      bench.daemon.answer({ do: 'command', type: 'mode', mode: 'lockdown', space: 'lab', by: 'sam' });
      bench.daemon.answer({ do: 'input', accessPoint: 'alarmed', input: 'fire', active: true });
      expect(bench.door('back-door').lock).toBe('unlocked');
      const longer = [plain('front-door', 'unlockTime: 9s'), plain('back-door', 'unlockTime: 9s'), alarmed];
      await bench.reloadWith({ accessPoints: [...longer, `{ id: new, space: lab, kind: interior, ${lock()} }`] });
      expect(bench.door('front-door')).toMatchObject({ mode: 'unlocked', by: 'sam', lock: 'unlocked' });
      expect(bench.door('back-door')).toMatchObject({ mode: 'controlled', lock: 'unlocked' });
      expect(bench.door('new')).toMatchObject({ mode: 'lockdown', by: 'sam' });
      bench.daemon.answer({ do: 'input', accessPoint: 'alarmed', input: 'fire', active: false });
      expect(bench.door('back-door').lock).toBe('locked');
      expect(bench.tap('front-in', anaCard)).toBe('command');
      await bench.reloadWith({ accessPoints: [plain('back-door')], readers: [reader('front-in', 'back-door')] });
      await bench.reloadWith({ accessPoints: [plain('front-door'), plain('back-door')] });
      expect(bench.door('front-door')).toMatchObject({ mode: 'unlocked', by: 'sam', lock: 'unlocked' });
    } finally {
      await bench.end();
    }
  });
});

function lock(more = 'unlockTime: 5s'): string {
  return `lock: { driver: simulated, ${more} }`;
}

function plain(id: string, more?: string): string {
  return `{ id: ${id}, space: riverside, kind: entrance, ${lock(more)} }`;
}

const alarmed = `{ id: alarmed, space: lab, kind: interior, fire: { driver: simulated, frees: [back-door] }, ${lock()} }`;
