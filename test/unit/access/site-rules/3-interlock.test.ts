// Row C6a of rules.md section 2, interlock: doors that do not stand open together.

import { cards } from '../../../support/rules-world.ts';
import { describeTable, lobby, moves, type Row, taps } from './table.ts';

const interlockRows: readonly Row[] = [
  {
    says: 'a door that stands open keeps the others shut',
    main: lobby,
    doors: { side: lobby },
    steps: [
      moves('09:00:00', 'side', 'open'),
      ['09:00:05', 'in', cards.ana],
      moves('09:00:06', 'side', 'closed'),
      ['09:00:07', 'in', cards.ana],
    ],
    answers: ['ana DENY interlock', 'ana plan'],
  },
  {
    says: 'a door that is free does, too',
    main: { ...lobby, contact: null },
    doors: { side: { ...lobby, contact: null } },
    steps: taps(['09:00:00', 'side-in', 'ben'], ['09:00:04', 'in', 'ana'], ['09:00:06', 'in', 'ana']),
    answers: ['ben plan', 'ana DENY interlock', 'ana plan'],
    crash: 'the release ends with the program',
  },
  {
    says: 'doors of other names, and of none, do not count',
    main: lobby,
    doors: { side: { interlock: 'yard' }, back: {} },
    steps: [moves('09:00:00', 'side', 'open'), moves('09:00:01', 'back', 'open'), ['09:00:05', 'in', cards.ana]],
    answers: ['ana plan'],
  },
  {
    says: 'its own door standing open is no reason',
    main: lobby,
    doors: { side: lobby },
    steps: [moves('09:00:00', 'main', 'open'), ['09:00:05', 'in', cards.ana]],
    answers: ['ana plan'],
  },
  {
    says: 'the way out is never held',
    main: lobby,
    doors: { side: lobby },
    steps: [moves('09:00:00', 'side', 'open'), ['09:00:05', 'out', cards.ana]],
    answers: ['ana exit'],
  },
  {
    says: 'staff are not held (C3)',
    main: lobby,
    doors: { side: lobby },
    steps: [moves('09:00:00', 'side', 'open'), ['09:00:05', 'in', cards.sam]],
    answers: ['sam staff'],
  },
  {
    says: 'a repeat does not free a door beside one that is free, either',
    main: lobby,
    doors: { side: lobby },
    steps: [
      ['09:00:00', 'in', cards.ana],
      moves('09:00:01', 'main', 'open'),
      moves('09:00:03', 'main', 'closed'),
      ['09:00:05', 'side-in', cards.ben],
      ['09:00:07', 'in', cards.ana],
    ],
    answers: ['ana plan', 'ben plan', 'ana DENY interlock'],
    crash: 'a release ends with the program, and repeats are forgotten',
  },
  {
    says: 'whoever asks in an app is held, too',
    main: lobby,
    doors: { side: lobby },
    steps: [
      moves('09:00:00', 'side', 'open'),
      { at: '09:00:05', command: { type: 'admit', customer: 'ana', accessPoint: 'main', by: 'app' } },
    ],
    answers: ['ana DENY interlock'],
  },
];

describeTable('interlock', interlockRows);
