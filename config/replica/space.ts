// A coworking space: its zone and currency, its day, its hours, and how visits are paid for.

import { z } from 'zod';
import type { Space } from '../../access/model.ts';
import { choice, flag, id, list } from '../fields.ts';
import { currency, date, slots, timeOfDay, timeZone } from './fields.ts';
import { name, named } from './name.ts';

const closure = z
  .strictObject({
    from: date.describe('first day closed, YYYY-MM-DD'),
    to: date.optional().describe('last day closed, YYYY-MM-DD (default: from)'),
    name: name.default('').describe('what people are told (default empty)'),
  })
  .transform(({ from, to = from, name: reason }) => ({ from, to, name: reason }));

const payAsYouGo = z
  .strictObject({
    members: flag(false, 'whether members without a pass may enter and pay at check-out'),
    contacts: flag(false, 'the same for customers without a contract'),
  })
  .prefault({})
  .describe('who may enter without a pass and pay at check-out (default nobody)');

export const space = z
  .strictObject({
    id: id.describe('unique among the spaces'),
    name: name.optional().describe('for people (default: the id)'),
    timeZone: timeZone.describe('IANA time zone, in which all its days and hours are'),
    currency: currency.describe('ISO 4217, in which everything is priced here'),
    dailyCutOff: timeOfDay.default('00:00').describe('when its business day begins, HH:MM (default 00:00)'),
    checkInRequiresPass: flag(true, 'false: no passes are used here at all'),
    passOrder: choice(['classic', 'priority'])
      .default('classic')
      .describe('which pass is used first (rules.md section 1; default classic)'),
    openingHours: slots.describe('slots of the week in which it is open (default always)'),
    closures: list(closure, 0, 1000).default([]).describe('days on which it is closed (default none)'),
    payAsYouGo,
  })
  .transform((written): Space => named(written));
