// Calls for help by command, and what the scenario files cannot show: a disk that fails, another boot, a reload.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { anasCard, ControllerLife, entrance, readerAt } from './controller-bench.ts';
import { DaemonBench, reader } from './daemon-bench.ts';

const withHelp = { help: { driver: 'simulated' } };
const config = { accessPoints: [entrance('main', withHelp), entrance('side')], readers: [readerAt('main', 'in')] };
const replica = {
  spaces: [{ id: 'berlin', timeZone: 'Europe/Berlin', currency: 'EUR' }],
  customers: [{ id: 'ana', registeredWith: ['berlin'] }],
  credentials: [{ id: 'c1', type: 'card', value: anasCard.value, customer: 'ana' }],
};

let folder: string;
let file: string;
let clock: VirtualClock;
let life: ControllerLife;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-help-'));
  file = join(folder, 'journal.db');
  clock = new VirtualClock(Date.parse('2026-03-02T09:00:00+01:00'));
  life = new ControllerLife(file, { clock, config, replica });
});

afterEach(() => {
  life.end();
  rmSync(folder, { recursive: true, force: true });
});

function calls(): readonly unknown[] {
  return life.ofType('help.requested');
}

const call = (message: string | null, accessPoint = 'main') => ({ accessPoint, message, by: 'sam' });

describe('a call for help by command', () => {
  it('says what was said and by whom, and names who was last refused there', () => {
    life.controller.tap('in', anasCard);
    clock.advance(60_000);
    expect(life.controller.callHelp(call('a member stands outside'))).toMatchObject({ outcome: 'done' });
    expect(calls()).toEqual([
      {
        message: 'a member stands outside',
        source: 'command',
        by: 'sam',
        customer: 'ana',
        refused: {
          at: '2026-03-02T08:00:00.000Z',
          reason: 'no-pass',
          reader: 'in',
          holder: { kind: 'customer', id: 'ana' },
          credential: { type: 'card', id: 'c1' },
          event: life.events().find(({ type }) => type === 'access.denied')?.id,
        },
      },
    ]);
  });

  it('is refused right after another one, and does not keep the button quiet, nor another door', () => {
    expect(life.controller.callHelp(call(null))).toMatchObject({ outcome: 'done' });
    clock.advance(10_000);
    expect(life.controller.callHelp(call('again'))).toEqual({
      outcome: 'refused',
      reason: 'called-already',
      againInMs: 20_000,
    });
    life.controller.input('main', 'help', true);
    expect(life.controller.callHelp(call(null, 'side'))).toMatchObject({ outcome: 'done' });
    clock.advance(20_000);
    expect(life.controller.callHelp(call('again'))).toMatchObject({ outcome: 'done' });
    expect(calls()).toMatchObject([
      { message: 'help command', source: 'command' },
      { source: 'input' },
      { source: 'command' },
      { message: 'again' },
    ]);
  });

  it('is refused at a door that is not there, and is an error once the controller is stopped', () => {
    expect(life.controller.callHelp(call(null, 'nowhere'))).toEqual({
      outcome: 'refused',
      reason: 'unknown-access-point',
    });
    life.controller.stop();
    expect(() => life.controller.callHelp(call(null))).toThrow(RangeError);
    expect(calls()).toEqual([]);
  });
});

describe('who was refused', () => {
  it('is known while the disk fails, and is in the record once it is mended', () => {
    const disk = new Database(file);
    disk.exec('ALTER TABLE events RENAME TO events_away');
    life.controller.tap('in', anasCard);
    expect(life.controller.callHelp(call(null))).toMatchObject({ outcome: 'done', data: { customer: 'ana' } });
    expect(life.controller.callHelp(call(null))).toMatchObject({ reason: 'called-already' });
    disk.exec('ALTER TABLE events_away RENAME TO events');
    clock.advance(60_000);
    disk.close();
    expect(calls()).toMatchObject([{ customer: 'ana', refused: { reason: 'no-pass' } }]);
  });

  it('is left out where the journal cannot say it: whoever calls is heard all the same', () => {
    life.controller.tap('in', anasCard);
    const disk = new Database(file);
    disk.exec("UPDATE events SET body = 'x' WHERE type = 'access.denied'");
    disk.close();
    const outcome = life.controller.callHelp(call(null));
    expect(outcome).toEqual({
      outcome: 'done',
      reason: null,
      data: { message: 'help command', source: 'command', by: 'sam' },
    });
  });

  it('is known in the next boot by the time that is believed then', () => {
    life.controller.tap('in', anasCard);
    life.end();
    for (const [minutes, customer] of [
      [5, 'ana'],
      [11, undefined],
    ] as const) {
      const later = new VirtualClock(clock.now().wallMs + minutes * 60_000, `boot-${minutes}`);
      life = new ControllerLife(file, { clock: later, config, replica });
      life.controller.callHelp(call(null));
      expect(life.ofType('help.requested').at(-1)?.customer).toBe(customer);
      if (minutes === 5) life.end();
    }
  });

  it('is never told by the number of the card, known or unknown', () => {
    life.controller.tap('in', anasCard);
    life.controller.callHelp(call(null));
    life.controller.tap('in', { type: 'card', value: 'DEADBEEF' });
    life.controller.callHelp(call(null));
    expect(calls()).toHaveLength(2);
    const written = ['', '-wal'].map((part) => readFileSync(file + part, 'latin1')).join('');
    expect(written).toContain('help.requested');
    expect(written).not.toMatch(/04A1B2C3D4E580|DEADBEEF/i);
  });
});

describe('a help button', () => {
  it('that stays pressed over a reload is no new call; one that its door lost is forgotten', async () => {
    const door = (more: string): string =>
      `{ id: front-door, space: riverside, kind: entrance, lock: { driver: simulated }${more} }`;
    const pressed = ', help: { driver: simulated }';
    const bench = new DaemonBench({ accessPoints: [door(pressed)], readers: [reader('front-in')] });
    const press = (active: boolean) =>
      bench.daemon.answer({ do: 'input', accessPoint: 'front-door', input: 'help', active });
    const count = (): number => bench.events().filter(({ type }) => type === 'help.requested').length;
    try {
      await bench.daemon.start([]);
      press(true);
      await bench.reloadWith({ accessPoints: [door(`${pressed}, policy: open-and-flag`)] });
      expect(count()).toBe(1);
      bench.clock.advance(60_000);
      await bench.reloadWith({ accessPoints: [door('')] });
      await bench.reloadWith({ accessPoints: [door(pressed)] });
      press(true);
      expect(count()).toBe(2);
    } finally {
      await bench.end();
    }
  });
});
