// A machine without a battery clock starts anew, in 1970, and the network is away (rules.md section 4): what the controller
// goes by, until the clock is set again.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { anasCard, anasReplica, ControllerLife, entrance, readerAt } from './controller-bench.ts';

const config = { accessPoints: [entrance('main')], readers: ['in', 'out'].map((id) => readerAt('main', id)) };
const replica = anasReplica([{ id: 'p1', timePass: 'hours' }]);
const minuteMs = 60_000;

let folder: string;
let life: ControllerLife;

function boot(name: string, time: string | null): void {
  const clock = new VirtualClock(time === null ? 9_000 : Date.parse(time), name, 9_000);
  if (time === null) clock.step(9_000, false);
  life = new ControllerLife(join(folder, 'journal.db'), { clock, config, replica });
}

function set(time: string): void {
  life.clock.step(Date.parse(time), true);
  life.controller.clockStepped();
}

function least(): string {
  return new Date(life.controller.leastMs()).toISOString();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-clock-'));
});

afterEach(() => {
  life.end();
  rmSync(folder, { recursive: true, force: true });
});

describe('a boot without a clock', () => {
  beforeEach(() => {
    boot('first', '2026-03-02T09:00:00+01:00');
    expect(life.controller.tap('in', anasCard).reason).toBe('pass');
    life.end();
    boot('second', null);
  });

  it('goes on from the last record under a synchronised clock, also for cut-offs', () => {
    expect(least()).toBe('2026-03-02T08:00:09.000Z');
    life.clock.advance(15 * 60 * minuteMs - 9_001);
    expect(life.ofType('checkout.recorded')).toEqual([]);
    life.clock.advance(1);
    expect(life.ofType('checkout.recorded')).toEqual([
      expect.objectContaining({ to: '2026-03-02T23:00:00.000Z', auto: true }),
    ]);
    expect(least()).toBe('2026-03-02T23:00:00.000Z');
  });

  it('tells of minutes that run out on that time too', () => {
    life.clock.advance(180 * minuteMs - 9_001);
    expect(life.ofType('coverage.exhausted')).toEqual([]);
    life.clock.advance(1);
    expect(life.ofType('coverage.exhausted')).toEqual([expect.objectContaining({ pass: 'p1' })]);
  });

  it('closes what the night would have closed once the clock was right for five minutes', () => {
    life.clock.advance(minuteMs);
    set('2026-03-03T09:00:00+01:00');
    expect(least()).toBe('2026-03-03T08:00:00.000Z');
    life.clock.advance(5 * minuteMs - 1);
    expect(life.ofType('checkout.recorded')).toEqual([]);
    life.clock.advance(1);
    expect(life.ofType('checkout.recorded')).toEqual([
      expect.objectContaining({ to: '2026-03-02T23:00:00.000Z', auto: true }),
    ]);
  });

  it('lets out by the time since the check-in that is known, not by 1970', () => {
    life.clock.advance(minuteMs);
    expect(life.controller.tap('out', anasCard).reason).toBe('exit');
    expect(life.ofType('checkout.recorded')).toEqual([
      expect.objectContaining({ from: '2026-03-02T08:00:00.000Z', to: '2026-03-02T08:01:09.000Z' }),
    ]);
    expect(life.events().at(-1)).toMatchObject({ time: '1970-01-01T00:01:09.000Z', clock: { synchronised: false } });
  });
});

describe('a first boot without a clock', () => {
  it('takes the year of the program for the least that it can be', () => {
    boot('first', null);
    expect(least()).toBe('2026-01-01T00:00:09.000Z');
    expect(life.controller.tap('in', anasCard).reason).toBe('pass');
    life.clock.advance(minuteMs);
    set('2026-03-03T09:00:00+01:00');
    life.clock.advance(5 * minuteMs);
    expect(life.ofType('checkout.recorded')).toEqual([
      expect.objectContaining({ to: '2026-01-01T23:00:00.000Z', auto: true }),
    ]);
  });
});
