// One copy of a time pass that a customer or a team holds.

import { z } from 'zod';
import type { Pass } from '../../access/model.ts';
import { choice, id, whole } from '../fields.ts';
import { date, instant } from './fields.ts';

export const pass: z.ZodType<Pass> = z.strictObject({
  id: id.describe('unique among the passes'),
  timePass: id.describe('id of the time pass it is a copy of'),
  customer: id.nullable().default(null).describe('who holds it; this or team'),
  team: id.nullable().default(null).describe('which team holds it; this or customer'),
  source: choice(['plan', 'product', 'sold', 'manual']).describe('how it came about'),
  remainingMinutes: whole(0, 10_000_000)
    .nullable()
    .default(null)
    .describe('of a minute pass: minutes left (0 to 10000000; default all that its time pass includes)'),
  usedOn: date.nullable().default(null).describe('of a day pass: the business day it was used on (default unused)'),
  usedBy: id.nullable().default(null).describe('customer who used it (default nobody)'),
  validFrom: instant.nullable().default(null).describe('from when it is valid, ISO 8601 with offset (default always)'),
  expires: instant.nullable().default(null).describe('until when it is valid, ISO 8601 with offset (default for ever)'),
  createdAt: instant.nullable().default(null).describe('when it was made, ISO 8601 with offset (default unknown)'),
});
