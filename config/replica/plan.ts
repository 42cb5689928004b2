// A plan, and the contract by which somebody has it.

import { z } from 'zod';
import type { Contract, Plan } from '../../access/model.ts';
import { flag, id, list, whole } from '../fields.ts';
import { date } from './fields.ts';
import { name, named } from './name.ts';

const days = whole(0, 366).nullable().default(null);
const minutes = whole(0, 1_000_000).nullable().default(null);

const limits = z
  .strictObject({
    daysPerWeek: days.describe('distinct business days in a week from Monday (0 to 366; default no limit)'),
    daysPerMonth: days.describe('distinct business days in a calendar month (0 to 366; default no limit)'),
    minutesPerWeek: minutes.describe('minutes in a week from Monday (0 to 1000000; default no limit)'),
    minutesPerMonth: minutes.describe('minutes in a calendar month (0 to 1000000; default no limit)'),
  })
  .prefault({})
  .describe('how much of the space the plan gives (default no limits)');

export const plan = z
  .strictObject({
    id: id.describe('unique among the plans'),
    name: name.optional().describe('for people (default: the id)'),
    usesTimePasses: flag(true, 'false: its members need no passes'),
    allHours: flag(false, 'whether its members enter outside opening hours and on closure days'),
    limits,
  })
  .transform((written): Plan => named(written));

const frozen = z.strictObject({
  from: date.describe('first day frozen, YYYY-MM-DD'),
  to: date.nullable().default(null).describe('last day frozen, YYYY-MM-DD (default no end)'),
});

export const contract: z.ZodType<Contract> = z.strictObject({
  id: id.describe('unique among the contracts'),
  customer: id.nullable().default(null).describe('who has it; this or team'),
  team: id.nullable().default(null).describe('which team has it; this or customer'),
  plan: id.describe('id of the plan'),
  from: date.describe('first day, YYYY-MM-DD, in the zone of the space'),
  to: date.nullable().default(null).describe('last day, YYYY-MM-DD (default no end)'),
  frozen: list(frozen, 0, 100).default([]).describe('spans of days in which it rests (default none)'),
});
