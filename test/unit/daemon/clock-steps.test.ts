// A step of the wall clock during a visit (rules.md sections 4 and 7): whoever measures the visit goes by the time that has
// passed, in the same life of the program, after a restart of it, and after one of the machine.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { anasCard, anasReplica, ControllerLife, entrance, readerAt } from './controller-bench.ts';

const minuteMs = 60_000;
const bensCard = { type: 'card', value: '04A1B2C3D4E581' } as const;
const config = { accessPoints: [entrance('main')], readers: ['in', 'out'].map((id) => readerAt('main', id)) };
const ana = anasReplica([{ id: 'p', timePass: 'hours' }]);
const replica = {
  ...ana,
  timePasses: [{ id: 'hours', price: '6.00', currency: 'EUR', minutesIncluded: 180, countsTowardsPlanLimits: true }],
};
const shared = {
  ...replica,
  teams: [{ id: 'lab', sharesPasses: true }],
  customers: ['ana', 'ben'].map((id) => ({ id, registeredWith: ['berlin'], teams: ['lab'] })),
  credentials: [anasCard, bensCard].map(({ value }, n) => ({
    id: `c${n}`,
    type: 'card',
    value,
    customer: n === 0 ? 'ana' : 'ben',
  })),
  passes: [{ id: 'p', timePass: 'hours', team: 'lab', source: 'sold' }],
};

type After = 'nothing' | 'a restart' | 'a reboot';
const rows = (['nothing', 'a restart', 'a reboot'] as const).flatMap((after) => [
  { step: 'ahead', byMs: 5 * 60 * minuteMs, after },
  { step: 'back', byMs: -3 * 60 * minuteMs, after },
]);

let folder: string;
let life: ControllerLife;

function begin(clock: VirtualClock, of: typeof replica | typeof shared): void {
  life = new ControllerLife(join(folder, 'journal.db'), { clock, config, replica: of });
}

function set(byMs: number): void {
  const { wallMs } = life.clock.now();
  life.clock.step(wallMs + byMs, true);
  life.controller.record([{ type: 'clock.stepped', data: { byMs } }]);
  life.controller.clockStepped();
}

function again(after: After, of: typeof replica | typeof shared): void {
  if (after === 'nothing') return;
  const { clock } = life;
  life.end();
  begin(after === 'a restart' ? clock : new VirtualClock(clock.now().wallMs, 'second', 9_000), of);
}

/** Ana checked in 16 minutes ago; 10 minutes after that the clock was set, and has been believed since. */
function sixteenMinutesIn(byMs: number, after: After, of: typeof replica | typeof shared): void {
  begin(new VirtualClock(Date.parse('2026-03-02T12:00:00+01:00'), 'first'), of);
  expect(life.controller.tap('in', anasCard).reason).toBe('pass');
  life.clock.advance(10 * minuteMs);
  set(byMs);
  life.clock.advance(6 * minuteMs);
  again(after, of);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-steps-'));
});

afterEach(() => {
  life.end();
  rmSync(folder, { recursive: true, force: true });
});

describe('a step of the clock during a visit', () => {
  it.each(rows)('$step, then $after: the automatic check-out counts what passed to the last tap', ({ byMs, after }) => {
    sixteenMinutesIn(byMs, after, replica);
    life.clock.advance(4 * minuteMs);
    expect(life.controller.tap('in', anasCard).reason).toBe('re-entry');
    life.clock.advance(24 * 60 * minuteMs);
    const from = new Date(Date.parse('2026-03-02T12:00:00+01:00') + byMs).toISOString();
    expect(life.ofType('checkout.recorded')).toEqual([
      expect.objectContaining({
        auto: true,
        from,
        to: '2026-03-02T23:00:00.000Z',
        usage: [{ pass: 'p', minutes: 20 }],
      }),
    ]);
    expect(life.journal.facts.planUse('ana').reduce((sum, { minutes }) => sum + minutes, 0)).toBe(20);
  });

  it.each(rows)('$step, then $after: minutes run out when they have passed', ({ byMs, after }) => {
    sixteenMinutesIn(byMs, after, replica);
    life.clock.advance(164 * minuteMs - 1);
    expect(life.ofType('coverage.exhausted')).toEqual([]);
    life.clock.advance(1);
    expect(life.ofType('coverage.exhausted')).toEqual([expect.objectContaining({ pass: 'p' })]);
  });

  it.each(rows)('$step, then $after: others on the pass find left what was not drawn', ({ byMs, after }) => {
    sixteenMinutesIn(byMs, after, shared);
    life.clock.advance(4 * minuteMs);
    expect(life.controller.tap('in', bensCard).reason).toBe('pass');
    // 160 minutes are left, and both draw.
    life.clock.advance(80 * minuteMs - 1);
    expect(life.ofType('coverage.exhausted')).toEqual([]);
    life.clock.advance(1);
    expect(life.ofType('coverage.exhausted')).toHaveLength(2);
  });

  it.each(rows)('$step, then $after: the way out counts what passed', ({ byMs, after }) => {
    sixteenMinutesIn(byMs, after, replica);
    life.controller.tap('out', anasCard);
    expect(life.ofType('checkout.recorded')).toEqual([
      expect.objectContaining({ auto: false, usage: [{ pass: 'p', minutes: 16 }] }),
    ]);
    expect(life.journal.facts.planUse('ana').reduce((sum, { minutes }) => sum + minutes, 0)).toBe(16);
  });

  it('decides by what passed before the jump is believed, too', () => {
    begin(new VirtualClock(Date.parse('2026-03-02T12:00:00+01:00'), 'first'), shared);
    life.controller.tap('in', anasCard);
    life.clock.advance(10 * minuteMs);
    set(5 * 60 * minuteMs);
    life.clock.advance(minuteMs);
    expect(life.controller.tap('in', bensCard).reason).toBe('pass');
    // 169 minutes are left.
    life.clock.advance(84.5 * minuteMs - 1);
    expect(life.ofType('coverage.exhausted')).toEqual([]);
    life.clock.advance(1);
    expect(life.ofType('coverage.exhausted')).toHaveLength(2);
  });

  it.each(['a restart', 'a reboot'] as const)('is not forgotten by %s before the jump is believed', (after) => {
    begin(new VirtualClock(Date.parse('2026-03-02T12:00:00+01:00'), 'first'), replica);
    life.controller.tap('in', anasCard);
    life.clock.advance(10 * minuteMs);
    set(5 * 60 * minuteMs);
    again(after, replica);
    life.clock.advance(6 * minuteMs);
    life.controller.tap('out', anasCard);
    expect(life.ofType('checkout.recorded')).toEqual([
      expect.objectContaining({ usage: [{ pass: 'p', minutes: 16 }] }),
    ]);
  });

  it('counts what passed where a machine without a battery lets in before it knows the time', () => {
    begin(new VirtualClock(Date.parse('2026-03-02T07:00:00+01:00'), 'first'), replica);
    life.end();
    const clock = new VirtualClock(9_000, 'second', 9_000);
    clock.step(9_000, false);
    const rules = { untrustedClock: 'allow' };
    life = new ControllerLife(join(folder, 'journal.db'), { clock, config: { ...config, rules }, replica });
    expect(life.controller.tap('in', anasCard).reason).toBe('pass');
    clock.advance(10 * minuteMs);
    clock.step(Date.parse('2026-03-02T14:00:00+01:00'), true);
    life.controller.clockStepped();
    clock.advance(170 * minuteMs - 1);
    expect(life.ofType('coverage.exhausted')).toEqual([]);
    clock.advance(1);
    expect(life.ofType('coverage.exhausted')).toHaveLength(1);
    life.controller.tap('out', anasCard);
    expect(life.ofType('checkout.recorded')).toEqual([
      expect.objectContaining({ from: '2026-03-02T12:50:00.000Z', usage: [{ pass: 'p', minutes: 180 }] }),
    ]);
  });

  it('is found at a restart where nobody saw it', () => {
    begin(new VirtualClock(Date.parse('2026-03-02T12:00:00+01:00'), 'first'), replica);
    life.controller.tap('in', anasCard);
    const { clock } = life;
    life.end();
    clock.step(clock.now().wallMs - 60 * minuteMs, true);
    begin(clock, replica);
    clock.advance(180 * minuteMs - 1);
    expect(life.ofType('coverage.exhausted')).toEqual([]);
    clock.advance(1);
    expect(life.ofType('coverage.exhausted')).toHaveLength(1);
  });

  it('of less than a second moves nothing', () => {
    begin(new VirtualClock(Date.parse('2026-03-02T12:00:00+01:00'), 'first'), replica);
    life.controller.tap('in', anasCard);
    const before = life.journal.facts.openVisit('ana');
    set(999);
    set(-998);
    expect(life.journal.facts.openVisit('ana')).toEqual(before);
    set(-1_001);
    expect(life.journal.facts.openVisit('ana')?.fromMs).toBe((before?.fromMs ?? 0) - 1_000);
  });
});

describe('a jump of the clock over the whole visit', () => {
  it('counts each minute once, whatever day it falls on', () => {
    begin(new VirtualClock(Date.parse('2026-03-02T12:00:00+01:00'), 'first'), replica);
    life.controller.tap('in', anasCard);
    life.clock.advance(30 * minuteMs);
    life.controller.tap('in', anasCard);
    set(24 * 60 * minuteMs);
    life.clock.advance(60 * minuteMs);
    life.controller.tap('out', anasCard);
    expect(life.ofType('checkout.recorded')).toEqual([
      expect.objectContaining({ to: '2026-03-02T23:00:00.000Z', usage: [{ pass: 'p', minutes: 30 }] }),
      expect.objectContaining({ from: '2026-03-03T11:30:00.000Z', usage: [{ pass: 'p', minutes: 60 }] }),
    ]);
  });

  it('is the same before it is believed', () => {
    begin(new VirtualClock(Date.parse('2026-03-02T12:00:00+01:00'), 'first'), replica);
    life.controller.tap('in', anasCard);
    life.clock.advance(30 * minuteMs);
    life.controller.tap('in', anasCard);
    set(24 * 60 * minuteMs);
    life.clock.advance(3 * minuteMs);
    life.controller.tap('out', anasCard);
    expect(life.ofType('checkout.recorded')).toEqual([
      expect.objectContaining({ auto: true, usage: [{ pass: 'p', minutes: 30 }] }),
      expect.objectContaining({ from: '2026-03-03T11:30:00.000Z', usage: [{ pass: 'p', minutes: 3 }] }),
    ]);
  });

  it('back behind a cut-off that has come counts the evening up to now', () => {
    begin(new VirtualClock(Date.parse('2026-03-02T22:00:00+01:00'), 'first'), replica);
    life.controller.tap('in', anasCard);
    life.clock.advance(150 * minuteMs);
    set(-60 * minuteMs);
    life.clock.advance(20 * minuteMs);
    life.controller.tap('out', anasCard);
    const used = life.ofType('checkout.recorded').map(({ usage }) => usage);
    expect(used).toEqual([[{ pass: 'p', minutes: 0 }], [{ pass: 'p', minutes: 170 }]]);
  });
});
