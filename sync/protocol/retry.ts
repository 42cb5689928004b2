// How long to wait before the next try: doubling from a least to a longest wait, for ever, and spread at random so that a
// site's controllers do not come back all at once.

import type { Random } from '../../access/clock.ts';

/**
 * Endless waits in milliseconds. The n-th lies in [base/2, base] with base = minMs · 2ⁿ, at most maxMs.
 */
export function* backoff(minMs: number, maxMs: number, random: Random): Generator<number, never> {
  for (let baseMs = Math.min(minMs, maxMs); ; baseMs = Math.min(baseMs * 2, maxMs)) {
    yield Math.round(baseMs / 2 + (baseMs / 2) * fraction(random));
  }
}

/** Uniform in [0, 1). */
function fraction(random: Random): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return (((a * 256 + b) * 256 + c) * 256 + d) / 2 ** 32;
}
