import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { backoff, deviceBackoff } from '../../../drivers/backoff.ts';

function firstWaits(seed: string, count: number): number[] {
  const waits = backoff(seededRandom(seed), deviceBackoff);
  return Array.from({ length: count }, () => waits.next().value);
}

describe('the waits between tries', () => {
  it('double from a quarter of a second to ten seconds, and stay there', () => {
    const steps = [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000];
    for (const seed of ['a', 'b', 'c', 'd']) {
      for (const [i, wait] of firstWaits(seed, steps.length).entries()) {
        expect(wait).toBeLessThanOrEqual(steps[i] ?? 0);
        expect(wait).toBeGreaterThanOrEqual(0.75 * (steps[i] ?? 0));
      }
    }
  });

  it('are the same for the same seed, and spread for others', () => {
    expect(firstWaits('a', 20)).toEqual(firstWaits('a', 20));
    expect(firstWaits('a', 20)).not.toEqual(firstWaits('b', 20));
  });

  it('never end', () => {
    expect(firstWaits('a', 10_000).at(-1)).toBeGreaterThanOrEqual(7500);
  });
});
