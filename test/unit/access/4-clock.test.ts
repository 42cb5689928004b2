// rules.md section 4: what time it is while the clock cannot be believed, and what a jump of it does.

import { describe, expect, it } from 'vitest';
import type { Moment } from '../../../access/clock.ts';
import { earliestMs, TrustedTime } from '../../../access/time/trusted-time.ts';

const s = 1_000;
const m = 60 * s;
const h = 60 * m;
const settleMs = 5 * m;
/** An hour after some boot, ten in the morning. */
const ten = Date.UTC(2026, 2, 2, 10);
const at = (wallMs: number, sinceBootMs: number, synchronised = true, boot = 'a'): Moment => ({
  wallMs,
  sinceBootMs,
  boot,
  synchronised,
});
const off = (sinceBootMs: number, boot = 'a') => at(0, sinceBootMs, false, boot);
const record = { wallMs: ten, boot: 'a', sinceBootMs: h };

type Row = readonly [
  what: string,
  last: typeof record | null,
  readings: readonly Moment[],
  leastMs: number,
  dueMs: number,
];

const rows: readonly Row[] = [
  ['a synchronised clock', null, [at(ten, h)], ten, ten],
  ['nothing was ever known', null, [off(9 * s)], earliestMs + 9 * s, earliestMs + 9 * s],
  ['the last record, run on', record, [off(2 * h)], ten + h, ten + h],
  ['over a reboot the record and the time since', record, [off(9 * s, 'b')], ten + 9 * s, ten + 9 * s],
  ['the last reading, run on', null, [at(ten, h), off(h + 7)], ten + 7, ten + 7],
  [
    'a boot that begins synchronised has seen no jump',
    record,
    [at(ten + 9 * h, 5 * s, true, 'b')],
    ten + 9 * h,
    ten + 9 * h,
  ],
  [
    'a boot that becomes so has',
    record,
    [off(5 * s, 'b'), at(ten + 9 * h, 9 * s, true, 'b')],
    ten + 9 * h,
    ten + 9 * s,
  ],
  ['a restart within the boot has too', record, [at(ten + 9 * h, h + s)], ten + 9 * h, ten + s],
  ['a jump ahead', null, [at(ten, h), at(ten + h, h + s)], ten + h, ten + s],
  ['a jump of less than a second is none', null, [at(ten, h), at(ten + 2 * s, h + s)], ten + 2 * s, ten + 2 * s],
  ['a jump back', null, [at(ten, h), at(ten - h, h + s)], ten - h, ten - h],
  [
    'nearly settled',
    null,
    [at(ten, h), at(ten + h, h), at(ten + h + settleMs - 1, h + settleMs - 1)],
    ten + h + settleMs - 1,
    ten + settleMs - 1,
  ],
  [
    'settled',
    null,
    [at(ten, h), at(ten + h, h), at(ten + h + settleMs, h + settleMs)],
    ten + h + settleMs,
    ten + h + settleMs,
  ],
  [
    'a second jump settles anew',
    null,
    [at(ten, h), at(ten + h, h), at(ten + 2 * h, h + 4 * m), at(ten + 2 * h + 2 * m, h + 6 * m)],
    ten + 2 * h + 2 * m,
    ten + 6 * m,
  ],
  [
    'a jump that goes back is forgotten',
    null,
    [at(ten, h), at(ten + h, h), at(ten + m, h + m), at(ten + h, h + 2 * m)],
    ten + h,
    ten + 2 * m,
  ],
  [
    'synchronised, lost, and again',
    null,
    [at(ten, h), at(ten + h, h), off(h + m), at(ten + h + 2 * m, h + 2 * m), at(ten + h + 6 * m, h + 6 * m)],
    ten + h + 6 * m,
    ten + 6 * m,
  ],
  [
    'lost while it settled: the least is what was recorded',
    null,
    [at(ten, h), at(ten + h, h), off(h + m)],
    ten + h + m,
    ten + m,
  ],
];

describe('trusted time', () => {
  it.each(rows.map(([what, last, readings, leastMs, dueMs]) => ({ what, last, readings, leastMs, dueMs })))(
    '$what',
    ({ last, readings, leastMs, dueMs }) => {
      const time = new TrustedTime(last);
      for (const reading of readings) time.observe(reading, settleMs);
      const now = readings.at(-1) ?? at(0, 0);
      expect([time.leastMs(now), time.dueMs(now)]).toEqual([leastMs, dueMs]);
    },
  );

  it('says how long a jump still waits, and what was before it', () => {
    const time = new TrustedTime(null);
    for (const reading of [at(ten, h), at(ten + h, h + m)]) time.observe(reading, settleMs);
    expect(time.settlesInMs(at(ten + h + m, h + 2 * m), settleMs)).toBe(4 * m);
    expect(time.beforeJump).toEqual(at(ten, h));
    time.observe(at(ten + h + settleMs, h + m + settleMs), settleMs);
    expect(time.settlesInMs(at(ten + h + settleMs, h + m + settleMs), settleMs)).toBeNull();
    expect(time.beforeJump).toBeNull();
  });

  it('goes on, after a restart, from before a jump that had not settled', () => {
    const time = new TrustedTime({ wallMs: ten + h, boot: 'a', sinceBootMs: h + m }, record);
    time.observe(at(ten + h + m, h + 2 * m), settleMs);
    expect(time.dueMs(at(ten + h + m, h + 2 * m))).toBe(ten + 2 * m);
    time.observe(at(ten + h + 6 * m, h + 7 * m), settleMs);
    expect(time.dueMs(at(ten + h + 6 * m, h + 7 * m))).toBe(ten + h + 6 * m);
  });

  it('follows a jump at once where nothing is to settle', () => {
    const time = new TrustedTime(record);
    time.observe(at(ten + 9 * h, h), 0);
    expect(time.dueMs(at(ten + 9 * h, h))).toBe(ten + 9 * h);
  });
});
