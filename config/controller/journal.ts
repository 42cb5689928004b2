// How long the journal keeps records, and how large it may become. What the office has not acknowledged goes last.

import { z } from 'zod';
import { durationOr, wholeOr } from '../fields.ts';
import type { JournalSettings } from '../types.ts';

export const journal = z
  .strictObject({
    keep: durationOr('9600h', '24h', '175200h', 'records that the office has are kept this long; 9600h are 400 days'),
    maxBytes: wholeOr(
      2_147_483_648,
      4_194_304,
      1_099_511_627_776,
      'the journal may take this much of the disk; then the oldest records go, those that the office has not last of all, in bytes',
    ),
  })
  .transform(({ keep, maxBytes }): JournalSettings => ({ keepMs: keep, maxBytes }))
  .prefault({});
