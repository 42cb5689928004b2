// rules.md section 4, what it costs: what the calendar computes for a day is computed once. Calls are counted at the calendar
// library itself, and at the platform's own arithmetic of dates.

import { Temporal } from 'temporal-polyfill';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { contract, pass, plan, slot, space, timePass } from '../../support/records.ts';
import { MemorySite, type SiteParts, tapAt } from '../../support/site.ts';

/** Calls into the calendar since it was made. */
function countCalls(): () => number {
  const spies = [
    vi.spyOn(Temporal.Instant, 'fromEpochMilliseconds'),
    vi.spyOn(Temporal.Instant.prototype, 'toZonedDateTimeISO'),
    vi.spyOn(Temporal.ZonedDateTime.prototype, 'getTimeZoneTransition'),
    vi.spyOn(Date, 'UTC'),
  ];
  return () => spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
}

afterEach(() => vi.restoreAllMocks());

const limits = { daysPerWeek: 3, daysPerMonth: 9, minutesPerWeek: 600, minutesPerMonth: 2000 };
const closures = [{ from: '2026-12-25', to: '2026-12-26', name: 'Christmas' }];
const half = timePass('half', { availability: [slot('09:00', '14:00'), slot('22:00', '02:00')], onSale: true });
const base: SiteParts = {
  timePasses: [half, timePass('hours', { minutesIncluded: 600 })],
  plans: [plan('flex', { limits })],
  contracts: [contract('flex', { frozen: [{ from: '2026-08-01', to: '2026-08-31' }] })],
  planUsage: [{ customer: 'ana', day: '2026-03-02', minutes: 60 }],
};
/** Each in a zone of its own, so that no other case has warmed it. */
const sites: readonly (readonly [what: string, zone: string, reason: string, site: SiteParts])[] = [
  ['let in on a pass', 'Europe/Lisbon', 'pass', { ...base, passes: [pass('p', 'hours')] }],
  [
    'denied, with the next valid time',
    'Europe/Prague',
    'pass-outside-timeslot',
    { ...base, passes: [pass('p', 'half')] },
  ],
  [
    'at a plan limit',
    'Europe/Rome',
    'plan-limit',
    { ...base, planUsage: [{ customer: 'ana', day: '2026-03-02', minutes: 900 }] },
  ],
];

describe('the calendar', () => {
  it.each(sites)('is asked once a day: %s', (_what, timeZone, reason, parts) => {
    const there = space({ timeZone, dailyCutOff: '03:00', openingHours: [slot('06:00', '23:00')], closures });
    const calls = countCalls();
    const tap = (time: string): string => tapAt(new MemorySite({ ...parts, spaces: [there] }), time).reason;
    expect(tap('2026-03-04T15:00:00Z')).toBe(reason);
    expect(calls()).toBeGreaterThan(0);
    const first = calls();
    for (const minute of ['01', '17', '42', '59']) expect(tap(`2026-03-04T15:${minute}:00Z`)).toBe(reason);
    expect(calls()).toBe(first);
  });

  it('is asked once a day for a visit that opens, re-enters and is settled', () => {
    const there = space({ timeZone: 'Europe/Vienna', dailyCutOff: '03:00', openingHours: [slot('06:00', '23:00')] });
    const calls = countCalls();
    const day = (): void => {
      const site = new MemorySite({ ...base, passes: [pass('p', 'half')], spaces: [there] });
      tapAt(site, '2026-03-04T10:00:00Z');
      tapAt(site, '2026-03-04T11:00:00Z');
      tapAt(site, '2026-03-04T16:00:00Z', { direction: 'out' });
    };
    day();
    const first = calls();
    expect(first).toBeGreaterThan(0);
    day();
    expect(calls()).toBe(first);
  });
});
