// Sites with everything that begins, ends or repeats, on minutes; and a tap at one of their doors.

import fc from 'fast-check';
import type { Visit } from '../../../access/facts.ts';
import type { Pass, Slot } from '../../../access/model.ts';
import { contract, everyDay, pass, plan, slot, space, timePass } from '../../support/records.ts';
import { MemorySite, type SiteParts, type TapParts } from '../../support/site.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Days that are not like others stand among the 72 hours. */
const places = fc.constantFrom(
  { timeZone: 'Europe/Berlin', start: '2026-03-27T20:00:00Z' },
  { timeZone: 'Europe/Berlin', start: '2026-10-23T08:00:00Z' },
  { timeZone: 'America/Havana', start: '2026-10-30T08:00:00Z' },
  { timeZone: 'Africa/Cairo', start: '2026-04-22T08:00:00Z' },
  { timeZone: 'Asia/Kathmandu', start: '2026-02-27T08:00:00Z' },
);

const time = fc
  .integer({ min: 0, max: 95 })
  .map((n) => `${String(Math.floor(n / 4)).padStart(2, '0')}:${String((n % 4) * 15).padStart(2, '0')}`);
const slots: fc.Arbitrary<readonly Slot[]> = fc.array(
  fc.tuple(time, time, fc.subarray([...everyDay], { minLength: 1 })).map(([from, to, days]) => slot(from, to, days)),
  { maxLength: 2 },
);
/** One of six has it, so that what comes behind it is reached. */
function rarely<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });
}
/** Minutes around the least time, or never. */
const moment = rarely(fc.integer({ min: -48 * 60, max: 96 * 60 }));
const date = (ms: number) => new Date(ms).toISOString().slice(0, 10);

const dice = fc.record({
  place: places,
  seconds: fc.integer({ min: 0, max: 12 * 3600 }),
  cutOff: fc.constantFrom('00:00', '03:00', '18:30'),
  openingHours: rarely(slots),
  availability: fc.array(slots, { minLength: 2, maxLength: 2 }),
  passes: fc.array(
    fc.record({
      minute: fc.boolean(),
      team: fc.boolean(),
      minutes: fc.integer({ min: 0, max: 3000 }),
      validFrom: moment,
      expires: moment,
      usedDay: rarely(fc.integer({ min: -1, max: 2 })),
      plan: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  contract: fc.option(
    fc.record({
      from: fc.integer({ min: -3, max: 3 }),
      days: fc.integer({ min: 0, max: 6 }),
      frozen: fc.option(fc.integer({ min: -1, max: 3 })),
    }),
  ),
  usesTimePasses: fc.boolean(),
  limit: rarely(fc.integer({ min: 0, max: 3 })),
  usage: fc.array(fc.integer({ min: -5, max: 3 }), { maxLength: 3 }),
  booking: moment,
  rule: rarely(slots),
  validFrom: rarely(fc.integer({ min: -60, max: 80 * 60 })),
  expires: rarely(fc.integer({ min: 1, max: 90 * 60 })),
  visit: fc.option(
    fc.record({
      here: fc.boolean(),
      before: fc.integer({ min: 0, max: 600 }),
      sameBoot: fc.boolean(),
      coverage: fc.constantFrom('pass', 'plan'),
      onSale: fc.boolean(),
    }),
    { freq: 2 },
  ),
  bob: rarely(fc.integer({ min: 0, max: 600 })),
  policy: fc.constantFrom('strict', 'open-and-flag'),
  kind: fc.constantFrom('entrance', 'entrance', 'entrance', 'interior'),
  direction: fc.constantFrom('in', 'in', 'toggle'),
});

type Dice = typeof dice extends fc.Arbitrary<infer Values> ? Values : never;

export interface Made {
  readonly site: MemorySite;
  readonly leastMs: number;
  readonly how: TapParts;
}

export const madeSite: fc.Arbitrary<Made> = dice.map((d) => {
  const leastMs = Date.parse(d.place.start) + d.seconds * 1000;
  const base = leastMs - (leastMs % minuteMs);
  const ms = (minutes: number | null) => (minutes === null ? null : base + minutes * minuteMs);
  const site = new MemorySite(partsOf(d, base, ms));
  if (d.visit !== null)
    site.visits.set('v', visitOf('v', 'ana', d, base - d.visit.before * minuteMs, site.parts.passes?.[0]));
  const shared = site.parts.passes?.find(({ team }) => team !== null);
  if (d.bob !== null && shared !== undefined)
    site.visits.set('b', visitOf('b', 'bob', d, base - d.bob * minuteMs, shared));
  return { site, leastMs, how: { at: { policy: d.policy, kind: d.kind }, direction: d.direction } };
});

function partsOf(d: Dice, base: number, ms: (minutes: number | null) => number | null): SiteParts {
  const day = (n: number) => date(base + n * 24 * hourMs);
  const limits = {
    daysPerWeek: d.limit,
    daysPerMonth: null,
    minutesPerWeek: null,
    minutesPerMonth: d.limit === null ? null : 300,
  };
  const spaces = ['berlin', 'b'].map((id) =>
    space({
      id,
      timeZone: d.place.timeZone,
      dailyCutOff: d.cutOff,
      openingHours: id === 'berlin' ? (d.openingHours ?? []) : [],
    }),
  );
  const [first = [], second = []] = d.availability;
  const sold = { onSale: d.visit?.onSale === true, countsTowardsPlanLimits: true };
  return {
    spaces,
    timePasses: [
      timePass('day', { availability: first, validIn: ['berlin', 'b'], ...sold }),
      timePass('hour', { availability: second, minutesIncluded: 60, validIn: ['berlin', 'b'], price: '5.00', ...sold }),
    ],
    plans: [plan('flex', { usesTimePasses: d.usesTimePasses, limits })],
    contracts:
      d.contract === null
        ? []
        : [
            contract('flex', {
              from: day(d.contract.from),
              to: day(d.contract.from + d.contract.days),
              frozen:
                d.contract.frozen === null ? [] : [{ from: day(d.contract.frozen), to: day(d.contract.frozen + 1) }],
            }),
          ],
    passes: d.passes.map((p, index) =>
      pass(`p${index}`, p.minute ? 'hour' : 'day', {
        ...(p.team ? { team: 'acme', customer: null } : {}),
        source: p.plan ? 'plan' : 'sold',
        remainingMinutes: p.minute ? p.minutes : null,
        validFrom: ms(p.validFrom),
        expires: ms(p.expires),
        usedOn: p.usedDay === null || p.minute ? null : day(p.usedDay),
        usedBy: p.usedDay === null || p.minute ? null : 'ana',
      }),
    ),
    planUsage: d.usage.map((n) => ({ customer: 'ana', day: day(n), minutes: 120 })),
    ...(d.booking === null
      ? {}
      : {
          resources: [{ id: 'room', name: '', accessPoints: ['main'] }],
          bookings: [
            {
              id: 'k',
              resource: 'room',
              customer: 'ana',
              from: ms(d.booking) ?? 0,
              to: (ms(d.booking) ?? 0) + hourMs,
              status: 'confirmed',
            },
          ],
        }),
    ...(d.rule === null
      ? {}
      : {
          rules: [
            {
              accessPoint: 'main',
              allow: {
                plans: ['flex'],
                teams: [],
                customers: d.rule.length === 1 ? ['ana'] : [],
                timePasses: ['hour'],
              },
              schedule: d.rule,
            },
          ],
        }),
    credential: { validFrom: ms(d.validFrom), expires: ms(d.expires) },
  };
}

function visitOf(id: string, customer: string, d: Dice, fromMs: number, on: Pass | undefined): Visit {
  const coverage = customer === 'bob' || (d.visit?.coverage === 'pass' && on !== undefined) ? 'pass' : 'plan';
  return {
    id,
    customer,
    space: customer === 'ana' && d.visit?.here === false ? 'b' : 'berlin',
    businessDay: date(fromMs),
    fromMs,
    boot: d.visit?.sameBoot === true ? 'boot' : 'before',
    fromSinceBootMs: 0,
    coverage,
    pass: coverage === 'pass' ? (on ?? null) : null,
    plans: [],
    lastSeenMs: fromMs,
    closesMs: fromMs + 20 * hourMs,
  };
}
