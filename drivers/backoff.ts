// How long to wait between tries to get a device back: doubling up to a ceiling, for ever, a little apart from each other.

import type { Random } from '../access/clock.ts';

export interface BackoffLimits {
  readonly minMs: number;
  readonly maxMs: number;
}

/** A lost device: soon enough for someone who plugs it in again and waits, seldom enough to cost nothing for weeks. */
export const deviceBackoff: BackoffLimits = { minMs: 250, maxMs: 10_000 };

/**
 * Waits in milliseconds, without end: each between three quarters of its step and the step; steps double from `minMs` to
 * `maxMs`. The spread keeps devices that were lost together from being tried together.
 */
export function* backoff(random: Random, limits: BackoffLimits): Generator<number, never> {
  for (let stepMs = limits.minMs; ; stepMs = Math.min(stepMs * 2, limits.maxMs)) {
    yield Math.round(stepMs * (0.75 + 0.25 * fraction(random)));
  }
}

/** In [0, 1). */
function fraction(random: Random): number {
  const bytes = random.bytes(4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32;
}
