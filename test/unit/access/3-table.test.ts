// rules.md section 3 as a table: what a day comes to, row by row, with what must not happen beside it.

import { describe, expect, it } from 'vitest';
import type { Replica } from '../../oracle/document.ts';
import { type Flow, flow } from '../../support/flow.ts';
import { dayPass, held, hours, minutePass } from '../../support/flow-parts.ts';

const onSale = { onSale: true };
const pays = { payAsYouGo: { members: true, contacts: true } };
const minutes = (left: number, with_: object = {}): Partial<Replica> => ({
  timePasses: [minutePass('hour', with_)],
  passes: [held('m', 'hour', { remainingMinutes: left })],
});
const morning = dayPass('am', { availability: hours('09:00', '14:00') });
const afternoon = dayPass('pm', { availability: hours('14:00', '18:00') });

type Row = readonly [what: string, story: Flow, told: readonly string[]];

const money = ['out', 'charge', 'empty', 'orphan', 'used', 'in '];

const rows: readonly Row[] = [
  [
    'O1 one day pass, however many visits',
    {
      replica: { timePasses: [dayPass('day')], passes: [held('p', 'day')] },
      taps: ['09:00 in', '10:00 out', '11:00 in', '12:00 out'],
    },
    ['in p', 'used p 03-02', 'out 09:00-10:00 p', 'in p', 'out 11:00-12:00 p'],
  ],
  [
    'O1 minutes are deducted',
    { replica: minutes(60), taps: ['09:00 in', '09:40 out', '10:00 in', '10:30 out'] },
    ['in m', 'out 09:00-09:40 m=40', 'in m', 'empty m 10:20', 'out 10:00-10:30 m=20 uncovered 10 not invoiced'],
  ],
  [
    'O2 (1) another held pass',
    {
      replica: { timePasses: [morning, afternoon], passes: [held('a', 'am'), held('b', 'pm')] },
      taps: ['13:00 in', '15:00 out'],
    },
    ['in a', 'used a 03-02', 'used b 03-02', 'out 13:00-15:00 a b'],
  ],
  [
    'O2 (2) the cheapest on sale',
    {
      replica: { timePasses: [morning, dayPass('day', onSale), minutePass('hour', onSale)], passes: [held('a', 'am')] },
      taps: ['13:00 in', '15:00 out'],
    },
    ['in a', 'used a 03-02', 'out 13:00-15:00 a uncovered 60', 'charge hour 6.00 14:00-15:00'],
  ],
  [
    'O2 (2) not what is not on sale',
    {
      replica: { timePasses: [morning, dayPass('day'), minutePass('hour')], passes: [held('a', 'am')] },
      taps: ['13:00 in', '15:00 out'],
    },
    ['in a', 'used a 03-02', 'out 13:00-15:00 a uncovered 60 not invoiced'],
  ],
  [
    'O2 (2) at the special price of the plan, even a higher one',
    {
      replica: {
        plans: [{ id: 'flex' }],
        contracts: [{ id: 'k', customer: 'ana', plan: 'flex', from: '2026-01-01' }],
        timePasses: [minutePass('hour', { ...onSale, specialPrices: [{ plan: 'flex', price: '9.00' }] })],
      },
      space: pays,
      taps: ['09:00 in', '10:00 out'],
    },
    ['in pay-as-you-go', 'out 09:00-10:00 uncovered 60', 'charge hour 9.00 09:00-10:00 special'],
  ],
  [
    'O2 (2) not at the special price of another plan',
    {
      replica: {
        plans: [{ id: 'flex' }],
        timePasses: [minutePass('hour', { ...onSale, specialPrices: [{ plan: 'flex', price: '1.00' }] })],
      },
      space: pays,
      taps: ['09:00 in', '10:00 out'],
    },
    ['in pay-as-you-go', 'out 09:00-10:00 uncovered 60', 'charge hour 6.00 09:00-10:00'],
  ],
  [
    'O2 a pass for the whole piece before a cheaper part',
    {
      replica: {
        timePasses: [
          minutePass('part', { ...onSale, price: '1.00', availability: hours('09:00', '09:30') }),
          minutePass('whole', onSale),
        ],
      },
      space: pays,
      taps: ['09:00 in', '10:00 out'],
    },
    ['in pay-as-you-go', 'out 09:00-10:00 uncovered 60', 'charge whole 6.00 09:00-10:00'],
  ],
  [
    'O2 where none is, the one that reaches furthest',
    {
      replica: {
        timePasses: [
          minutePass('a', { ...onSale, price: '1.00', availability: hours('09:00', '09:30') }),
          minutePass('b', { ...onSale, availability: hours('09:00', '09:40') }),
        ],
      },
      space: pays,
      taps: ['09:00 in', '10:00 out'],
    },
    ['in pay-as-you-go', 'out 09:00-10:00 uncovered 60 not invoiced', 'charge b 4.00 09:00-09:40'],
  ],
  [
    'O2 where none is on sale at its start, up to when one is',
    {
      replica: { timePasses: [minutePass('a', { ...onSale, availability: hours('09:30', '18:00') })] },
      space: pays,
      taps: ['09:00 in', '10:00 out'],
    },
    ['in pay-as-you-go', 'out 09:00-10:00 uncovered 60 not invoiced', 'charge a 3.00 09:30-10:00'],
  ],
  [
    'O2 in the space’s currency only',
    {
      replica: { timePasses: [minutePass('a', { ...onSale, currency: 'JPY' })] },
      space: pays,
      taps: ['09:00 in', '10:00 out'],
    },
    ['in pay-as-you-go', 'out 09:00-10:00 uncovered 60 not invoiced'],
  ],
  [
    'O3 a day pass is cheaper for a long stay',
    {
      replica: { timePasses: [dayPass('day', onSale), minutePass('hour', onSale)] },
      space: pays,
      taps: ['09:00 in', '13:00 out'],
    },
    ['in pay-as-you-go', 'out 09:00-13:00 uncovered 240', 'charge day 20.00 09:00-13:00'],
  ],
  [
    'O3 a tie goes to the lowest id',
    {
      replica: { timePasses: [minutePass('b', onSale), minutePass('a', onSale)] },
      space: pays,
      taps: ['09:00 in', '10:00 out'],
    },
    ['in pay-as-you-go', 'out 09:00-10:00 uncovered 60', 'charge a 6.00 09:00-10:00'],
  ],
  [
    'O3 whole passes',
    {
      replica: { timePasses: [minutePass('a', { ...onSale, soldWhole: true })] },
      space: pays,
      taps: ['09:00 in', '10:01 out'],
    },
    ['in pay-as-you-go', 'out 09:00-10:01 uncovered 61', 'charge a 12.00 09:00-10:01'],
  ],
  [
    'O3 half up: 5.00 × 35 ÷ 60',
    {
      replica: { timePasses: [minutePass('a', { ...onSale, price: '5.00' })] },
      space: pays,
      taps: ['09:00 in', '09:35 out'],
    },
    ['in pay-as-you-go', 'out 09:00-09:35 uncovered 35', 'charge a 2.92 09:00-09:35'],
  ],
  [
    'O3 yen have no smaller unit',
    {
      replica: { timePasses: [minutePass('a', { ...onSale, price: '101', currency: 'JPY' })] },
      space: { ...pays, currency: 'JPY' },
      taps: ['09:00 in', '09:30 out'],
    },
    ['in pay-as-you-go', 'out 09:00-09:30 uncovered 30', 'charge a 51 09:00-09:30'],
  ],
  [
    'O4 minutes run out, and nobody is put out',
    { replica: minutes(30), taps: ['09:00 in', '10:00 in', '10:30 out'] },
    ['in m', 'empty m 09:30', 'out 09:00-10:30 m=30 uncovered 60 not invoiced'],
  ],
  [
    'O4 another held pass takes over',
    {
      replica: {
        timePasses: [minutePass('hour'), dayPass('day', { validIn: ['s1', 's2'] })],
        passes: [held('m', 'hour', { remainingMinutes: 30, source: 'plan' }), held('p', 'day')],
        plans: [{ id: 'flex' }],
        contracts: [{ id: 'k', customer: 'ana', plan: 'flex', from: '2026-01-01' }],
      },
      taps: ['09:00 in', '10:00 out'],
    },
    ['in m', 'used p 03-02', 'out 09:00-10:00 m=30 p'],
  ],
  [
    'O4 the end of a slot makes no event',
    { replica: { timePasses: [morning], passes: [held('a', 'am')] }, taps: ['13:00 in', '15:00 out'] },
    ['in a', 'used a 03-02', 'out 13:00-15:00 a uncovered 60 not invoiced'],
  ],
  [
    'O4 a team’s minutes run out for both at once',
    {
      replica: { timePasses: [minutePass('hour')], passes: [held('t', 'hour', { team: 'lab', remainingMinutes: 60 })] },
      taps: ['09:00 in', '09:20 in ben', '10:00 out', '10:10 out ben'],
    },
    [
      'in t',
      'in t',
      'empty t 09:40',
      'empty t 09:40',
      'out 09:00-10:00 t=40 uncovered 20 not invoiced',
      'out 09:20-10:10 t=20 uncovered 30 not invoiced',
    ],
  ],
  [
    'O4a the check-in’s pass though a newer replica dropped it',
    { replica: minutes(90), taps: ['09:00 in', { at: '09:30', replica: { passes: [] } }, '10:00 out'] },
    ['in m', 'out 09:00-10:00 m=60'],
  ],
  [
    'O4a a pass of a time pass that came during the visit is held at the check-out',
    {
      replica: { timePasses: [morning], passes: [held('a', 'am')] },
      taps: [
        '13:00 in',
        {
          at: '13:30',
          replica: { timePasses: [morning, dayPass('new')], passes: [held('a', 'am'), held('n', 'new')] },
        },
        '15:00 out',
      ],
    },
    ['in a', 'used a 03-02', 'used n 03-02', 'out 13:00-15:00 a n'],
  ],
  [
    'O4a at the prices of the check-in',
    {
      replica: { timePasses: [minutePass('a', onSale)] },
      space: pays,
      taps: [
        '09:00 in',
        { at: '09:30', replica: { timePasses: [minutePass('a', { ...onSale, price: '60.00' })] } },
        '10:00 out',
      ],
    },
    ['in pay-as-you-go', 'out 09:00-10:00 uncovered 60', 'charge a 6.00 09:00-10:00'],
  ],
  ['O5 out with no visit', { replica: minutes(90), taps: ['09:00 out', '10:00 in'] }, ['orphan', 'in m']],
  [
    'O6 minutes to the last tap, and no sale',
    { replica: minutes(90, onSale), taps: ['09:00 in', '09:40 in', '+1 01:00 -'] },
    ['in m', 'empty m 10:30', 'out 09:00-00:00 auto m=40'],
  ],
  [
    'O6 an exit tap later settles the evening with it',
    { replica: minutes(600), taps: ['20:00 in', '21:00 in', '+1 00:30 out'] },
    ['in m', 'out 20:00-00:00 auto m=60', 'in m (door)', 'out 00:00-00:30 m=210'],
  ],
  [
    'O6 what covered the last tap goes on into the evening',
    {
      replica: {
        timePasses: [
          minutePass('four', { minutesIncluded: 240, availability: hours('09:00', '18:00') }),
          dayPass('late', { availability: hours('12:00', '00:00') }),
        ],
        passes: [held('m', 'four'), held('d', 'late')],
      },
      space: pays,
      taps: ['08:00 in', '12:30 room', '+1 00:10 out'],
    },
    [
      'in pay-as-you-go',
      'out 08:00-00:00 auto m=210 uncovered 60 not invoiced',
      'in pay-as-you-go (door)',
      'used d 03-02',
      'out 00:00-00:10 m=30 d uncovered 10 not invoiced',
    ],
  ],
  [
    'O6 without one, the night counts nothing',
    { replica: minutes(600), taps: ['20:00 in', '+1 09:00 in', '+1 09:10 out'] },
    ['in m', 'out 20:00-00:00 auto m=0', 'in m', 'out 09:00-09:10 m=10'],
  ],
  [
    'O7 again within ten seconds',
    { replica: minutes(90), taps: ['09:00:00 in', '09:00:10 in', '09:30 out'], only: ['+', 'again', 'in '] },
    ['+pass', 'in m', 'again pass', '+exit'],
  ],
  [
    'O7 not after eleven',
    { replica: minutes(90), taps: ['09:00:00 in', '09:00:11 in'], only: ['+', 'again', 'in '] },
    ['+pass', 'in m', '+re-entry'],
  ],
  ['O7 not after a denial', { taps: ['09:00:00 in', '09:00:05 in'], only: ['-', 'again'] }, ['-no-pass', '-no-pass']],
  [
    'O7 not by another credential',
    {
      replica: { timePasses: [dayPass('day')], passes: [held('p', 'day'), held('q', 'day', { customer: 'ben' })] },
      taps: ['09:00:00 in', '09:00:05 in ben'],
      only: ['+', 'again'],
    },
    ['+pass', '+pass'],
  ],
  [
    'O7 not with a newer replica',
    {
      replica: minutes(90),
      taps: ['09:00:00 in', { at: '09:00:03', replica: {} }, '09:00:06 in'],
      only: ['+', 'again'],
    },
    ['+pass', '+re-entry'],
  ],
  [
    'O7 the ten seconds count from the tap that was decided',
    { replica: minutes(90), taps: ['09:00:00 in', '09:00:08 in', '09:00:14 in'], only: ['+', 'again'] },
    ['+pass', 'again pass', '+re-entry'],
  ],
  [
    'O8 in, then out',
    { replica: minutes(90), taps: ['09:00 both', '09:30 both', '10:00 both'] },
    ['in m', 'out 09:00-09:30 m=30', 'in m'],
  ],
  [
    'O8 before 60 seconds a re-entry',
    { replica: minutes(90), taps: ['09:00:00 both', '09:00:45 both', '09:01:00 both'], only: ['+', 'out'] },
    ['+pass', '+re-entry', '+exit', 'out 09:00-09:01 m=1'],
  ],
  [
    'O8 counts from the check-in, not from the re-entry',
    { replica: minutes(90), taps: ['09:00:00 both', '09:00:50 both', '09:01:01 both'], only: ['+'] },
    ['+pass', '+re-entry', '+exit'],
  ],
  [
    'O8 after the cut-off the first tap is that exit',
    { replica: minutes(600), taps: ['23:00 both', '+1 06:00 both'] },
    ['in m', 'out 23:00-00:00 auto m=0', 'in m (door)', 'out 00:00-06:00 m=420'],
  ],
  [
    'O8 but not after six hours',
    { replica: minutes(600), taps: ['23:00 both', '+1 06:00:01 both'] },
    ['in m', 'out 23:00-00:00 auto m=0', 'in m'],
  ],
  [
    'O9 disabled while inside: the visit closes normally',
    {
      replica: minutes(90),
      taps: [
        '09:00 in',
        { at: '09:30', replica: { customers: [{ id: 'ana', registeredWith: ['s1'], disabled: true }, { id: 'ben' }] } },
        '10:00 out',
        '10:05 in',
      ],
      only: ['+', '-', 'out'],
    },
    ['+pass', '+exit', 'out 09:00-10:00 m=60', '-account-disabled'],
  ],
  [
    'O10 seconds are rounded up per visit',
    { replica: minutes(90), taps: ['09:00:00 in', '09:00:11 out', '09:10:00 in', '09:11:01 out'] },
    ['in m', 'out 09:00-09:00 m=1', 'in m', 'out 09:10-09:11 m=2'],
  ],
  [
    'O10 seconds are summed per time pass sold: the rest of a whole pass is exact within the visit',
    {
      replica: {
        timePasses: [
          minutePass('h', {
            ...onSale,
            soldWhole: true,
            availability: [...hours('09:00', '10:00'), ...hours('11:00', '12:00')],
          }),
        ],
      },
      space: pays,
      taps: ['09:20:30 in', '11:20:30 out', '11:30 in'],
    },
    ['in pay-as-you-go', 'out 09:20-11:20 uncovered 100 not invoiced', 'charge h 6.00 09:20-10:00', 'in pay-as-you-go'],
  ],
  [
    'O10 a stay of no length lists the check-in’s pass',
    { replica: minutes(90), taps: ['09:00 in', '09:00 out'] },
    ['in m', 'out 09:00-09:00 m=0'],
  ],
];

describe('a check-out', () => {
  it.each(rows)('%s', (_, story, told) => expect(flow({ only: money, ...story })).toEqual(told));
});
