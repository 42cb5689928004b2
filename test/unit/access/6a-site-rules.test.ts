// Row C6a of rules.md section 2 as a table: each site rule alone, with what it lets pass; how they compose, in their order;
// and the same answers with the daemon killed and started again before every step.

import { describe, expect, it } from 'vitest';
import { answersOf, cards, linesOf, pins, type Step, type World } from '../../support/rules-world.ts';

interface Row extends World {
  readonly says: string;
  /** One for each tap. */
  readonly answers: readonly string[];
  /** Why a crash between the steps may change the answers; left out: it must not. */
  readonly crash?: string;
}

const taps = (...all: readonly (readonly [string, string, keyof typeof cards])[]): Step[] =>
  all.map(([time, reader, who]) => [time, reader, cards[who]] as const);

const lockOut = { attempts: 3, window: '1m', lasts: '5m' };
const strangers = (...times: readonly string[]): Step[] =>
  times.map((time, n) => [time, 'in', `card:99A${n}`] as const);
const guesses = (...times: readonly string[]): Step[] => times.map((time, n) => [time, 'in', `pin:900${n}`] as const);
const unknown = '- DENY unknown-credential';

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
];

const area = (antiPassback: string, more = {}) => ({ areas: [{ id: 'floor', antiPassback, ...more }] });
const inFloor = { area: 'floor' };

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

const lobby = { interlock: 'lobby' };
const moves = (at: string, accessPoint: string, contact: 'open' | 'closed'): Step => ({
  at,
  input: { accessPoint, contact },
});

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
];

const limit = (n: number) => ({ occupancy: [{ space: 'berlin', limit: n }] });

const occupancyRows: readonly Row[] = [
  {
    says: 'a full space takes nobody else, until somebody leaves',
    config: limit(2),
    steps: taps(
      ['09:00:00', 'in', 'ana'],
      ['09:01:00', 'in', 'ben'],
      ['09:02:00', 'in', 'cleo'],
      ['09:03:00', 'out', 'ana'],
      ['09:04:00', 'in', 'cleo'],
    ),
    answers: ['ana plan', 'ben plan', 'cleo DENY occupancy', 'ana exit', 'cleo plan'],
  },
  {
    says: 'who is inside is not counted twice',
    config: limit(1),
    steps: taps(['09:00:00', 'in', 'ana'], ['09:10:00', 'in', 'ana']),
    answers: ['ana plan', 'ana re-entry'],
  },
  {
    says: 'visitors count',
    config: limit(1),
    steps: taps(
      ['10:00:00', 'in', 'vic'],
      ['10:01:00', 'in', 'ana'],
      ['10:02:00', 'out', 'vic'],
      ['10:03:00', 'in', 'ana'],
      ['10:04:00', 'in', 'vic'],
    ),
    answers: ['vic visitor', 'ana DENY occupancy', 'vic exit', 'ana plan', 'vic DENY occupancy'],
  },
  {
    says: 'staff neither count nor are held',
    config: limit(1),
    steps: taps(['09:00:00', 'in', 'sam'], ['09:01:00', 'in', 'ana'], ['09:02:00', 'in', 'sam']),
    answers: ['sam staff', 'ana plan', 'sam staff'],
  },
  {
    says: 'who was let in without a visit counts',
    config: limit(1),
    main: { policy: 'open-and-flag' },
    steps: taps(
      ['09:00:00', 'in', 'dan'],
      ['09:01:00', 'in', 'ana'],
      ['09:02:00', 'out', 'dan'],
      ['09:03:00', 'in', 'ana'],
    ),
    answers: ['dan flagged', 'ana DENY occupancy', 'dan exit', 'ana plan'],
  },
  {
    says: 'an interior door of the space is open to who is inside',
    config: limit(1),
    doors: { room: { kind: 'interior' } },
    steps: taps(['09:00:00', 'in', 'ana'], ['09:01:00', 'room-in', 'ben']),
    answers: ['ana plan', 'ben no-pass-needed'],
  },
  {
    says: 'whom the cut-off has checked out does not count',
    config: limit(1),
    steps: [
      ['09:00:00', 'in', cards.ana],
      ['+09:00:00', 'in', cards.ben],
    ],
    answers: ['ana plan', 'ben plan'],
  },
  {
    says: 'at an unlocked door everybody is let in, and the check-in is rejected',
    config: limit(1),
    steps: [
      { at: '08:00:00', command: { type: 'mode', mode: 'unlocked', accessPoint: 'main', by: 'sam' } },
      ...taps(['09:00:00', 'in', 'ana'], ['09:01:00', 'in', 'ben']),
    ],
    answers: ['ana command', 'ben command'],
  },
];

const two = { secondPerson: { within: '30s' } };

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
];

const required = { pin: { use: 'required', within: '20s' } };

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

const everything = { ...inFloor, ...lobby, ...two, ...required, lockOut, contact: null };

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

const tables: Readonly<Record<string, readonly Row[]>> = {
  'lock-out of a reader': lockOutRows,
  'anti-passback': passbackRows,
  interlock: interlockRows,
  occupancy: occupancyRows,
  'second person': secondPersonRows,
  PIN: pinRows,
  'together, in the order of C6a': composedRows,
};

function killedBefore(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => [
    { at: Array.isArray(step) ? step[0] : (step as { at: string }).at, restart: 'crash' },
    step,
  ]);
}

describe.each(Object.entries(tables))('%s', (_name, rows) => {
  it.each(rows.map((row) => [row.says, row] as const))('%s', (_says, row) => {
    expect(answersOf(row)).toEqual(row.answers);
  });

  const lasting = rows.filter(({ crash }) => crash === undefined);
  it.each(lasting.map((row) => [row.says, row] as const))('killed before every step: %s', (_says, row) => {
    expect(answersOf({ ...row, steps: killedBefore(row.steps) })).toEqual(row.answers);
  });
});

describe('what is recorded', () => {
  it('tells of the guessing once, when the reader is locked out', () => {
    const lines = linesOf({
      main: { lockOut },
      steps: guesses('09:00:00', '09:00:10', '09:00:20', '09:00:30', '09:00:40'),
    });
    const attacks = lines.filter(({ type }) => type === 'credential.attack');
    expect(attacks.map(({ data }) => data)).toEqual([{ attempts: 3, withinMs: 60_000, lockedOutMs: 300_000 }]);
  });

  it('rejects the check-in of every site rule', () => {
    const lines = linesOf({
      main: { ...required },
      steps: [
        ['09:00:00', 'in', cards.ana],
        ['09:00:05', 'in', pins.wrong],
      ],
    });
    const rejected = lines.filter(({ type }) => type === 'checkin.rejected').map(({ data }) => data?.reason);
    expect(rejected).toEqual(['pin-required', 'pin-wrong']);
  });

  it('tells of a duress PIN beside the grant, which looks as any other', () => {
    const lines = linesOf({
      main: required,
      steps: [
        ['09:00:00', 'in', cards.ana],
        ['09:00:05', 'in', pins.duress],
      ],
    });
    const [grant, duress] = lines.filter(({ type }) => type === 'access.granted' || type === 'access.duress');
    expect([grant?.type, duress?.type]).toEqual(['access.granted', 'access.duress']);
    expect(duress?.data).toEqual(grant?.data);
    expect(lines.filter(({ type }) => type === 'checkin.recorded')).toHaveLength(1);
  });

  it('tells of a duress PIN alone, and of one that does not open', () => {
    const alone = linesOf({ steps: [['09:00:00', 'in', pins.duress]] }).map(({ type }) => type);
    expect(alone.slice(1, 3)).toEqual(['access.granted', 'access.duress']);
    const shut = linesOf({ main: { pin: { use: 'never' } }, steps: [['09:00:00', 'in', pins.duress]] });
    expect(shut.map(({ type }) => type).slice(1, 3)).toEqual(['access.denied', 'access.duress']);
    expect(shut.some(({ state }) => state === 'unlocked')).toBe(false);
  });

  it('flags who comes in again where anti-passback is soft', () => {
    const steps = taps(['09:00:00', 'in', 'ana'], ['09:10:00', 'in', 'ana']);
    const grants = linesOf({ config: area('soft'), main: { ...inFloor, contact: null }, steps }).filter(
      ({ type }) => type === 'access.granted',
    );
    expect(grants.map(({ data }) => data?.violation)).toEqual([undefined, 'anti-passback']);
  });

  it('names the other of two who come together, with a visit each', () => {
    const lines = linesOf({ main: two, steps: taps(['09:00:00', 'in', 'ana'], ['09:00:20', 'in', 'ben']) });
    const grants = lines.filter(({ type }) => type === 'access.granted').map(({ data }) => data?.secondPerson);
    expect(grants).toEqual([
      { kind: 'customer', id: 'ana' },
      { kind: 'customer', id: 'ben' },
    ]);
    const visits = lines
      .filter(({ type }) => type === 'checkin.recorded')
      .map(({ data }) => [data?.customer, data?.visit]);
    expect(visits.map(([customer]) => customer)).toEqual(['ben', 'ana']);
    expect(new Set(visits.map(([, visit]) => visit)).size).toBe(2);
  });

  it('tells of both when nobody opens', () => {
    const lines = linesOf({
      main: two,
      steps: [
        moves('08:59:00', 'main', 'closed'),
        ...taps(['09:00:00', 'in', 'ana'], ['09:00:20', 'in', 'ben']),
        { at: '09:01:00' },
      ],
    });
    const missed = lines.filter(({ type }) => type === 'access.not-taken').map(({ data }) => data?.holder?.id);
    expect(missed).toEqual(['ben', 'ana']);
  });

  it('rejects the check-in where an unlocked door lets in one too many', () => {
    const steps: Step[] = [
      { at: '08:00:00', command: { type: 'mode', mode: 'unlocked', accessPoint: 'main', by: 'sam' } },
      ...taps(['09:00:00', 'in', 'ana'], ['09:01:00', 'in', 'ben']),
    ];
    const rejected = linesOf({ config: limit(1), steps }).filter(({ type }) => type === 'checkin.rejected');
    expect(rejected.map(({ data }) => data)).toEqual([{ customer: 'ben', space: 'berlin', reason: 'occupancy' }]);
  });
});
