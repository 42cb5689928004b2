// Who may use which access point, and when doors stand open by themselves.

import { z } from 'zod';
import type { AccessRule, UnlockSchedule } from '../../access/model.ts';
import { flag, id, list } from '../fields.ts';
import { slot, slotKeys } from './fields.ts';

const ids = list(id, 0, 100_000).default([]);

export const accessRule: z.ZodType<AccessRule> = z.strictObject({
  accessPoint: id.describe('the access point; one that no rule names is open to whoever may be in its space'),
  allow: z
    .strictObject({
      plans: ids.describe('plans whose members have the right (default none)'),
      teams: ids.describe('teams whose members have it (default none)'),
      customers: ids.describe('customers who have it (default none)'),
      timePasses: ids.describe('time passes whose holders have it while such a pass is valid (default none)'),
    })
    .prefault({})
    .describe('who has the right (default nobody)'),
  schedule: list(slot, 0, 100)
    .nullable()
    .default(null)
    .describe('slots in which the rule gives it; null or none: always (default null)'),
});

export const unlockSchedule: z.ZodType<UnlockSchedule> = z.strictObject({
  accessPoint: id.describe('the access point that is unlocked'),
  ...slotKeys,
  afterFirstEntry: flag(false, 'whether it begins only with the first granted entry'),
});
