// Row C6a of rules.md section 2, anti-passback: hard, soft and timed; areas over several doors and inside each other; who is forgiven.

import { cards } from '../../../support/rules-world.ts';
import { area, describeTable, inFloor, type Row, taps } from './table.ts';

const passbackRows: readonly Row[] = [
  {
    says: 'hard: who is inside does not come in again',
    config: area('hard'),
    main: inFloor,
    steps: [
      ['09:00:00', 'in', cards.ana],
      { at: '09:00:01', input: { accessPoint: 'main', contact: 'open' } },
      ['09:10:00', 'in', cards.ana],
    ],
    answers: ['ana plan', 'ana DENY anti-passback'],
  },
  {
    says: 'hard: a way out, and in again',
    config: area('hard'),
    main: inFloor,
    steps: [
      ['09:00:00', 'in', cards.ana],
      { at: '09:00:01', input: { accessPoint: 'main', contact: 'open' } },
      { at: '09:00:03', input: { accessPoint: 'main', contact: 'closed' } },
      ['09:10:00', 'out', cards.ana],
      { at: '09:10:01', input: { accessPoint: 'main', contact: 'open' } },
      { at: '09:10:03', input: { accessPoint: 'main', contact: 'closed' } },
      ['09:20:00', 'in', cards.ana],
    ],
    answers: ['ana plan', 'ana exit', 'ana plan'],
  },
  {
    says: 'whoever did not open the door is where they were',
    config: area('hard'),
    main: inFloor,
    steps: [
      { at: '08:59:00', input: { accessPoint: 'main', contact: 'closed' } },
      ['09:00:00', 'in', cards.ana],
      ['09:10:00', 'in', cards.ana],
    ],
    answers: ['ana plan', 'ana re-entry'],
    crash: 'nobody tells after a restart that a grant was not taken: who was let in is inside',
  },
  {
    says: 'an area spans doors',
    config: area('hard'),
    main: { ...inFloor, contact: null },
    doors: { side: { ...inFloor, contact: null } },
    steps: taps(
      ['09:00:00', 'in', 'ana'],
      ['09:10:00', 'side-in', 'ana'],
      ['09:20:00', 'side-out', 'ana'],
      ['09:30:00', 'in', 'ana'],
    ),
    answers: ['ana plan', 'ana DENY anti-passback', 'ana exit', 'ana plan'],
  },
  {
    says: 'a door without an area asks nothing',
    config: area('hard'),
    main: { ...inFloor, contact: null },
    doors: { side: { contact: null } },
    steps: taps(['09:00:00', 'in', 'ana'], ['09:10:00', 'side-in', 'ana']),
    answers: ['ana plan', 'ana re-entry'],
  },
  {
    says: 'inside an inner area is inside the one around it; its way out leads there',
    config: {
      areas: [
        { id: 'floor', antiPassback: 'hard' },
        { id: 'lab', within: 'floor', antiPassback: 'hard' },
      ],
    },
    main: { ...inFloor, contact: null },
    doors: { lab: { area: 'lab', kind: 'interior', contact: null } },
    steps: taps(
      ['09:00:00', 'in', 'ana'],
      ['09:05:00', 'lab-in', 'ana'],
      ['09:10:00', 'in', 'ana'],
      ['09:15:00', 'lab-in', 'ana'],
      ['09:20:00', 'lab-out', 'ana'],
      ['09:25:00', 'in', 'ana'],
      ['09:30:00', 'lab-in', 'ana'],
      ['09:35:00', 'out', 'ana'],
      ['09:40:00', 'in', 'ana'],
    ),
    answers: [
      'ana plan',
      'ana no-pass-needed',
      'ana DENY anti-passback',
      'ana DENY anti-passback',
      'ana exit',
      'ana DENY anti-passback',
      'ana no-pass-needed',
      'ana exit',
      'ana plan',
    ],
  },
  {
    says: 'soft: let in, and flagged',
    config: area('soft'),
    main: { ...inFloor, contact: null },
    steps: taps(['09:00:00', 'in', 'ana'], ['09:10:00', 'in', 'ana']),
    answers: ['ana plan', 'ana re-entry'],
  },
  {
    says: 'timed: denied for its time after the way in',
    config: area('timed', { time: '15m' }),
    main: { ...inFloor, contact: null },
    steps: taps(['09:00:00', 'in', 'ana'], ['09:14:59', 'in', 'ana'], ['09:15:00', 'in', 'ana']),
    answers: ['ana plan', 'ana DENY anti-passback', 'ana re-entry'],
  },
  {
    says: 'timed: a way out ends it',
    config: area('timed', { time: '15m' }),
    main: { ...inFloor, contact: null },
    steps: taps(['09:00:00', 'in', 'ana'], ['09:05:00', 'out', 'ana'], ['09:06:00', 'in', 'ana']),
    answers: ['ana plan', 'ana exit', 'ana plan'],
  },
  {
    says: 'all are forgiven at the hour that says so',
    config: area('hard', { forgiveAt: '09:30' }),
    main: { ...inFloor, contact: null },
    steps: taps(
      ['09:00:00', 'in', 'ana'],
      ['09:29:59', 'in', 'ana'],
      ['09:30:00', 'in', 'ana'],
      ['09:40:00', 'in', 'ana'],
    ),
    answers: ['ana plan', 'ana DENY anti-passback', 'ana re-entry', 'ana DENY anti-passback'],
  },
  {
    says: 'off: only remembered',
    config: area('off'),
    main: { ...inFloor, contact: null },
    steps: taps(['09:00:00', 'in', 'ana'], ['09:10:00', 'in', 'ana']),
    answers: ['ana plan', 'ana re-entry'],
  },
  {
    says: 'staff come and go (C3)',
    config: area('hard'),
    main: { ...inFloor, contact: null },
    steps: taps(['09:00:00', 'in', 'sam'], ['09:10:00', 'in', 'sam']),
    answers: ['sam staff', 'sam staff'],
  },
  {
    says: 'visitors are people, too',
    config: area('hard'),
    main: { ...inFloor, contact: null },
    steps: taps(
      ['10:00:00', 'in', 'vic'],
      ['10:10:00', 'in', 'vic'],
      ['10:20:00', 'out', 'vic'],
      ['10:30:00', 'in', 'vic'],
    ),
    answers: ['vic visitor', 'vic DENY anti-passback', 'vic exit', 'vic visitor'],
  },
  {
    says: 'whoever is denied has not moved',
    config: area('hard'),
    main: { ...inFloor, contact: null },
    steps: taps(['09:00:00', 'in', 'dan'], ['09:10:00', 'in', 'dan']),
    answers: ['dan DENY no-pass', 'dan DENY no-pass'],
  },
  {
    says: 'the way out is free for whoever is not inside, too',
    config: area('hard'),
    main: { ...inFloor, contact: null },
    steps: taps(['09:00:00', 'out', 'ana'], ['09:10:00', 'out', 'ana'], ['09:20:00', 'in', 'ana']),
    answers: ['ana exit', 'ana exit', 'ana plan'],
  },
];

describeTable('anti-passback', passbackRows);
