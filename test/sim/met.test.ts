// Worlds come to what a site of several controllers has to be right in: each situation, often enough that the checkers see it.

import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';
import { type Situation, situations } from './world/met.ts';

/** In ten site-days, at least. */
const floors: Readonly<Record<Situation, number>> = {
  'plan limit reached': 10,
  'visitor arrived': 4,
  'booking opened': 4,
  'team pass used': 20,
  'pass oversold': 3,
  'delta taken': 60,
  'snapshot taken': 10,
  'check-in under an unknown time': 4,
  'checked in twice, cut off': 1,
  'stayed over the cut-off, cut off': 4,
  'left by another door after it': 2,
  'clock disturbed inside, cut off': 3,
  'way out proved after the cut-off': 4,
  'settled anew': 10,
  'spaces with two cut-offs': 3,
};

describe('ten site-days', () => {
  const met = new Map<Situation, number>();

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('are clean: seed %i', async (seed) => {
    const outcome = await simulate({ seed, days: 1 });
    for (const situation of situations) {
      met.set(situation, (met.get(situation) ?? 0) + outcome.met[situation]);
    }
    expect(outcome.found).toEqual([]);
  });

  it('meet each situation', () => {
    const rare = situations.filter((situation) => (met.get(situation) ?? 0) < floors[situation]);
    expect(rare.map((situation) => `${situation}: ${met.get(situation)}`)).toEqual([]);
  });
});
