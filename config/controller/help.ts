// Calls for help: whom they name, and how often one is recorded.

import { z } from 'zod';
import { durationOr } from '../fields.ts';
import type { HelpSettings } from '../types.ts';

export const help = z
  .strictObject({
    refusedWithin: durationOr(
      '10m',
      '0s',
      '24h',
      'a call for help names who was refused at the door this long before it',
    ),
    quiet: durationOr(
      '30s',
      '0s',
      '1h',
      'after a call for help at a door, another one is recorded only this much later, or once somebody was refused since',
    ),
  })
  .transform(({ refusedWithin: refusedWithinMs, quiet: quietMs }): HelpSettings => ({ refusedWithinMs, quietMs }))
  .prefault({});
