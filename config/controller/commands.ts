// How long a command from elsewhere may be under way, and how many are remembered so that none is carried out twice.

import { z } from 'zod';
import { durationOr, wholeOr } from '../fields.ts';
import type { CommandSettings } from '../types.ts';

export const commands = z
  .strictObject({
    maxLife: durationOr(
      '24h',
      '1s',
      '168h',
      'from its issue to its expiry a command may have this long; a longer one is refused',
    ),
    maxSkew: durationOr('1m', '0s', '1h', 'the clock of whoever issued a command may be ahead by this much'),
    maxKept: wholeOr(
      10_000,
      100,
      1_000_000,
      'settled commands whose ids are kept until they have expired, at most; then only those that shut a door are taken',
    ),
  })
  .transform((written): CommandSettings => {
    return { maxLifeMs: written.maxLife, maxSkewMs: written.maxSkew, maxKept: written.maxKept };
  })
  .prefault({});
