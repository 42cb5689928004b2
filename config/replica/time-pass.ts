// A time pass: the product of which customers hold passes.

import { z } from 'zod';
import type { TimePass } from '../../access/model.ts';
import { choice, flag, id, list, text, whole } from '../fields.ts';
import { currency, price, slots, taxRate } from './fields.ts';
import { name, named } from './name.ts';

const specialPrice = z.strictObject({
  plan: id.describe('plan whose members pay it'),
  price: price.describe('gross price for them, a decimal in quotes'),
});

export const timePass = z
  .strictObject({
    id: id.describe('unique among the time passes'),
    name: name.optional().describe('for people (default: the id)'),
    price: price.describe('gross price of one pass, a decimal in quotes'),
    currency: currency.describe('ISO 4217; not on sale where the space has another'),
    taxRate: taxRate.default('0').describe('percentage inside the price, in quotes (default "0")'),
    account: text(64).nullable().default(null).describe('account it is booked to (default none)'),
    minutesIncluded: whole(1, 10_000_000)
      .nullable()
      .default(null)
      .describe('minutes of a minute pass (1 to 10000000); null: a day pass (default null)'),
    validIn: list(id, 0, 1000).default([]).describe('spaces; empty: where its holder is registered (default empty)'),
    countsTowardsPlanLimits: flag(false, 'whether stays on it count toward the limits of plans'),
    onSale: flag(false, 'whether it may be proposed at check-out'),
    soldWhole: flag(false, 'of a minute pass: whether only whole passes are sold'),
    availability: slots.describe('slots of the week in which it is valid (default always)'),
    specialPrices: list(specialPrice, 0, 1000).default([]).describe('prices for members of plans (default none)'),
    priority: choice(['high', 'normal', 'low']).default('normal').describe('for passOrder priority (default normal)'),
    onlyForPlans: list(id, 0, 1000).default([]).describe('plans whose members may use it (default everybody)'),
    onlyFor: choice(['members', 'contacts']).nullable().default(null).describe('who may use it (default everybody)'),
  })
  .transform((written): TimePass => named(written));
