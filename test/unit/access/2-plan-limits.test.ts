// rules.md C11 and section 4: plan limits, a row a case. 2026-03-04 is a Wednesday; the week is 2026-03-02 to 2026-03-08.

import { describe, expect, it } from 'vitest';
import { dateOfDay, dayOfDate, weekdayOfDay } from '../../../access/time/date.ts';
import { holdsDate, monthOf, weekOf } from '../../../access/time/period.ts';
import { contract, pass, plan, space, timePass } from '../../support/records.ts';
import { MemorySite, type SiteParts, tapAt } from '../../support/site.ts';

const noLimits = { daysPerWeek: null, daysPerMonth: null, minutesPerWeek: null, minutesPerMonth: null };
type Limits = Partial<Record<keyof typeof noLimits, number>>;
const limited = (id: string, limits: Limits) => plan(id, { usesTimePasses: false, limits: { ...noLimits, ...limits } });
const used = (...days: readonly (readonly [day: string, minutes: number])[]) => ({
  planUsage: days.map(([day, minutes]) => ({ customer: 'ana', day, minutes })),
});
const one = (limits: Limits, more: SiteParts = {}): SiteParts => ({
  plans: [limited('flex', limits)],
  contracts: [contract('flex')],
  ...more,
});
const both = (a: Limits, b: Limits, more: SiteParts = {}): SiteParts => ({
  plans: [limited('flex', a), limited('more', b)],
  contracts: [contract('flex'), contract('more')],
  ...more,
});
const noon = '2026-03-04T12:00:00+01:00';
const usedUp: SiteParts = one({ daysPerWeek: 1 }, used(['2026-03-02', 1]));
const hour = timePass('hour', { minutesIncluded: 60, countsTowardsPlanLimits: true });
const room = {
  resources: [{ id: 'room', name: '', accessPoints: ['main'] }],
  bookings: [
    { id: 'b', resource: 'room', customer: 'ana', from: Date.parse(noon), to: Date.parse(noon), status: 'confirmed' },
  ],
} as const;

const cases: readonly (readonly [what: string, answer: string, site: SiteParts, time?: string])[] = [
  ['no limit', 'plan', one({})],
  ['none used', 'plan', one({ daysPerWeek: 1 })],
  ['a limit of no day', 'plan-limit', one({ daysPerWeek: 0 })],
  ['days of the week: one left', 'plan', one({ daysPerWeek: 3 }, used(['2026-03-02', 0], ['2026-03-03', 0]))],
  ['days of the week: none left', 'plan-limit', one({ daysPerWeek: 2 }, used(['2026-03-02', 0], ['2026-03-03', 0]))],
  ['a day twice is one day', 'plan', one({ daysPerWeek: 2 }, used(['2026-03-02', 1], ['2026-03-02', 1]))],
  ['the Sunday before is another week', 'plan', one({ daysPerWeek: 1 }, used(['2026-03-01', 1]))],
  ['the Monday is this week', 'plan-limit', one({ daysPerWeek: 1 }, used(['2026-03-02', 1]))],
  ['the month before', 'plan', one({ daysPerMonth: 1 }, used(['2026-02-28', 1]))],
  ['the first of the month', 'plan-limit', one({ daysPerMonth: 1 }, used(['2026-03-01', 1]))],
  ['today counts already', 'plan', one({ daysPerWeek: 1, daysPerMonth: 1 }, used(['2026-03-04', 1]))],
  ['today counts already, minutes do not ask', 'plan-limit', one({ minutesPerWeek: 60 }, used(['2026-03-04', 60]))],
  ['a minute is left', 'plan', one({ minutesPerWeek: 61 }, used(['2026-03-04', 60]))],
  ['minutes of the week before', 'plan', one({ minutesPerWeek: 60 }, used(['2026-03-01', 60]))],
  ['minutes of the month', 'plan-limit', one({ minutesPerMonth: 60 }, used(['2026-03-01', 30], ['2026-03-04', 30]))],
  ['one limit of a plan is enough', 'plan-limit', one({ daysPerWeek: 9, minutesPerMonth: 1 }, used(['2026-03-01', 1]))],
  ['two plans, one limit reached', 'plan', both({ daysPerWeek: 1 }, { daysPerWeek: 2 }, used(['2026-03-02', 1]))],
  ['two plans, both reached', 'plan-limit', both({ daysPerWeek: 1 }, { minutesPerWeek: 1 }, used(['2026-03-02', 1]))],
  ['two plans, one without limits', 'plan', both({ daysPerWeek: 0 }, {})],
  [
    'two contracts of one plan',
    'plan-limit',
    { ...usedUp, contracts: [contract('flex'), contract('flex', { id: 'k' })] },
  ],
  [
    'the plan is over: no row for a contact',
    'no-pass',
    { ...usedUp, contracts: [contract('flex', { to: '2026-03-03' })] },
  ],
  ['a plan that nobody knows limits nothing', 'no-pass', { contracts: [contract('gone')] }],
  [
    "a team's plan is not the member's",
    'no-pass',
    { ...usedUp, contracts: [contract('flex', { customer: null, team: 'acme' })] },
  ],
  ['before C13', 'plan-limit', { ...usedUp, timePasses: [hour], passes: [pass('h', 'hour')] }],
  ['a space that uses no passes', 'no-pass-needed', { ...usedUp, spaces: [space({ checkInRequiresPass: false })] }],
  [
    'behind C6',
    'not-authorised',
    {
      ...usedUp,
      rules: [{ accessPoint: 'main', allow: { plans: [], teams: [], customers: [], timePasses: [] }, schedule: null }],
    },
  ],
  ['a booking opens', 'booking', { ...usedUp, ...room }],
  [
    'a night belongs to Sunday, and to its week',
    'plan',
    { ...one({ daysPerWeek: 1 }, used(['2026-03-02', 1])), spaces: [space({ dailyCutOff: '03:00' })] },
    '2026-03-02T02:59:00+01:00',
  ],
];

describe('C11', () => {
  it.each(cases.map(([what, answer, parts, time]) => ({ what, answer, parts, time })))('$what: $answer', (row) => {
    const ruling = tapAt(new MemorySite(row.parts), row.time ?? noon);
    expect(ruling.reason).toBe(row.answer);
    const rejected = ruling.drafts.filter(({ type }) => type === 'checkin.rejected').map(({ data }) => data.reason);
    expect(rejected.includes('plan-limit')).toBe(row.answer === 'plan-limit' || row.answer === 'booking');
  });
});

describe('what counts', () => {
  const stay = (parts: SiteParts, from: string, to: string) => {
    const site = new MemorySite(parts);
    tapAt(site, from);
    tapAt(site, to, { direction: 'out' });
    return site.planUses.map(({ day, minutes }) => `${day} ${minutes}`);
  };
  const [nine, ten] = ['2026-03-04T09:00:00+01:00', '2026-03-04T10:00:01+01:00'];
  const withPass = (counts: boolean, slots: Parameters<typeof timePass>[1] = {}) => ({
    plans: [plan('flex', { limits: { ...noLimits, daysPerWeek: 5 } })],
    contracts: [contract('flex')],
    timePasses: [timePass('t', { minutesIncluded: 600, countsTowardsPlanLimits: counts, ...slots })],
    passes: [pass('p', 't')],
  });
  it.each<[string, SiteParts, string, string, readonly string[]]>([
    ['a stay of C12 as a whole, rounded up', one({ daysPerWeek: 5 }), nine, ten, ['2026-03-04 0', '2026-03-04 61']],
    ['a stay of no length: its day', one({ daysPerWeek: 5 }), nine, nine, ['2026-03-04 0']],
    ['of a plan without limits: a newer replica may bring one', one({}), nine, ten, ['2026-03-04 0', '2026-03-04 61']],
    [
      'of a limited plan that is over',
      one(
        { daysPerWeek: 5 },
        {
          plans: [limited('flex', { daysPerWeek: 5 }), limited('free', {})],
          contracts: [contract('flex', { to: '2026-03-03' }), contract('free')],
        },
      ),
      nine,
      ten,
      ['2026-03-04 0', '2026-03-04 61'],
    ],
    [
      'of a limited plan to come',
      one(
        { daysPerWeek: 5 },
        {
          plans: [limited('flex', { daysPerWeek: 5 }), limited('free', {})],
          contracts: [contract('flex', { from: '2026-03-05' }), contract('free')],
        },
      ),
      nine,
      ten,
      ['2026-03-04 0', '2026-03-04 61'],
    ],
    ['a stay on a pass that counts', withPass(true), nine, ten, ['2026-03-04 0', '2026-03-04 61']],
    ['nothing of a pass that does not', withPass(false), nine, ten, []],
    [
      'the pieces on passes alone',
      withPass(true, { availability: [{ days: ['wed'], from: '09:00', to: '09:30' }] }),
      nine,
      ten,
      ['2026-03-04 0', '2026-03-04 30'],
    ],
    [
      'nothing of a space that uses no passes',
      { ...one({ daysPerWeek: 5 }), spaces: [space({ checkInRequiresPass: false })] },
      nine,
      ten,
      [],
    ],
  ])('%s', (_, parts, from, to, expected) => {
    expect(stay(parts, from, to)).toEqual(expected);
  });

  it('blocks at the joint sum of what the replica says and what was used here', () => {
    const site = new MemorySite(one({ minutesPerWeek: 60 }, used(['2026-03-02', 30])));
    tapAt(site, nine);
    tapAt(site, '2026-03-04T09:30:00+01:00', { direction: 'out' });
    expect(tapAt(site, ten).reason).toBe('plan-limit');
  });
});

describe('a customer without limits', () => {
  class Unasked extends MemorySite {
    override planUsage(): never {
      throw new Error('asked what counts');
    }
    override planUse(): never {
      throw new Error('asked what counts here');
    }
  }
  it.each<[string, SiteParts]>([
    ['no plan', { timePasses: [hour], passes: [pass('h', 'hour')] }],
    ['a plan without limits', one({})],
    ['one plan of two without limits', both({ daysPerWeek: 1 }, {})],
  ])('costs no question: %s', (_, parts) => {
    const site = new Unasked(parts);
    expect(tapAt(site, noon).granted).toBe(true);
    expect(tapAt(site, '2026-03-04T13:00:00+01:00', { direction: 'out' }).reason).toBe('exit');
    expect(() => tapAt(new Unasked(usedUp), noon)).toThrow('asked what counts');
  });
});

describe('weeks and months', () => {
  it('tile the calendar', () => {
    for (let day = dayOfDate('2023-12-25'); day < dayOfDate('2028-01-10'); day++) {
      const date = dateOfDay(day);
      const [week, month] = [weekOf(date), monthOf(date)];
      expect([weekdayOfDay(dayOfDate(week.from)), dayOfDate(week.to) - dayOfDate(week.from)]).toEqual(['mon', 6]);
      expect(holdsDate(week, date) && holdsDate(month, date)).toBe(true);
      expect([month.from.slice(0, 7), month.from.slice(8), month.to.slice(0, 7)]).toEqual([
        date.slice(0, 7),
        '01',
        date.slice(0, 7),
      ]);
      expect(dateOfDay(dayOfDate(month.to) + 1).slice(8)).toBe('01');
    }
  });
});
