// Row C6a of rules.md section 2, occupancy: who counts, and who is held.

import { cards } from '../../../support/rules-world.ts';
import { describeTable, limit, type Row, taps } from './table.ts';

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

describeTable('occupancy', occupancyRows);
