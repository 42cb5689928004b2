// Row C6a of rules.md section 2, site rules beside each other, in the order of C6a.

import { cards, pins } from '../../../support/rules-world.ts';
import { area, describeTable, everything, limit, type Row, required, taps, two } from './table.ts';

const composedRows: readonly Row[] = [
  {
    says: 'second person and PIN: each gives their own',
    main: { ...two, ...required },
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:05', 'in', pins.ana],
      ['09:00:10', 'in', cards.ben],
      ['09:00:15', 'in', pins.ben],
    ],
    answers: ['ana DENY second-person', 'ana DENY second-person', 'ben DENY pin-required', 'ben plan', 'ana plan'],
  },
  {
    says: 'second person and PIN: who gave none is no second person',
    main: { ...two, ...required },
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:10', 'in', cards.ben],
      ['09:00:15', 'in', pins.ben],
      ['09:00:20', 'in', cards.ana],
      ['09:00:22', 'in', pins.ana],
    ],
    answers: [
      'ana DENY second-person',
      'ben DENY second-person',
      'ben DENY second-person',
      'ana DENY pin-required',
      'ana plan',
      'ben plan',
    ],
  },
  {
    says: 'the order: lock-out before anti-passback before the rest',
    config: { ...area('hard'), ...limit(1) },
    main: everything,
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:01', 'in', pins.wrong],
      ['09:00:02', 'in', cards.ana],
      ['09:00:03', 'in', pins.wrong],
      ['09:00:04', 'in', cards.ana],
      ['09:00:05', 'in', pins.wrong],
      ['09:00:06', 'in', cards.ana],
    ],
    answers: [
      'ana DENY second-person',
      'ana DENY pin-wrong',
      'ana DENY second-person',
      'ana DENY pin-wrong',
      'ana DENY second-person',
      'ana DENY pin-wrong',
      'ana DENY locked-out',
    ],
  },
  {
    says: 'the order: occupancy before the second person',
    config: limit(1),
    main: two,
    doors: { side: {} },
    steps: taps(['09:00:00', 'side-in', 'cleo'], ['09:01:00', 'in', 'ana'], ['09:01:10', 'in', 'ben']),
    answers: ['cleo plan', 'ana DENY occupancy', 'ben DENY occupancy'],
  },
  {
    says: 'two people need two places',
    config: limit(2),
    main: two,
    doors: { side: {} },
    steps: taps(['09:00:00', 'side-in', 'cleo'], ['09:01:00', 'in', 'ana'], ['09:01:10', 'in', 'ben']),
    answers: ['cleo plan', 'ana DENY second-person', 'ben DENY second-person'],
  },
  {
    says: 'blocked, disabled, closed and rights come before',
    config: area('hard'),
    main: { ...everything, pin: { use: 'required' } },
    replica: {
      accessRules: [
        { accessPoint: 'main', allow: { plans: [], teams: [], customers: ['ben'], timePasses: [] }, schedule: null },
      ],
    },
    steps: taps(['09:00:00', 'in', 'ana'], ['09:00:10', 'in', 'vic']),
    answers: ['ana DENY not-authorised', 'vic DENY not-authorised'],
  },
];

describeTable('together', composedRows);
