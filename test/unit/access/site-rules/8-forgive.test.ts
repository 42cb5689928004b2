// The command `forgive` beside row C6a of rules.md section 2: whom anti-passback takes for inside comes in again; a reader that
// is locked out is not any more.

import { expect, it } from 'vitest';
import { cards, linesOf, pins, type Step } from '../../../support/rules-world.ts';
import { area, describeTable, guesses, inFloor, lockOut, type Row, taps, unknown } from './table.ts';

const forgive = (at: string, whom: object): Step => ({ at, command: { type: 'forgive', by: 'sam', ...whom } });
const floor = { config: area('hard'), main: { ...inFloor, contact: null } };

const rows: readonly Row[] = [
  {
    says: 'a customer',
    ...floor,
    steps: [
      ...taps(['09:00:00', 'in', 'ana'], ['09:01:00', 'in', 'ben']),
      forgive('09:05:00', { customer: 'ana' }),
      ...taps(['09:10:00', 'in', 'ana'], ['09:11:00', 'in', 'ben']),
    ],
    answers: ['ana plan', 'ben plan', 'ana re-entry', 'ben DENY anti-passback'],
  },
  {
    says: 'all who are in an area',
    ...floor,
    steps: [
      ...taps(['09:00:00', 'in', 'ana'], ['09:01:00', 'in', 'ben']),
      forgive('09:05:00', { area: 'floor' }),
      ...taps(['09:10:00', 'in', 'ana'], ['09:11:00', 'in', 'ben']),
    ],
    answers: ['ana plan', 'ben plan', 'ana re-entry', 'ben re-entry'],
  },
  {
    says: 'nobody in another area',
    config: { areas: [...area('hard').areas, { id: 'yard', antiPassback: 'hard' }] },
    main: { ...inFloor, contact: null },
    doors: { gate: { area: 'yard', contact: null } },
    steps: [
      ...taps(['09:00:00', 'in', 'ana']),
      forgive('09:05:00', { area: 'yard' }),
      ...taps(['09:10:00', 'in', 'ana']),
    ],
    answers: ['ana plan', 'ana DENY anti-passback'],
  },
  {
    says: 'a reader that is locked out',
    main: { lockOut },
    steps: [
      ...guesses('09:00:00', '09:00:10', '09:00:20'),
      ['09:00:30', 'in', pins.ana],
      forgive('09:00:40', { reader: 'in' }),
      ['09:00:50', 'in', pins.ana],
    ],
    answers: [unknown, unknown, unknown, 'ana DENY locked-out', 'ana plan'],
  },
];

describeTable('forgive', rows);

it.each([
  ['a customer whom nobody knows', { customer: 'zoe' }, 'unknown-customer'],
  ['an area that no door leads into', { area: 'roof' }, 'unknown-area'],
])('is refused for %s, and recorded', (_whom, whom, reason) => {
  const lines = linesOf({ ...floor, steps: [['09:00:00', 'in', cards.ana], forgive('09:05:00', whom)] });
  const refused = lines.filter(({ type }) => type === 'command.refused').map(({ data }) => data);
  expect(refused).toEqual([{ command: { type: 'forgive', ...whom, by: 'sam' }, reason }]);
});

it('is recorded with who gave it', () => {
  const lines = linesOf({ ...floor, steps: [['09:00:00', 'in', cards.ana], forgive('09:05:00', { customer: 'ana' })] });
  const applied = lines.filter(({ type }) => type === 'command.applied').map(({ data }) => data?.command);
  expect(applied).toEqual([{ type: 'forgive', customer: 'ana', by: 'sam' }]);
});
