// rules.md section 5 as a table: what was used here counts at once, and stays counted until a replica says that it includes it.
// Records are numbered from 1 (`controller.started`): a tap in is 2 and 3, with a day pass used 4, and the tap out follows.

import { describe, expect, it } from 'vitest';
import type { Pass, Replica } from '../../oracle/document.ts';
import { type Flow, flow, flowEpoch } from '../../support/flow.ts';
import { dayPass, held, minutePass } from '../../support/flow-parts.ts';

const includes = (through: number, with_: object = {}): Partial<Replica> => ({
  includes: [{ controller: 'c1', epoch: flowEpoch, through, ...with_ }],
});
const days = (with_: Partial<Pass> = {}): Partial<Replica> => ({
  timePasses: [dayPass('day')],
  passes: [held('p', 'day', with_)],
});
const minutes = (left: number): Partial<Replica> => ({
  timePasses: [minutePass('hour')],
  passes: [held('m', 'hour', { remainingMinutes: left })],
});
const usedToday = { usedOn: '2026-03-02', usedBy: 'ana' };
const limited = (limits: object, usage: Replica['planUsage'] = []): Partial<Replica> => ({
  plans: [{ id: 'flex', usesTimePasses: false, limits }],
  contracts: [{ id: 'k', customer: 'ana', plan: 'flex', from: '2026-01-01' }],
  planUsage: usage,
});

type Row = readonly [what: string, story: Flow, told: readonly string[]];

/** In and out on Monday morning, then a newer replica, then the taps of Tuesday. */
const dayAfter = (newer: Partial<Replica>): Flow => ({
  replica: days(),
  taps: ['09:00 in', '10:00 out', { at: '12:00', replica: newer }, '+1 09:00 in'],
  only: ['-', 'in '],
});
const hourAfter = (newer: Partial<Replica>): Flow => ({
  replica: minutes(60),
  taps: ['09:00 in', '09:40 out', { at: '12:00', replica: newer }, '13:00 in', '14:30 out'],
  only: ['-', 'in ', 'out 13', 'empty'],
});

const rows: readonly Row[] = [
  [
    'a day pass used here is used at once',
    { replica: days(), taps: ['09:00 in', '10:00 out', '+1 09:00 in'], only: ['-', 'in '] },
    ['in p', '-pass-exhausted'],
  ],
  ['a newer replica that includes nothing does not give it back', dayAfter(days()), ['in p', '-pass-exhausted']],
  ['nor one that includes what was before', dayAfter({ ...days(), ...includes(1) }), ['in p', '-pass-exhausted']],
  [
    'nor one that includes what another controller did',
    dayAfter({ ...days(), ...includes(50, { controller: 'c2' }) }),
    ['in p', '-pass-exhausted'],
  ],
  [
    'nor one that includes another journal of this controller',
    dayAfter({ ...days(), ...includes(50, { epoch: 'before' }) }),
    ['in p', '-pass-exhausted'],
  ],
  [
    'one that includes it and says that it is used: used, once',
    dayAfter({ ...days(usedToday), ...includes(50) }),
    ['in p', '-pass-exhausted'],
  ],
  [
    'one that includes it and says that it is not: the office knows',
    dayAfter({ ...days(), ...includes(50) }),
    ['in p', 'in p'],
  ],
  [
    'once included, the pass covers its own day again',
    {
      replica: days(),
      taps: ['09:00 in', '10:00 out', { at: '11:00', replica: { ...days(usedToday), ...includes(50) } }, '12:00 in'],
    },
    ['+pass', 'in p', 'used p 03-02', '+exit', 'out 09:00-10:00 p', '+pass', 'in p'],
  ],
  [
    'minutes used here are used at once',
    { replica: minutes(60), taps: ['09:00 in', '09:40 out', '13:00 in', '14:30 out'], only: ['empty', 'out 13'] },
    ['empty m 13:20', 'out 13:00-14:30 m=20 uncovered 70 not invoiced'],
  ],
  [
    'a newer replica that includes nothing does not give them back',
    hourAfter(minutes(60)),
    ['in m', 'in m', 'empty m 13:20', 'out 13:00-14:30 m=20 uncovered 70 not invoiced'],
  ],
  [
    'one that includes them has taken them off: not twice',
    hourAfter({ ...minutes(20), ...includes(50) }),
    ['in m', 'in m', 'empty m 13:20', 'out 13:00-14:30 m=20 uncovered 70 not invoiced'],
  ],
  [
    'one that was bought for meanwhile',
    hourAfter({ ...minutes(80), ...includes(50) }),
    ['in m', 'in m', 'empty m 14:20', 'out 13:00-14:30 m=80 uncovered 10 not invoiced'],
  ],
  [
    'an open visit goes on drawing from what is left then',
    {
      replica: minutes(60),
      taps: ['09:00 in', { at: '09:30', replica: { ...minutes(45), ...includes(50) } }, '10:00 out'],
      only: ['empty', 'out'],
    },
    ['empty m 09:45', 'out 09:00-10:00 m=45 uncovered 15 not invoiced'],
  ],
  [
    'days that count toward a limit count at once, and once',
    {
      replica: limited({ daysPerWeek: 2 }),
      taps: [
        '09:00 in',
        '10:00 out',
        {
          at: '12:00',
          replica: {
            ...limited({ daysPerWeek: 2 }, [{ customer: 'ana', day: '2026-03-02', minutes: 60 }]),
            ...includes(50),
          },
        },
        '+1 09:00 in',
        '+1 10:00 out',
        '+2 09:00 in',
      ],
      only: ['-', 'in '],
    },
    ['in plan', 'in plan', '-plan-limit'],
  ],
  [
    'minutes that count toward a limit stay counted where nothing is included',
    {
      replica: limited({ minutesPerWeek: 60 }),
      taps: ['09:00 in', '10:00 out', { at: '12:00', replica: limited({ minutesPerWeek: 60 }) }, '+1 09:00 in'],
      only: ['-', 'in '],
    },
    ['in plan', '-plan-limit'],
  ],
  [
    'a pass proposed for sale stays held, whatever replica comes that day',
    {
      replica: { timePasses: [dayPass('day', { onSale: true })] },
      space: { payAsYouGo: { members: true, contacts: true } },
      taps: [
        '09:00 in',
        '10:00 out',
        { at: '11:00', replica: { timePasses: [dayPass('day', { onSale: true })] } },
        '12:00 in',
      ],
      only: ['in ', 'charge'],
    },
    ['in pay-as-you-go', 'charge day 20.00 09:00-10:00', 'in proposed'],
  ],
];

describe('used here', () => {
  it.each(rows)('%s', (_, story, told) => expect(flow(story)).toEqual(told));
});
