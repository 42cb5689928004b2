// The waits between tries, listed.

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { backoff } from '../../../sync/protocol/retry.ts';

function first(count: number, seed: string): number[] {
  const waits = backoff(1_000, 60_000, seededRandom(seed));
  return Array.from({ length: count }, () => waits.next().value);
}

describe('backoff', () => {
  it('doubles between its bounds, each in the upper half of its base', () => {
    const bases = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60].map((s) => s * 1000);
    first(10, 'a').forEach((waitMs, n) => {
      expect(waitMs).toBeGreaterThanOrEqual((bases[n] ?? 0) / 2);
      expect(waitMs).toBeLessThanOrEqual(bases[n] ?? 0);
    });
  });

  it('never ends, and never exceeds its longest wait', () => {
    const waits = first(10_000, 'b');
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
    expect(Math.min(...waits.slice(6))).toBeGreaterThanOrEqual(30_000);
  });

  it('spreads two controllers apart, and repeats with its seed', () => {
    expect(first(5, 'a')).not.toEqual(first(5, 'b'));
    expect(first(5, 'a')).toEqual(first(5, 'a'));
  });

  it('takes a least wait above the longest', () => {
    const waits = backoff(5_000, 1_000, seededRandom('c'));
    expect(waits.next().value).toBeLessThanOrEqual(1_000);
  });
});
