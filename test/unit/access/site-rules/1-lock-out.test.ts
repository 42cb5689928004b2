// Row C6a of rules.md section 2, lock-out: what locks a reader out, for whom, and for how long.

import { cards, pins } from '../../../support/rules-world.ts';
import { describeTable, guesses, lockOut, type Row, strangers, taps, unknown } from './table.ts';

const lockOutRows: readonly Row[] = [
  {
    says: 'three unknown PINs lock out PINs alone, the right one too',
    main: { lockOut },
    steps: [...guesses('09:00:00', '09:00:10', '09:00:20'), ['09:00:30', 'in', pins.ana]],
    answers: [unknown, unknown, unknown, 'ana DENY locked-out'],
  },
  {
    says: 'a good card goes on opening: no stranger locks a member out',
    main: { lockOut },
    steps: [
      ...guesses('09:00:00', '09:00:10', '09:00:20'),
      ...taps(['09:00:30', 'in', 'ana'], ['09:00:40', 'in', 'vic']),
    ],
    answers: [unknown, unknown, unknown, 'ana plan', 'vic DENY visitor-outside-window'],
  },
  {
    says: 'two attempts are one too few',
    main: { lockOut },
    steps: [...guesses('09:00:00', '09:00:10'), ['09:00:30', 'in', pins.ana]],
    answers: [unknown, unknown, 'ana plan'],
  },
  {
    says: 'attempts count within the window only',
    main: { lockOut },
    steps: [...guesses('09:00:00', '09:00:10', '09:01:00'), ['09:01:05', 'in', pins.ana]],
    answers: [unknown, unknown, unknown, 'ana plan'],
  },
  {
    says: 'a lock-out ends by itself, and counting begins anew',
    main: { lockOut },
    steps: [
      ...guesses('09:00:00', '09:00:10', '09:00:20'),
      ['09:05:19', 'in', pins.ana],
      ['09:05:20', 'in', pins.ana],
      ['09:06:00', 'in', 'pin:9009'],
      ['09:06:30', 'in', pins.ben],
    ],
    answers: [unknown, unknown, unknown, 'ana DENY locked-out', 'ana plan', unknown, 'ben plan'],
  },
  {
    says: 'attempts during a lock-out do not make it longer',
    main: { lockOut },
    steps: [...guesses('09:00:00', '09:00:10', '09:00:20', '09:04:00', '09:05:00'), ['09:05:21', 'in', pins.ana]],
    answers: [unknown, unknown, unknown, unknown, unknown, 'ana plan'],
  },
  {
    says: 'unknown cards count, too',
    main: { lockOut },
    steps: [
      ...strangers('09:00:00', '09:00:10', '09:00:20'),
      ['09:00:30', 'in', pins.ana],
      ['09:00:40', 'in', cards.ana],
    ],
    answers: [unknown, unknown, unknown, 'ana DENY locked-out', 'ana plan'],
  },
  {
    says: 'what is refused for another reason does not count',
    main: { lockOut },
    steps: [
      ...taps(['09:00:00', 'in', 'dan'], ['09:00:10', 'in', 'dan'], ['09:00:20', 'in', 'dan']),
      ['09:00:30', 'in', pins.ana],
    ],
    answers: ['dan DENY no-pass', 'dan DENY no-pass', 'dan DENY no-pass', 'ana plan'],
  },
  {
    says: 'an unknown credential at a free exit is no attempt',
    main: { lockOut },
    steps: [
      ['09:00:00', 'out', 'card:9901'],
      ['09:00:10', 'out', 'card:9902'],
      ['09:00:20', 'out', 'card:9903'],
      ['09:00:30', 'in', pins.ana],
    ],
    answers: ['- exit', '- exit', '- exit', 'ana plan'],
  },
  {
    says: 'each reader counts for itself',
    main: { lockOut },
    doors: { side: { lockOut } },
    steps: [...guesses('09:00:00', '09:00:10', '09:00:20'), ['09:00:30', 'side-in', pins.ana]],
    answers: [unknown, unknown, unknown, 'ana plan'],
  },
  {
    says: 'wrong PINs lock out the card that they came with, and no other',
    main: { lockOut, pin: { use: 'required' } },
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:01', 'in', pins.wrong],
      ['09:00:02', 'in', cards.ana],
      ['09:00:03', 'in', pins.ben],
      ['09:00:04', 'in', cards.ana],
      ['09:00:05', 'in', pins.wrong],
      ['09:00:06', 'in', cards.ana],
      ['09:00:10', 'in', cards.ben],
      ['09:00:12', 'in', pins.ben],
    ],
    answers: [
      'ana DENY pin-required',
      'ana DENY pin-wrong',
      'ana DENY pin-required',
      'ana DENY pin-wrong',
      'ana DENY pin-required',
      'ana DENY pin-wrong',
      'ana DENY locked-out',
      'ben DENY pin-required',
      'ben plan',
    ],
  },
  {
    says: 'a PIN that has just opened is refused, too',
    main: { lockOut },
    steps: [['09:00:00', 'in', pins.ana], ...guesses('09:00:02', '09:00:03', '09:00:04'), ['09:00:06', 'in', pins.ana]],
    answers: ['ana plan', unknown, unknown, unknown, 'ana DENY locked-out'],
  },
  {
    says: 'a lock-out that strangers made is no free guessing at a stolen card',
    main: { lockOut, pin: { use: 'required' } },
    steps: [
      ...strangers('09:00:00', '09:00:05', '09:00:10'),
      ['09:00:20', 'in', cards.ana],
      ['09:00:25', 'in', pins.wrong],
      ['09:00:30', 'in', cards.ana],
      ['09:00:40', 'in', cards.ben],
      ['09:00:45', 'in', pins.ben],
    ],
    answers: [
      unknown,
      unknown,
      unknown,
      'ana DENY pin-required',
      'ana DENY pin-wrong',
      'ana DENY locked-out',
      'ben DENY pin-required',
      'ben plan',
    ],
  },
];

describeTable('lock-out of a reader', lockOutRows);
