// Where randomness comes from: the system for a running controller, a seed for replay and tests (same seed, same bytes).

import { createHash, randomBytes } from 'node:crypto';
import type { Random } from '../../access/clock.ts';

export const systemRandom: Random = { bytes: (count) => randomBytes(count) };

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
