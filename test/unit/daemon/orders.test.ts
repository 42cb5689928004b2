// Commands that are orders: each takes effect once, in its time and its turn, and over a crash; what it is answered stays true.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../../access/command/command.ts';
import type { Order } from '../../../access/command/order.ts';
import type { CommandOutcome } from '../../../access/command/outcome.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { anasReplica, ControllerLife, entrance, readerAt } from './controller-bench.ts';

const replica = anasReplica([{ id: 'p1', timePass: 'day' }]);
const doors = [entrance('main'), entrance('strict', { onStorageFailure: 'deny' })];
const startMs = Date.parse('2026-03-02T09:00:00+01:00');

let folder: string;
let file: string;
let clock: VirtualClock;
let life: ControllerLife;

/** A boot of the machine; the journal goes on. */
function boot(name: string, wallMs: number, more: { synchronised?: boolean; config?: object } = {}): void {
  clock = new VirtualClock(wallMs, name, 60_000);
  clock.step(wallMs, more.synchronised ?? true);
  const config = { accessPoints: doors, readers: [readerAt('main', 'in')], ...more.config };
  life = new ControllerLife(file, { clock, config, replica });
}

/** The program dies and comes back in the same boot. */
function crash(config: object = {}): void {
  life.end();
  const parts = { accessPoints: doors, readers: [readerAt('main', 'in')], ...config };
  life = new ControllerLife(file, { clock, config: parts, replica });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-orders-'));
  file = join(folder, 'journal.db');
  boot('first', startMs);
});

afterEach(() => {
  expect(verifyJournal(file).ok).toBe(true);
  life.end();
  rmSync(folder, { recursive: true, force: true });
});

const unlock: Command = { type: 'unlock', accessPoint: 'main', by: 'sam' };
const lock: Command = { type: 'lock', accessPoint: 'main', by: 'sam' };
const mode = (
  of: 'controlled' | 'unlocked' | 'locked' | 'lockdown',
  more: object = { accessPoint: 'main' },
): Command => {
  return { type: 'mode', mode: of, by: 'sam', ...more } as Command;
};

/** Issued `agoMs` before now, good for `lifeMs`. */
function order(id: string, { agoMs = 0, lifeMs = 30_000 } = {}): Order {
  const issuedAtMs = clock.now().wallMs - agoMs;
  return { id, issuedAtMs, expiresAtMs: issuedAtMs + lifeMs };
}

function give(command: Command, given: Order | string): string {
  const { outcome, reason } = said(command, given);
  return reason === null ? outcome : `${outcome} ${reason}`;
}

function said(command: Command, given: Order | string): CommandOutcome {
  return life.controller.command(command, typeof given === 'string' ? order(given) : given);
}

const lineOf = (id = 'main') => life.locks.state(id);
const modeOf = (id = 'main') => life.controller.accessPoints().find((one) => one.id === id)?.mode;

describe('an order', () => {
  it('takes effect, and is recorded with its id, its issue and its expiry', () => {
    const given = order('c1');
    expect(give(unlock, given)).toBe('done');
    expect(lineOf()).toBe('unlocked');
    expect(life.ofType('command.applied')).toEqual([
      {
        command: {
          ...unlock,
          id: 'c1',
          issuedAt: new Date(given.issuedAtMs).toISOString(),
          expiresAt: new Date(given.expiresAtMs).toISOString(),
        },
      },
    ]);
  });

  it('that comes again changes nothing, leaves no record, and is told what became of the first', () => {
    const given = order('c1');
    give(unlock, given);
    clock.advance(10_000);
    expect(lineOf()).toBe('locked');
    const before = life.events().length;
    expect(said(unlock, given)).toEqual({
      outcome: 'duplicate',
      reason: 'done',
      taken: [],
      refused: [],
      unrecorded: true,
    });
    give(mode('lockdown'), order('c2'));
    const refused = order('c3');
    expect(give(unlock, refused)).toBe('refused lockdown');
    expect(give(unlock, refused)).toBe('duplicate lockdown');
    expect(give(lock, { ...given, expiresAtMs: given.expiresAtMs + 1 })).toBe('duplicate done');
    expect(lineOf()).toBe('locked');
    expect(
      life
        .events()
        .slice(before)
        .map(({ type }) => type),
    ).toEqual(['command.applied', 'accesspoint.mode', 'command.refused']);
  });

  it('is known after a crash, and after another', () => {
    const given = order('c1', { lifeMs: 3_600_000 });
    expect(give(mode('unlocked'), given)).toBe('done');
    life.controller.command(mode('controlled'));
    crash();
    expect(give(mode('unlocked'), given)).toBe('duplicate done');
    crash();
    expect(give(mode('unlocked'), given)).toBe('duplicate done');
    expect(modeOf()).toBe('controlled');
    expect(life.ofType('command.applied')).toHaveLength(2);
  });

  const late: readonly [string, Partial<Parameters<typeof order>[1]>, string][] = [
    ['whose time is over', { agoMs: 30_000 }, 'expired expired'],
    ['whose time was never', { lifeMs: 0 }, 'expired expired'],
    ['that would live longer than a day', { lifeMs: 86_400_001 }, 'refused life-too-long'],
    ['issued later than the clocks may differ', { agoMs: -60_001, lifeMs: 60_000 }, 'refused issued-in-future'],
    ['issued before the journal began', { agoMs: 60_001, lifeMs: 3_600_000 }, 'refused issued-before-journal'],
  ];
  it.each(late)('%s changes nothing', (_, when, answer) => {
    for (const command of [unlock, lock, mode('unlocked'), mode('locked'), mode('lockdown')]) {
      expect(give(command, order(`c-${command.type}-${JSON.stringify(command)}`.slice(0, 64), when))).toBe(answer);
    }
    expect([lineOf(), modeOf()]).toEqual(['locked', 'controlled']);
    // Whoever took them counts them.
    expect(life.events()).toHaveLength(1);
  });

  it('within the bounds is taken', () => {
    expect(give(lock, order('c1', { agoMs: -60_000, lifeMs: 86_400_000 }))).toBe('done');
    expect(give(unlock, order('c2', { agoMs: 0, lifeMs: 1 }))).toBe('refused reordered');
    expect(give({ ...unlock, accessPoint: 'strict' }, order('c3', { agoMs: 59_999, lifeMs: 60_000 }))).toBe('done');
  });

  it('once refused stays refused, whatever changes', () => {
    const early = order('c1', { agoMs: -90_000 });
    expect(give(unlock, early)).toBe('refused issued-in-future');
    clock.advance(90_000);
    expect(give(unlock, early)).toBe('duplicate issued-in-future');
    expect(lineOf()).toBe('locked');
  });

  it('of something that is not there is refused for good, too', () => {
    expect(give({ ...unlock, accessPoint: 'nowhere' }, 'c1')).toBe('refused unknown-access-point');
    expect(give({ ...unlock, accessPoint: 'nowhere' }, 'c1')).toBe('duplicate unknown-access-point');
    const strange = life.controller.refuse(order('c2'), { type: 'melt', id: 'c2' }, 'not-supported');
    expect([strange.outcome, strange.reason]).toEqual(['refused', 'not-supported']);
    expect(life.controller.refuse(order('c2'), { type: 'melt', id: 'c2' }, 'not-supported')).toMatchObject({
      outcome: 'duplicate',
      reason: 'not-supported',
      unrecorded: true,
    });
    crash();
    expect(life.controller.refuse(order('c2'), { type: 'melt', id: 'c2' }, 'not-supported').outcome).toBe('duplicate');
  });
});

describe('the turn of an order', () => {
  it('is over where a later one was carried out at its door; at others it is not', () => {
    const older = order('c1', { lifeMs: 3_600_000 });
    clock.advance(1_000);
    expect(give(mode('lockdown'), order('c2'))).toBe('done');
    expect(give(mode('controlled'), older)).toBe('refused reordered');
    expect(modeOf()).toBe('lockdown');
    const both = { ...older, id: 'c3' };
    expect(said(mode('locked', { space: 'berlin' }), both)).toMatchObject({
      outcome: 'done',
      reason: 'reordered',
      taken: ['strict'],
      refused: ['main'],
    });
    expect([modeOf('main'), modeOf('strict')]).toEqual(['lockdown', 'locked']);
  });

  it('is over, too, where somebody gave a command on the spot, and after a crash', () => {
    const older = order('c1', { lifeMs: 3_600_000 });
    clock.advance(1_000);
    life.controller.command(mode('lockdown'));
    crash();
    expect(give(mode('controlled'), older)).toBe('refused reordered');
    expect(give(mode('controlled'), order('c2', { agoMs: 1_000 }))).toBe('refused reordered');
    expect(give(mode('controlled'), order('c3'))).toBe('done');
  });

  it('is not lost for ever to a clock that was years ahead once', () => {
    clock.step(Date.parse('2030-01-01T00:00:00Z'), true);
    life.controller.clockStepped();
    expect(give(lock, 'c1')).toBe('done');
    clock.step(startMs + 60_000, true);
    life.controller.clockStepped();
    expect(give(unlock, 'c2')).toBe('done');
  });
});

describe('while the time is not known', () => {
  beforeEach(() => {
    life.end();
    boot('dark', Date.parse('1970-01-01T00:00:10Z'), { synchronised: false });
  });
  const true10 = {
    id: 'x',
    issuedAtMs: Date.parse('2026-03-02T10:00:00+01:00'),
    expiresAtMs: Date.parse('2026-03-02T10:00:30+01:00'),
  };

  it.each([unlock, mode('unlocked'), { type: 'admit', customer: 'ana', accessPoint: 'main', by: 'app' } as Command])(
    'nothing frees a door, and does not later either: %j',
    (command) => {
      expect(give(command, true10)).toBe('refused clock-untrusted');
      clock.step(true10.issuedAtMs + 1_000, true);
      life.controller.clockStepped();
      expect(give(command, true10)).toBe('duplicate clock-untrusted');
      expect(lineOf()).toBe('locked');
    },
  );

  it('what shuts a door is taken, and what ends that again is not', () => {
    expect(give(lock, { ...true10, id: 'a' })).toBe('done');
    expect(give(mode('controlled'), { ...true10, id: 'b' })).toBe('done');
    expect(give(mode('locked'), { ...true10, id: 'c' })).toBe('done');
    expect(give(mode('controlled'), { ...true10, id: 'd' })).toBe('refused clock-untrusted');
    expect(give(mode('lockdown'), { ...true10, id: 'e' })).toBe('done');
    expect(give(mode('controlled'), { ...true10, id: 'f' })).toBe('refused clock-untrusted');
    expect(modeOf()).toBe('lockdown');
  });

  it('an order is over when the least that the time can be says so', () => {
    expect(give(lock, { id: 'a', issuedAtMs: startMs - 60_000, expiresAtMs: startMs })).toBe('expired expired');
    expect(give(lock, { id: 'b', issuedAtMs: startMs, expiresAtMs: startMs + 120_000 })).toBe('done');
  });

  it('somebody on the spot still frees it, and a site that allows it takes the least for the time', () => {
    expect(life.controller.command(unlock)).toMatchObject({ outcome: 'done' });
    life.end();
    boot('dark again', Date.parse('1970-01-01T00:00:10Z'), {
      synchronised: false,
      config: { rules: { untrustedClock: 'allow' } },
    });
    expect(give(unlock, { ...true10, id: 'a' })).toBe('done');
  });
});

describe('what is kept of orders', () => {
  it('goes when they have surely expired, and is answered until an hour after', () => {
    const given = order('c1');
    give(unlock, given);
    clock.advance(3_600_000);
    give(unlock, 'c2');
    expect(give(unlock, given)).toBe('duplicate done');
    clock.advance(60_000);
    give(unlock, 'c3');
    expect(give(unlock, given)).toBe('expired expired');
    expect(life.journal.settledCommands().settled.map(({ id }) => id)).toEqual(['c2', 'c3']);
  });

  it('stays while a clock that jumped may still be put right', () => {
    const given = order('c1', { lifeMs: 86_400_000 });
    give(lock, given);
    clock.step(startMs + 10 * 86_400_000, true);
    life.controller.clockStepped();
    give(lock, 'c2');
    clock.step(startMs + 60_000, true);
    life.controller.clockStepped();
    expect(give(lock, given)).toBe('duplicate done');
  });

  it('has a bound: then nothing is let in that frees a door, and as many again that shut one', () => {
    crash({ commands: { maxKept: 100 } });
    for (let n = 0; n < 100; n++) expect(give(lock, `fill-${n}`)).toBe('done');
    const before = life.events().length;
    expect(said(unlock, order('c1'))).toMatchObject({ reason: 'too-many-commands', unrecorded: true });
    expect(life.events()).toHaveLength(before);
    for (let n = 0; n < 100; n++) expect(give(mode('lockdown'), `shut-${n}`)).toBe('done');
    expect(give(mode('lockdown'), 'shut-100')).toBe('refused too-many-commands');
    expect(life.journal.settledCommands().settled).toHaveLength(200);
    clock.advance(3_700_000);
    expect(give(mode('controlled'), 'c2')).toBe('done');
    expect(life.journal.settledCommands().settled).toHaveLength(1);
  });
});

describe('while the disk fails', () => {
  let disk: Database.Database;
  beforeEach(() => {
    disk = new Database(file);
    disk.exec('ALTER TABLE events RENAME TO events_away');
  });
  afterEach(() => disk.close());

  it('an order that opens all the same does so once; its id is on the disk when that is back', () => {
    const given = order('c1', { lifeMs: 3_600_000 });
    expect(give(unlock, given)).toBe('done');
    clock.advance(6_000);
    expect(lineOf()).toBe('locked');
    expect(give(unlock, given)).toBe('duplicate done');
    expect(lineOf()).toBe('locked');
    disk.exec('ALTER TABLE events_away RENAME TO events');
    clock.advance(60_000);
    crash();
    expect(give(unlock, given)).toBe('duplicate done');
    expect(life.ofType('command.applied')).toHaveLength(1);
  });

  it('what is turned away is known from memory, and takes no room from what has an effect', () => {
    const early = order('c1', { agoMs: -90_000 });
    disk.exec('ALTER TABLE commands RENAME TO commands_away');
    expect(give(unlock, early)).toBe('refused issued-in-future');
    expect(give(unlock, early)).toBe('duplicate issued-in-future');
    disk.exec('ALTER TABLE commands_away RENAME TO commands');
    disk.exec('ALTER TABLE events_away RENAME TO events');
    clock.advance(90_000);
    expect(give(unlock, early)).toBe('duplicate issued-in-future');
    expect(life.journal.settledCommands().settled).toEqual([]);
    expect(life.events()).toHaveLength(1);
  });

  it('one at a door that is to stay shut then is refused, for good', () => {
    const strict: Command = { type: 'unlock', accessPoint: 'strict', by: 'sam' };
    const admit: Command = { type: 'admit', accessPoint: 'strict', customer: 'ana', by: 'app' };
    expect(give(strict, 'c1')).toBe('refused storage-failed');
    expect(give(admit, 'c2')).toBe('refused storage-failed');
    expect(give(strict, 'c1')).toBe('duplicate storage-failed');
    expect(lineOf('strict')).toBe('locked');
    disk.exec('ALTER TABLE events_away RENAME TO events');
    clock.advance(60_000);
    expect(give(admit, 'c2')).toBe('duplicate storage-failed');
    expect(life.ofType('checkin.recorded')).toEqual([]);
    expect(life.ofType('command.refused').map(({ reason }) => reason)).toEqual(['storage-failed', 'storage-failed']);
    expect(life.ofType('command.applied')).toEqual([]);
  });
});
