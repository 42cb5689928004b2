// Row C6a of rules.md section 2, PIN: with a credential, alone, never.

import { cards, pins } from '../../../support/rules-world.ts';
import { describeTable, type Row, required, taps, unknown } from './table.ts';

const pinRows: readonly Row[] = [
  {
    says: 'required: a card, then its PIN',
    main: required,
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:10', 'in', pins.ana],
    ],
    answers: ['ana DENY pin-required', 'ana plan'],
  },
  {
    says: 'required: a PIN that is late is none',
    main: required,
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:21', 'in', pins.ana],
    ],
    answers: ['ana DENY pin-required', 'ana DENY pin-required'],
  },
  {
    says: "required: somebody else's PIN is wrong",
    main: required,
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:10', 'in', pins.ben],
    ],
    answers: ['ana DENY pin-required', 'ana DENY pin-wrong'],
  },
  {
    says: 'required: a wrong PIN ends the tap',
    main: required,
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:10', 'in', pins.wrong],
      ['09:00:12', 'in', pins.ana],
    ],
    answers: ['ana DENY pin-required', 'ana DENY pin-wrong', 'ana DENY pin-required'],
  },
  {
    says: 'required: a PIN alone does not open, an unknown one is unknown',
    main: required,
    steps: [
      ['09:00:00', 'in', pins.ana],
      ['09:00:10', 'in', pins.wrong],
    ],
    answers: ['ana DENY pin-required', unknown],
  },
  {
    says: 'required: the latest card waits',
    main: required,
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:05', 'in', cards.ben],
      ['09:00:10', 'in', pins.ana],
    ],
    answers: ['ana DENY pin-required', 'ben DENY pin-required', 'ben DENY pin-wrong'],
  },
  {
    says: 'required: the rows behind it still decide',
    main: required,
    replica: {
      credentials: [
        { id: 'c', type: 'card', value: '04D1', customer: 'dan' },
        { id: 'p', type: 'pin', value: '4444', customer: 'dan' },
      ],
      staff: [],
      visitors: [],
    },
    steps: [
      ['09:00:00', 'in', cards.dan],
      ['09:00:10', 'in', 'pin:4444'],
    ],
    answers: ['dan DENY pin-required', 'dan DENY no-pass'],
  },
  {
    says: 'required: a blocked PIN is wrong',
    main: required,
    replica: {
      credentials: [
        { id: 'c', type: 'card', value: '04A1', customer: 'ana' },
        { id: 'p', type: 'pin', value: '1111', customer: 'ana', status: 'blocked' },
      ],
      staff: [],
      visitors: [],
    },
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:10', 'in', pins.ana],
    ],
    answers: ['ana DENY pin-required', 'ana DENY pin-wrong'],
  },
  {
    says: 'required: a PIN given twice opens once, and the card goes first again',
    main: required,
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:05', 'in', pins.ana],
      ['09:00:08', 'in', pins.ana],
    ],
    answers: ['ana DENY pin-required', 'ana plan', 'ana DENY pin-required'],
  },
  {
    says: 'required: staff need none (C3), nor does the way out',
    main: required,
    steps: taps(['09:00:00', 'in', 'sam'], ['09:00:10', 'out', 'ana']),
    answers: ['sam staff', 'ana exit'],
  },
  {
    says: 'required: a keypad beside the reader is of the same door',
    main: required,
    config: {
      readers: [
        { id: 'in', driver: 'simulated', accessPoint: 'main', direction: 'in' },
        { id: 'keypad', driver: 'simulated', accessPoint: 'main', direction: 'in' },
      ],
    },
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:10', 'keypad', pins.ana],
    ],
    answers: ['ana DENY pin-required', 'ana plan'],
  },
  {
    says: 'required: a PIN on the way out is no second half of what waits on the way in',
    main: required,
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:10', 'out', pins.ben],
      ['09:00:15', 'in', pins.ana],
    ],
    answers: ['ana DENY pin-required', 'ben exit', 'ana plan'],
  },
  {
    says: 'required: at a toggle reader, too',
    main: required,
    config: { readers: [{ id: 'gate', driver: 'simulated', accessPoint: 'main', direction: 'toggle' }] },
    steps: [
      ['09:00:00', 'gate', cards.ben],
      ['09:00:05', 'gate', pins.ben],
      ['09:10:00', 'gate', cards.ana],
      ['09:10:05', 'gate', pins.ben],
      ['09:10:10', 'gate', pins.ana],
    ],
    answers: ['ben DENY pin-required', 'ben plan', 'ana DENY pin-required', 'ben exit', 'ana plan'],
  },
  {
    says: 'required: an unlocked door asks for none',
    main: required,
    steps: [
      { at: '08:00:00', command: { type: 'mode', mode: 'unlocked', accessPoint: 'main', by: 'sam' } },
      ['09:00:00', 'in', cards.ana],
      ['09:00:30', 'in', pins.ben],
    ],
    answers: ['ana command', 'ben command'],
  },
  {
    says: 'optional: a PIN opens alone',
    steps: [['09:00:00', 'in', pins.ana]],
    answers: ['ana plan'],
  },
  {
    says: 'only: a PIN opens, a card does not',
    main: { pin: { use: 'only' } },
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['09:00:10', 'in', pins.ana],
    ],
    answers: ['ana DENY pin-required', 'ana plan'],
  },
  {
    says: 'never: a card opens, a PIN does not',
    main: { pin: { use: 'never' } },
    steps: [
      ['09:00:00', 'in', pins.ana],
      ['09:00:10', 'in', cards.ana],
    ],
    answers: ['ana DENY pin-wrong', 'ana plan'],
  },
];

describeTable('PIN', pinRows);
