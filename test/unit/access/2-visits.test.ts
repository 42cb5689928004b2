// rules.md section 2, the rows that need a day to show: re-entry, visits elsewhere, visitors, bookings, ways out, interior doors.

import { describe, expect, it } from 'vitest';
import type { Replica } from '../../oracle/document.ts';
import { type Flow, flow } from '../../support/flow.ts';
import { dayPass, held, hours, minutePass } from '../../support/flow-parts.ts';

const day: Partial<Replica> = { timePasses: [dayPass('day')], passes: [held('p', 'day')] };
const minutes: Partial<Replica> = {
  timePasses: [minutePass('hour')],
  passes: [held('m', 'hour', { remainingMinutes: 90 })],
};
const staff: Partial<Replica> = { staff: [{ id: 'sam', credentials: ['c-sam'] }] };
const guest = (with_: object = {}): Partial<Replica> => ({
  visitors: [
    { id: 'vic', host: 'ana', space: 's1', expected: '2026-03-02T10:00:00+01:00', credential: 'c-vic', ...with_ },
  ],
});
const booked = (accessPoint = 'main', with_: object = {}): Partial<Replica> => ({
  resources: [{ id: 'r', accessPoints: [accessPoint] }],
  bookings: [
    {
      id: 'b',
      resource: 'r',
      customer: 'ana',
      from: '2026-03-02T10:00:00+01:00',
      to: '2026-03-02T11:00:00+01:00',
      ...with_,
    },
  ],
});
const onlyBen = (accessPoint: string): Partial<Replica> => ({
  accessRules: [{ accessPoint, allow: { customers: ['ben'] } }],
});

type Row = readonly [what: string, story: Flow, told: readonly string[]];

const rows: readonly Row[] = [
  [
    'C7 in again: nothing new is used',
    { replica: day, taps: ['09:00 in', '10:00 in'] },
    ['+pass', 'in p', 'used p 03-02', '+re-entry'],
  ],
  [
    'C7 out and in again is no re-entry',
    { replica: day, taps: ['09:00 in', '10:00 out', '11:00 in'] },
    ['+pass', 'in p', 'used p 03-02', '+exit', 'out 09:00-10:00 p', '+pass', 'in p'],
  ],
  [
    'C7 comes after C5',
    { replica: day, space: { openingHours: hours('08:00', '10:00') }, taps: ['09:00 in', '10:00 in'] },
    ['+pass', 'in p', 'used p 03-02', '-closed', 'rejected closed'],
  ],
  [
    'C8 a grant closes the visit elsewhere',
    { replica: minutes, taps: ['09:00 other', '09:30 in'] },
    ['+pass', 'in m', '+pass', 'out 09:00-09:30 m=30', 'in m'],
  ],
  [
    'C8 a denial leaves it open',
    { replica: { ...minutes, ...onlyBen('main') }, taps: ['09:00 other', '09:30 in', '09:40 away'] },
    ['+pass', 'in m', '-not-authorised', '+exit', 'out 09:00-09:40 m=40'],
  ],
  [
    'C8 a booking opens, and closes it',
    {
      replica: { timePasses: [dayPass('day', { validIn: ['s2'] })], passes: [held('p', 'day')], ...booked() },
      taps: ['09:00 other', '10:00 in'],
    },
    ['+pass', 'in p', 'used p 03-02', '+booking', 'out 09:00-10:00 p', 'rejected pass-not-valid-here'],
  ],
  [
    'C8 not at an interior door',
    { replica: minutes, taps: ['09:00 other', '09:30 room'] },
    ['+pass', 'in m', '+no-pass-needed'],
  ],
  [
    'C9 half an hour before, and out',
    { replica: guest(), taps: ['09:30 in vic', '12:00 out vic'] },
    ['+visitor', 'visitor.arrived', '+exit', 'visitor.departed'],
  ],
  [
    'C9 one arrival per stay',
    { replica: guest(), taps: ['10:00 in vic', '11:00 in vic'] },
    ['+visitor', 'visitor.arrived', '+visitor'],
  ],
  [
    'C9 a second stay',
    { replica: guest(), taps: ['10:00 in vic', '11:00 out vic', '12:00 in vic'] },
    ['+visitor', 'visitor.arrived', '+exit', 'visitor.departed', '+visitor', 'visitor.arrived'],
  ],
  [
    'C9 leaves at the latest with the day',
    { replica: guest(), taps: ['10:00 in vic', '+1 01:00 -'] },
    ['+visitor', 'visitor.arrived', 'visitor.departed'],
  ],
  [
    'C9 approved',
    { replica: guest({ approval: 'approved' }), taps: ['10:00 in vic'] },
    ['+visitor', 'visitor.arrived'],
  ],
  [
    'C9 a visitor uses no pass',
    { replica: { ...day, ...guest() }, taps: ['10:00 in vic'] },
    ['+visitor', 'visitor.arrived'],
  ],
  ['C10 too early', { replica: guest(), taps: ['09:29:59 in vic'] }, ['-visitor-outside-window', 'visitor.refused']],
  ['C10 the next day', { replica: guest(), taps: ['+1 00:00 in vic'] }, ['-visitor-outside-window', 'visitor.refused']],
  [
    'C10 requested, and too early: not approved comes first',
    { replica: guest({ approval: 'requested' }), taps: ['08:00 in vic'] },
    ['-visitor-not-approved', 'visitor.refused'],
  ],
  [
    'C10 held',
    { replica: guest({ approval: 'held' }), taps: ['10:00 in vic'] },
    ['-visitor-not-approved', 'visitor.refused'],
  ],
  [
    'C10 rejected',
    { replica: guest({ approval: 'rejected' }), taps: ['10:00 in vic'] },
    ['-visitor-not-approved', 'visitor.refused'],
  ],
  [
    'C10 another space than their own',
    { replica: guest({ space: 's2' }), taps: ['10:00 in vic'] },
    ['-not-authorised', 'visitor.refused'],
  ],
  [
    'C10 does not wait for the closed space',
    { replica: guest(), space: { openingHours: hours('12:00', '18:00') }, taps: ['10:00 in vic'] },
    ['-closed', 'visitor.refused'],
  ],
  ['a booking: ten minutes before', { replica: booked(), taps: ['09:50 in'] }, ['+booking', 'rejected no-pass']],
  ['a booking: not earlier', { replica: booked(), taps: ['09:49:59 in'] }, ['-no-pass', 'rejected no-pass']],
  ['a booking: ten minutes after', { replica: booked(), taps: ['11:10 in'] }, ['+booking', 'rejected no-pass']],
  ['a booking: not later', { replica: booked(), taps: ['11:10:01 in'] }, ['-no-pass', 'rejected no-pass']],
  ['a booking of somebody else', { replica: booked(), taps: ['10:00 in ben'] }, ['-no-pass', 'rejected no-pass']],
  [
    'a booking of something behind another door',
    { replica: booked('other'), taps: ['10:00 in'] },
    ['-no-pass', 'rejected no-pass'],
  ],
  ['a booking and a pass', { replica: { ...day, ...booked() }, taps: ['10:00 in'] }, ['+pass', 'in p', 'used p 03-02']],
  [
    'a booking: the way out is no orphan',
    { replica: booked(), taps: ['10:00 in', '11:00 out', '11:05 out'] },
    ['+booking', 'rejected no-pass', '+exit', '+exit', 'orphan'],
  ],
  [
    'a booking overrides C6',
    { replica: { ...onlyBen('main'), ...booked() }, taps: ['10:00 in'] },
    ['+booking', 'rejected no-pass'],
  ],
  [
    'a booking does not override C5',
    { replica: booked(), space: { openingHours: hours('12:00', '18:00') }, taps: ['10:00 in'] },
    ['-closed', 'rejected closed'],
  ],
  [
    'open-and-flag',
    { main: { policy: 'open-and-flag' }, taps: ['10:00 in', '11:00 out'] },
    ['+flagged', 'rejected no-pass', '+exit'],
  ],
  [
    'open-and-flag is not for C6',
    { replica: onlyBen('main'), main: { policy: 'open-and-flag' }, taps: ['10:00 in'] },
    ['-not-authorised'],
  ],
  [
    'interior: no visit, and no pass asked for',
    { taps: ['10:00 room', '11:00 room-out'] },
    ['+no-pass-needed', '+exit'],
  ],
  [
    'interior: a toggle reader is always in',
    { taps: ['10:00 room-both', '11:00 room-both'] },
    ['+no-pass-needed', '+no-pass-needed'],
  ],
  ['interior: a right and a booking together', { replica: booked('room'), taps: ['10:00 room'] }, ['+booking']],
  [
    'interior: no right, nothing recorded of a check-in',
    { replica: onlyBen('room'), taps: ['10:00 room'] },
    ['-not-authorised'],
  ],
  ['interior: closed', { space: { openingHours: hours('12:00', '18:00') }, taps: ['10:00 room'] }, ['-closed']],
  [
    'interior: a visitor refused',
    { replica: guest({ approval: 'held' }), taps: ['10:00 room vic'] },
    ['-visitor-not-approved', 'visitor.refused'],
  ],
  ['interior: a visitor does not arrive there', { replica: guest(), taps: ['10:00 room vic'] }, ['+visitor']],
  ['staff make no visit', { replica: staff, taps: ['10:00 in sam', '11:00 out sam'] }, ['+staff', '+exit']],
  [
    'staff enter a closed space',
    { replica: staff, space: { openingHours: hours('12:00', '18:00') }, taps: ['10:00 in sam'] },
    ['+staff'],
  ],
  [
    'no passes at all: a check-in with none',
    { space: { checkInRequiresPass: false }, taps: ['10:00 in', '11:00 out'] },
    ['+no-pass-needed', 'in none-needed', '+exit', 'out 10:00-11:00'],
  ],
  ['exit free: an unknown credential, no orphan', { taps: ['10:00 out zoe'] }, ['+exit']],
  [
    'exit known: an unknown credential stays',
    { main: { exit: 'known' }, taps: ['10:00 out zoe'] },
    ['-unknown-credential'],
  ],
];

describe('a day at the door', () => {
  it.each(rows)('%s', (_, story, told) => expect(flow(story)).toEqual(told));
});

const status = (state: 'blocked' | 'active') => ({
  credentials: [{ id: 'c-ana', type: 'qr', value: 'ana', customer: 'ana', status: state }],
});

describe('a blocked card', () => {
  const blockedInside = [{ at: '09:30', replica: status('blocked') }, '10:00 out'] as const;
  it.each<Row>([
    [
      'at the way in raises an alarm',
      { replica: { ...day, ...status('blocked') }, taps: ['09:00 in'] },
      ['-credential-blocked', 'credential.alarm', 'rejected credential-blocked'],
    ],
    [
      'at a free exit raises none, and its visit ends',
      { replica: day, taps: ['09:00 in', ...blockedInside] },
      ['+pass', 'in p', 'used p 03-02', '+exit', 'out 09:00-10:00 p'],
    ],
    [
      'stays inside where the exit is for known ones',
      { replica: day, main: { exit: 'known' }, taps: ['09:00 in', ...blockedInside] },
      ['+pass', 'in p', 'used p 03-02', '-credential-blocked', 'credential.alarm'],
    ],
  ])('%s', (_, story, told) => expect(flow(story)).toEqual(told));
});
