// What the tables of the site rules share: the words of their rows, and how a table is run: once as it stands, and once with
// the daemon killed and started again before every step.

import { describe, expect, it } from 'vitest';
import { answersOf, cards, isTap, type Step, type World } from '../../../support/rules-world.ts';

export interface Row extends World {
  readonly says: string;
  /** One for each tap. */
  readonly answers: readonly string[];
  /** Why a crash between the steps may change the answers; left out: it must not. */
  readonly crash?: string;
}

export const taps = (...all: readonly (readonly [string, string, keyof typeof cards])[]): Step[] =>
  all.map(([time, reader, who]) => [time, reader, cards[who]] as const);

export const moves = (at: string, accessPoint: string, contact: 'open' | 'closed'): Step => ({
  at,
  input: { accessPoint, contact },
});

export const strangers = (...times: readonly string[]): Step[] =>
  times.map((time, n) => [time, 'in', `card:99A${n}`] as const);
export const guesses = (...times: readonly string[]): Step[] =>
  times.map((time, n) => [time, 'in', `pin:900${n}`] as const);
export const unknown = '- DENY unknown-credential';

export const lockOut = { attempts: 3, window: '1m', lasts: '5m' };
export const area = (antiPassback: string, more = {}) => ({ areas: [{ id: 'floor', antiPassback, ...more }] });
export const inFloor = { area: 'floor' };
export const lobby = { interlock: 'lobby' };
export const limit = (n: number) => ({ occupancy: [{ space: 'berlin', limit: n }] });
export const two = { secondPerson: { within: '30s' } };
export const required = { pin: { use: 'required', within: '20s' } };
export const everything = { ...inFloor, ...lobby, ...two, ...required, lockOut, contact: null };

function killedBefore(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => [{ at: timeOf(step), restart: 'crash' }, step]);
}

function timeOf(step: Step): string {
  return isTap(step) ? step[0] : step.at;
}

export function describeTable(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    it.each(rows.map((row) => [row.says, row] as const))('%s', (_says, row) => {
      expect(answersOf(row)).toEqual(row.answers);
    });

    const lasting = rows.filter(({ crash }) => crash === undefined);
    it.each(lasting.map((row) => [row.says, row] as const))('killed before every step: %s', (_says, row) => {
      expect(answersOf({ ...row, steps: killedBefore(row.steps) })).toEqual(row.answers);
    });
  });
}
