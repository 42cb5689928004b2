// Where randomness comes from: the system for a running controller, a seed for replay and tests (same seed, same bytes).

import { createHash, randomBytes } from 'node:crypto';
import type { Random } from '../../access/clock.ts';

/** Bytes asked of the system at a time: asking for each id by itself costs a tap a tenth of a millisecond. */
const pooledBytes = 4096;

/** Unguessable; every byte is given out once. */
export const systemRandom: Random = pooled();

function pooled(): Random {
  let pool = randomBytes(pooledBytes);
  return {
    bytes(count) {
      if (count > pooledBytes) return randomBytes(count);
      if (count > pool.length) pool = randomBytes(pooledBytes);
      const taken = Uint8Array.from(pool.subarray(0, count));
      pool.fill(0, 0, count);
      pool = pool.subarray(count);
      return taken;
    },
  };
}

/** SHA-256 in counter mode over the seed: not secret, only repeatable. */
export function seededRandom(seed: string): Random {
  let counter = 0;
  let rest = Buffer.alloc(0);
  return {
    bytes(count) {
      while (rest.length < count) {
        rest = Buffer.concat([rest, createHash('sha256').update(`${seed}:${counter++}`).digest()]);
      }
      const taken = rest.subarray(0, count);
      rest = rest.subarray(count);
      return Uint8Array.from(taken);
    },
  };
}
