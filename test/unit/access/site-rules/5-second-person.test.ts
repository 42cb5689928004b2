// Row C6a of rules.md section 2, second person: who is one, in time, and what both get.

import { cards, pins } from '../../../support/rules-world.ts';
import { describeTable, type Row, taps, two } from './table.ts';

const secondPersonRows: readonly Row[] = [
  {
    says: 'two members come in together, both checked in',
    main: two,
    steps: taps(['09:00:00', 'in', 'ana'], ['09:00:20', 'in', 'ben']),
    answers: ['ana DENY second-person', 'ben plan', 'ana plan'],
  },
  {
    says: 'the second person is too late, and is the first now',
    main: two,
    steps: taps(['09:00:00', 'in', 'ana'], ['09:00:31', 'in', 'ben'], ['09:00:40', 'in', 'cleo']),
    answers: ['ana DENY second-person', 'ben DENY second-person', 'cleo plan', 'ben plan'],
  },
  {
    says: 'one person is not two, whatever they hold',
    main: two,
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:05', 'in', cards.ana],
      ['09:00:10', 'in', pins.ana],
    ],
    answers: ['ana DENY second-person', 'ana DENY second-person', 'ana DENY second-person'],
  },
  {
    says: 'who may not enter is no second person',
    main: two,
    steps: taps(
      ['09:00:00', 'in', 'dan'],
      ['09:00:05', 'in', 'ana'],
      ['09:00:10', 'in', 'dan'],
      ['09:00:15', 'in', 'ben'],
    ),
    answers: ['dan DENY second-person', 'ana DENY second-person', 'dan DENY no-pass', 'ben plan', 'ana plan'],
  },
  {
    says: 'staff enter alone, and are a second person',
    main: two,
    steps: taps(['09:00:00', 'in', 'sam'], ['09:01:00', 'in', 'ana'], ['09:01:10', 'in', 'sam']),
    answers: ['sam staff', 'ana DENY second-person', 'sam staff', 'ana plan'],
  },
  {
    says: 'a visitor comes in with a member',
    main: two,
    steps: taps(['10:00:00', 'in', 'vic'], ['10:00:10', 'in', 'ana']),
    answers: ['vic DENY second-person', 'ana plan', 'vic visitor'],
  },
  {
    says: 'who waits at one door is no second person at another',
    main: two,
    doors: { side: two },
    steps: taps(['09:00:00', 'in', 'ana'], ['09:00:10', 'side-in', 'ben']),
    answers: ['ana DENY second-person', 'ben DENY second-person'],
  },
  {
    says: 'nobody is needed on the way out',
    main: two,
    steps: taps(['09:00:00', 'out', 'ana']),
    answers: ['ana exit'],
  },
  {
    says: 'nobody repeats alone what two opened',
    main: two,
    steps: taps(['09:00:00', 'in', 'ana'], ['09:00:05', 'in', 'ben'], ['09:00:09', 'in', 'ben']),
    answers: ['ana DENY second-person', 'ben plan', 'ana plan', 'ben DENY second-person'],
  },
  {
    says: 'who waits and would go out by now is no second person',
    main: { ...two, toggleMinStay: '60s' },
    doors: { side: {} },
    config: {
      readers: [
        { id: 'gate', driver: 'simulated', accessPoint: 'main', direction: 'toggle' },
        { id: 'side-in', driver: 'simulated', accessPoint: 'side', direction: 'in' },
      ],
    },
    steps: taps(['09:00:00', 'side-in', 'ana'], ['09:00:50', 'gate', 'ana'], ['09:01:10', 'gate', 'cleo']),
    answers: ['ana plan', 'ana DENY second-person', 'cleo DENY second-person'],
  },
];

describeTable('second person', secondPersonRows);
