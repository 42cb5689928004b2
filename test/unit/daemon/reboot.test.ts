// The machine starts anew while somebody is inside: another boot id, a monotonic clock from 0, the same journal.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { anasCard, anasReplica, ControllerLife, entrance, readerAt } from './controller-bench.ts';

const config = { accessPoints: [entrance('main')], readers: ['in', 'out', 'toggle'].map((id) => readerAt('main', id)) };
const replica = anasReplica([{ id: 'p1', timePass: 'hours' }]);

let folder: string;
let file: string;
let life: ControllerLife;

function boot(time: string, name: string, sinceBootMs = 9_000): void {
  life = new ControllerLife(file, { clock: new VirtualClock(Date.parse(time), name, sinceBootMs), config, replica });
}

function tap(reader: string): string {
  return life.controller.tap(reader, anasCard).reason;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-reboot-'));
  file = join(folder, 'journal.db');
  boot('2026-03-02T09:00:00+01:00', 'first', 86_400_000);
  expect(tap('in')).toBe('pass');
});

afterEach(() => {
  expect(verifyJournal(file).ok).toBe(true);
  life.end();
  rmSync(folder, { recursive: true, force: true });
});

describe('a reboot during a visit', () => {
  it('leaves the visit open, and its minutes are those between the two taps', () => {
    life.end();
    boot('2026-03-02T10:00:00+01:00', 'second');
    expect(tap('in')).toBe('re-entry');
    life.clock.advance(1_800_000);
    expect(tap('out')).toBe('exit');
    expect(life.ofType('checkout.recorded')).toEqual([
      expect.objectContaining({
        from: '2026-03-02T08:00:00.000Z',
        to: '2026-03-02T09:30:00.000Z',
        usage: [{ pass: 'p1', minutes: 90 }],
      }),
    ]);
  });

  it('tells of minutes that run out afterwards at their instant', () => {
    life.end();
    boot('2026-03-02T11:00:00+01:00', 'second');
    life.clock.advance(3_599_999);
    expect(life.ofType('coverage.exhausted')).toEqual([]);
    life.clock.advance(1);
    expect(life.ofType('coverage.exhausted')).toEqual([expect.objectContaining({ pass: 'p1' })]);
  });

  it('closes at the start what the cut-off would have closed meanwhile, with the minutes up to the last tap', () => {
    life.clock.advance(3_600_000);
    expect(tap('in')).toBe('re-entry');
    life.end();
    boot('2026-03-03T00:10:00+01:00', 'second');
    expect(life.ofType('checkout.recorded')).toEqual([
      expect.objectContaining({
        to: '2026-03-02T23:00:00.000Z',
        auto: true,
        review: true,
        usage: [{ pass: 'p1', minutes: 60 }],
      }),
    ]);
    expect(tap('out')).toBe('exit');
    expect(life.ofType('checkin.recorded').at(-1)).toMatchObject({ source: 'door' });
  });

  it('counts the stay at a toggle reader on, whatever the new boot clock says', () => {
    life.end();
    boot('2026-03-02T09:00:40+01:00', 'second', 500_000_000);
    expect(tap('toggle')).toBe('re-entry');
    life.clock.advance(20_000);
    expect(tap('toggle')).toBe('exit');
  });

  it('takes no tap for the repeat of one before it', () => {
    life.end();
    boot('2026-03-02T09:00:05+01:00', 'second');
    expect(tap('in')).toBe('re-entry');
    expect(life.ofType('access.repeated')).toEqual([]);
  });

  it('makes no negative stay where the clock comes back behind the check-in, and the whole one once it is right', () => {
    life.end();
    boot('1970-01-01T00:00:10Z', 'second');
    life.clock.advance(60_000);
    life.clock.step(Date.parse('2026-03-02T10:00:00+01:00'), true);
    life.controller.clockStepped();
    tap('out');
    expect(life.ofType('checkout.recorded')).toEqual([
      expect.objectContaining({ from: '2026-03-02T08:00:00.000Z', usage: [{ pass: 'p1', minutes: 60 }] }),
    ]);
    expect(tap('in')).toBe('pass');
    life.end();
    boot('1970-01-01T00:00:10Z', 'third');
    tap('out');
    const last = life.ofType('checkout.recorded').at(-1);
    expect(last).toMatchObject({ from: last?.to, usage: [{ pass: 'p1', minutes: 0 }] });
  });
});
