// Unlock schedules on the wall clock of their space: nights that wrap, days of 25 hours, first entries, and where the answer
// can change next.

import { describe, expect, it } from 'vitest';
import { beginsSchedule, nextScheduleEdge, scheduleRuns } from '../../../../access/door/schedule.ts';
import type { Space, UnlockSchedule } from '../../../../access/model.ts';
import { siteOf } from '../../../../access/site.ts';
import { everyDay, slot, space } from '../../../support/records.ts';

const door = { id: 'main', space: 'berlin' };
const at = (text: string): number => Date.parse(text);

function siteWith(
  schedules: readonly Partial<UnlockSchedule>[],
  with_: Partial<Space> = {},
): ReturnType<typeof siteOf> {
  const whole = { accessPoint: 'main', days: everyDay, from: '09:00', to: '17:00', afterFirstEntry: false };
  const unlockSchedules = schedules.map((schedule) => ({ ...whole, ...schedule }));
  const none = { timePasses: [], plans: [], teams: [], staff: [], resources: [], accessRules: [] };
  return siteOf(1, { ...none, spaces: [space(with_)], unlockSchedules });
}

describe('a schedule', () => {
  it.each([
    ['2026-03-02T08:59:59+01:00', false],
    ['2026-03-02T09:00:00+01:00', true],
    ['2026-03-02T16:59:59+01:00', true],
    ['2026-03-02T17:00:00+01:00', false],
  ])('at %s: %s', (time, runs) => {
    expect(scheduleRuns(siteWith([{}]), door, null, at(time))).toBe(runs);
  });

  it('is of its door, in a space that the replica has, and of no other', () => {
    const noon = at('2026-03-02T12:00:00+01:00');
    expect(scheduleRuns(siteWith([{ accessPoint: 'side' }]), door, null, noon)).toBe(false);
    expect(scheduleRuns(siteWith([{}]), { id: 'main', space: 'rome' }, null, noon)).toBe(false);
    expect(nextScheduleEdge(siteWith([{ accessPoint: 'side' }]), door, noon)).toBeNull();
  });

  it('shows both of the hours that come twice when summer time ends', () => {
    const site = siteWith([{ from: '02:00', to: '03:00' }]);
    const runs = (time: string): boolean => scheduleRuns(site, door, null, at(time));
    expect(['2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00'].map(runs)).toEqual([true, true]);
    expect(['2026-10-25T01:59:59+02:00', '2026-10-25T03:00:00+01:00'].map(runs)).toEqual([false, false]);
  });
});

describe('a schedule after the first entry', () => {
  const night = siteWith([{ from: '22:00', to: '02:00', days: ['mon'], afterFirstEntry: true }]);

  it('runs past midnight on the entry before it, and not on that of the night before', () => {
    const entryMs = at('2026-03-02T23:00:00+01:00');
    expect(scheduleRuns(night, door, entryMs, at('2026-03-03T01:59:00+01:00'))).toBe(true);
    expect(scheduleRuns(night, door, entryMs, at('2026-03-09T23:00:00+01:00'))).toBe(false);
    expect(scheduleRuns(night, door, null, at('2026-03-02T23:00:00+01:00'))).toBe(false);
  });

  it('is begun once, by an entry inside its hours', () => {
    const begins = (time: string, entry: string | null): boolean =>
      beginsSchedule(night, door, entry === null ? null : at(entry), at(time));
    expect(begins('2026-03-02T21:59:59+01:00', null)).toBe(false);
    expect(begins('2026-03-02T22:00:00+01:00', null)).toBe(true);
    expect(begins('2026-03-03T01:00:00+01:00', null)).toBe(true);
    expect(begins('2026-03-03T01:00:00+01:00', '2026-03-02T22:00:00+01:00')).toBe(false);
    expect(begins('2026-03-02T23:00:00+01:00', '2026-03-02T21:00:00+01:00')).toBe(true);
  });

  it('is not begun by an entry that a wrong clock put into another week', () => {
    const site = siteWith([{ afterFirstEntry: true }]);
    const ahead = at('2026-03-09T10:00:00+01:00');
    expect(scheduleRuns(site, door, ahead, at('2026-03-02T10:00:00+01:00'))).toBe(false);
    expect(beginsSchedule(site, door, ahead, at('2026-03-02T10:00:00+01:00'))).toBe(true);
  });

  it('stays begun where the clock is set back behind the entry', () => {
    const site = siteWith([{ afterFirstEntry: true }]);
    const entry = at('2026-03-02T10:00:00+01:00');
    expect(scheduleRuns(site, door, entry, at('2026-03-02T09:59:00+01:00'))).toBe(true);
    expect(beginsSchedule(site, door, entry, at('2026-03-02T09:59:00+01:00'))).toBe(false);
  });

  it('is begun while the space is still closed, and runs once it opens', () => {
    const site = siteWith([{ afterFirstEntry: true }], { openingHours: [slot('10:00', '18:00')] });
    const entryMs = at('2026-03-02T09:30:00+01:00');
    expect(beginsSchedule(site, door, null, entryMs)).toBe(true);
    expect(scheduleRuns(site, door, entryMs, entryMs)).toBe(false);
    expect(scheduleRuns(site, door, entryMs, at('2026-03-02T10:00:00+01:00'))).toBe(true);
  });
});

describe('the next instant at which it may change', () => {
  const next = (site: ReturnType<typeof siteOf>, time: string): string =>
    new Date(nextScheduleEdge(site, door, at(time)) ?? 0).toISOString();

  it('is an edge of its hours, of the opening hours, or midnight', () => {
    const site = siteWith([{}], { openingHours: [slot('10:00', '16:00')] });
    expect(next(site, '2026-03-02T08:00:00+01:00')).toBe('2026-03-02T08:00:00.000Z');
    expect(next(site, '2026-03-02T09:00:00+01:00')).toBe('2026-03-02T09:00:00.000Z');
    expect(next(site, '2026-03-02T10:00:00+01:00')).toBe('2026-03-02T15:00:00.000Z');
    expect(next(site, '2026-03-02T17:00:00+01:00')).toBe('2026-03-02T23:00:00.000Z');
    expect(next(siteWith([{ days: ['wed'] }]), '2026-03-02T08:00:00+01:00')).toBe('2026-03-02T23:00:00.000Z');
  });

  it('skips no change: minute by minute over the ends of summer time it changes only there', () => {
    const site = siteWith([
      { from: '01:30', to: '03:30' },
      { from: '22:00', to: '00:00' },
    ]);
    let edgeMs = at('2026-10-24T12:00:00+02:00');
    let runs = scheduleRuns(site, door, null, edgeMs);
    for (let ms = edgeMs; ms < at('2026-10-26T12:00:00+01:00'); ms += 60_000) {
      if (ms >= edgeMs) {
        runs = scheduleRuns(site, door, null, ms);
        edgeMs = nextScheduleEdge(site, door, ms) ?? 0;
      }
      expect(scheduleRuns(site, door, null, ms), new Date(ms).toISOString()).toBe(runs);
    }
  });
});
