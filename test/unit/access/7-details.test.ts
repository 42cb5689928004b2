// rules.md section 7, bullet by bullet. What is said there of unlocked doors, and of untrusted clocks, stands in 2-entering and
// 4-untrusted.

import { describe, expect, it } from 'vitest';
import { type Flow, flow } from '../../support/flow.ts';
import { dayPass, everyDay, held, hours, minutePass } from '../../support/flow-parts.ts';

const onSale = { onSale: true };
const pays = { payAsYouGo: { members: true, contacts: true } };
const flex = { plans: [{ id: 'flex' }] };
const contract = (with_: object) => ({ contracts: [{ id: 'k', plan: 'flex', from: '2026-01-01', ...with_ }] });
const guest = {
  visitors: [{ id: 'vic', host: 'ana', space: 's1', expected: '2026-03-02T10:00:00+01:00', credential: 'c-vic' }],
};
const noon = dayPass('noon', { availability: hours('12:00', '13:00') });

type Row = readonly [what: string, story: Flow, told: readonly string[]];

const rows: readonly Row[] = [
  [
    'sale: two pieces on one minute pass are rounded together, the last takes the rounding',
    {
      replica: { timePasses: [minutePass('h', { ...onSale, price: '1.00' }), noon], passes: [held('p', 'noon')] },
      space: pays,
      taps: ['11:35 in', '13:25 out'],
      only: ['charge'],
    },
    ['charge h 0.42 11:35-12:00', 'charge h 0.41 13:00-13:25'],
  ],
  [
    'sale: rounded together, no piece comes to less than nothing',
    {
      replica: {
        timePasses: [
          minutePass('h', {
            ...onSale,
            price: '0.01',
            availability: ['09', '10', '11', '12', '13'].flatMap((hour) => hours(`${hour}:00`, `${hour}:30`)),
          }),
        ],
      },
      space: pays,
      taps: ['09:00 in', '13:30 out'],
      only: ['charge'],
    },
    [
      'charge h 0.01 09:00-09:30',
      'charge h 0.01 10:00-10:30',
      'charge h 0.01 11:00-11:30',
      'charge h 0.00 12:00-12:30',
      'charge h 0.00 13:00-13:30',
    ],
  ],
  [
    'sale: totals are compared after rounding, a tie goes to the lowest id',
    {
      replica: {
        timePasses: [minutePass('b', { ...onSale, price: '1.000' }), minutePass('a', { ...onSale, price: '1.004' })],
      },
      space: pays,
      taps: ['09:00 in', '09:10 out'],
      only: ['charge'],
    },
    ['charge a 0.17 09:00-09:10'],
  ],
  [
    'sale: of several special prices the lowest counts',
    {
      replica: {
        plans: [{ id: 'flex' }, { id: 'more' }],
        contracts: ['flex', 'more'].map((plan, n) => ({ id: `k${n}`, customer: 'ana', plan, from: '2026-01-01' })),
        timePasses: [
          minutePass('h', {
            ...onSale,
            specialPrices: [
              { plan: 'flex', price: '10.00' },
              { plan: 'more', price: '9.00' },
            ],
          }),
        ],
      },
      space: pays,
      taps: ['09:00 in', '10:00 out'],
      only: ['charge'],
    },
    ['charge h 9.00 09:00-10:00 special'],
  ],
  [
    'sale: a later check-in on a proposed pass',
    {
      replica: { timePasses: [dayPass('day', onSale)] },
      space: pays,
      taps: ['09:00 in', '10:00 out', '11:00 in', '12:00 out'],
    },
    [
      '+pay-as-you-go',
      'in pay-as-you-go',
      '+exit',
      'out 09:00-10:00 uncovered 60',
      'charge day 20.00 09:00-10:00',
      '+pass',
      'in proposed',
      '+exit',
      'out 11:00-12:00',
    ],
  ],
  [
    'sale: the next business day it is gone',
    { replica: { timePasses: [dayPass('day', onSale)] }, taps: ['+1 09:00 in'] },
    ['-no-pass', 'rejected no-pass'],
  ],
  [
    'sale: in a visit a proposed pass goes before held ones from its sale on',
    {
      replica: { timePasses: [dayPass('day', { ...onSale, price: '1.00' }), noon], passes: [held('p', 'noon')] },
      space: pays,
      taps: ['11:00 in', '14:00 out'],
      only: ['used', 'out', 'charge'],
    },
    ['out 11:00-14:00 uncovered 60', 'charge day 1.00 11:00-12:00'],
  ],
  [
    'evening: its minutes are added to the check-out after the cut-off, which begins there',
    {
      replica: { timePasses: [minutePass('h')], passes: [held('m', 'h', { remainingMinutes: 60 })] },
      taps: ['23:30 in', '+1 00:10 out'],
      only: ['out', 'in '],
    },
    ['in m', 'out 23:30-00:00 auto m=0', 'in m (door)', 'out 00:00-00:10 m=40'],
  ],
  [
    'evening: with no pass held the night is by use',
    {
      replica: { timePasses: [dayPass('day')], passes: [held('p', 'day')] },
      taps: ['23:30 in', '+1 00:10 out'],
      only: ['out', 'in '],
    },
    ['in p', 'out 23:30-00:00 auto p', 'in pay-as-you-go (door)', 'out 00:00-00:10 uncovered 10 not invoiced'],
  ],
  [
    'usable in C15: a sold pass beside a frozen contract',
    {
      replica: {
        ...flex,
        ...contract({ customer: 'ana', frozen: [{ from: '2026-03-01', to: '2026-03-05' }] }),
        timePasses: [dayPass('day')],
        passes: [held('p', 'day')],
      },
      taps: ['09:00 in'],
    },
    ['+pass', 'in p', 'used p 03-02'],
  ],
  [
    'usable in C15: one outside its slot is none',
    {
      replica: {
        ...flex,
        ...contract({ customer: 'ana', frozen: [{ from: '2026-03-01', to: '2026-03-05' }] }),
        timePasses: [noon],
        passes: [held('p', 'noon')],
      },
      taps: ['09:00 in'],
    },
    ['-contract-frozen', 'rejected contract-frozen'],
  ],
  [
    'usable in C15: a frozen contract counts even beside an active one',
    {
      replica: {
        ...flex,
        contracts: [
          { id: 'a', customer: 'ana', plan: 'flex', from: '2026-01-01' },
          {
            id: 'b',
            customer: 'ana',
            plan: 'flex',
            from: '2026-01-01',
            frozen: [{ from: '2026-03-02', to: '2026-03-02' }],
          },
        ],
      },
      taps: ['09:00 in'],
    },
    ['-contract-frozen', 'rejected contract-frozen'],
  ],
  [
    'a plan pass: a team’s while the team’s own contract is active',
    {
      replica: {
        ...flex,
        ...contract({ team: 'lab' }),
        timePasses: [dayPass('day')],
        passes: [held('t', 'day', { team: 'lab', source: 'plan' })],
      },
      taps: ['09:00 in'],
    },
    ['+pass', 'in t', 'used t 03-02'],
  ],
  [
    'a plan pass: a team’s not by a member’s contract',
    {
      replica: {
        ...flex,
        ...contract({ customer: 'ana' }),
        timePasses: [dayPass('day')],
        passes: [held('t', 'day', { team: 'lab', source: 'plan' })],
      },
      taps: ['09:00 in'],
    },
    ['-pass-expired', 'rejected pass-expired'],
  ],
  [
    'a plan pass: a member’s not by the team’s contract',
    {
      replica: {
        ...flex,
        ...contract({ team: 'lab' }),
        timePasses: [dayPass('day')],
        passes: [held('p', 'day', { source: 'plan' })],
      },
      taps: ['09:00 in'],
    },
    ['-pass-expired', 'rejected pass-expired'],
  ],
  [
    'a plan pass: before its contract begins it is outside its timeslot',
    {
      replica: {
        ...flex,
        ...contract({ customer: 'ana', from: '2026-03-03' }),
        timePasses: [dayPass('day')],
        passes: [held('p', 'day', { source: 'plan' })],
      },
      taps: ['09:00 in'],
    },
    ['-pass-outside-timeslot', 'rejected pass-outside-timeslot'],
  ],
  [
    'classic order: product ranks with sold and manual',
    {
      replica: {
        timePasses: [dayPass('day')],
        passes: [held('b', 'day', { source: 'product' }), held('a', 'day', { source: 'manual' })],
      },
      taps: ['09:00 in'],
      only: ['in '],
    },
    ['in a'],
  ],
  [
    'access rules: inside their schedule',
    {
      replica: {
        accessRules: [{ accessPoint: 'room', allow: { customers: ['ana'] }, schedule: hours('09:00', '10:00') }],
      },
      taps: ['09:00 room'],
    },
    ['+no-pass-needed'],
  ],
  [
    'access rules: outside it the rule gives no right',
    {
      replica: {
        accessRules: [{ accessPoint: 'room', allow: { customers: ['ana'] }, schedule: hours('09:00', '10:00') }],
      },
      taps: ['10:00 room'],
    },
    ['-not-authorised'],
  ],
  [
    'access rules: a right through a time pass needs one valid now',
    {
      replica: {
        timePasses: [noon],
        passes: [held('p', 'noon')],
        accessRules: [{ accessPoint: 'room', allow: { timePasses: ['noon'] } }],
      },
      taps: ['11:59 room', '12:00 room', '13:00 room'],
    },
    ['-not-authorised', '+no-pass-needed', '-not-authorised'],
  ],
  [
    'access rules: a right through a time pass ends with the minutes that the visit draws',
    {
      replica: {
        timePasses: [minutePass('h')],
        passes: [held('m', 'h')],
        accessRules: [{ accessPoint: 'room', allow: { timePasses: ['h'] } }],
      },
      taps: ['09:00 in', '09:59 room', '10:01 room'],
      only: ['+', '-'],
    },
    ['+pass', '+no-pass-needed', '-not-authorised'],
  ],
  [
    'a visitor’s stay counts as an open visit at a toggle reader',
    { replica: guest, taps: ['10:00 both vic', '11:00 both vic'] },
    ['+visitor', 'visitor.arrived', '+exit', 'visitor.departed'],
  ],
  [
    'a visitor’s tap before 60 seconds is no way out there',
    { replica: guest, taps: ['10:00:00 both vic', '10:00:45 both vic', '10:01:00 both vic'], only: ['+', 'visitor'] },
    ['+visitor', 'visitor.arrived', '+visitor', '+exit', 'visitor.departed'],
  ],
  [
    'presumed inside ends with a tap at an in reader, even one that is denied',
    {
      replica: {
        timePasses: [minutePass('h', { availability: [{ days: everyDay, from: '20:00', to: '00:00' }] })],
        passes: [held('m', 'h', { remainingMinutes: 600 })],
      },
      taps: ['23:00 in', '+1 00:10 in', '+1 00:20 out'],
      only: ['-', 'in ', 'out', 'orphan'],
    },
    ['in m', 'out 23:00-00:00 auto m=0', '-pass-outside-timeslot', 'orphan'],
  ],
  [
    'presumed inside ends with a check-in elsewhere',
    {
      replica: { timePasses: [dayPass('day')], passes: [held('p', 'day'), held('q', 'day')] },
      taps: ['23:00 in', '+1 00:10 other', '+1 00:20 out'],
      only: ['in ', 'out', 'orphan'],
    },
    ['in p', 'out 23:00-00:00 auto p', 'in q', 'orphan'],
  ],
  [
    'presumed inside ends with the next cut-off',
    {
      replica: { timePasses: [dayPass('day')], passes: [held('p', 'day')] },
      taps: ['23:00 in', '+2 00:00 out'],
      only: ['in ', 'out', 'orphan'],
    },
    ['in p', 'out 23:00-00:00 auto p', 'orphan'],
  ],
  [
    'presumed inside does not end with a room’s door',
    {
      replica: { timePasses: [minutePass('h')], passes: [held('m', 'h', { remainingMinutes: 600 })] },
      taps: ['23:00 in', '+1 00:10 room', '+1 00:20 out'],
      only: ['in ', 'out', 'orphan'],
    },
    ['in m', 'out 23:00-00:00 auto m=0', 'in m (door)', 'out 00:00-00:20 m=80'],
  ],
];

describe('settled in detail', () => {
  it.each(rows)('%s', (_, story, told) => expect(flow(story)).toEqual(told));
});
