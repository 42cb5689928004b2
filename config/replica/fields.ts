// The kinds of values that a replica document holds: dates, times of day, instants, money, zones, slots.

import { z } from 'zod';
import { choice, list } from '../fields.ts';
import { instantPattern, parseDate, parseInstant } from '../instant.ts';

const dateWords = 'a date that exists, as 2026-12-31';

/** A calendar date, `YYYY-MM-DD`. */
export const date = z
  .string({ error: dateWords })
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: dateWords })
  .refine((written) => parseDate(written) !== null, { error: dateWords });

const timeWords = 'a time of day from "00:00" to "23:59", in quotes';

/** A time on the wall clock, `HH:MM`. */
export const timeOfDay = z.string({ error: timeWords }).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: timeWords });

const instantWords = 'an instant with its offset, as 2026-03-02T09:10:00+01:00 or 2026-03-02T08:10:00Z';

/** An instant, read to UTC milliseconds. */
export const instant = z
  .string({ error: instantWords })
  .regex(instantPattern, { error: instantWords })
  .transform((written, context) => {
    const instantMs = parseInstant(written);
    if (instantMs !== null) return instantMs;
    const message = /^(?:0|1[0-8])/.test(written) ? `${instantWords}, of the years 1900 to 9999` : instantWords;
    context.issues.push({ code: 'custom', message, input: written });
    return z.NEVER;
  });

const priceWords = 'a decimal in quotes, not negative, as "20.00"; at most 9 digits before the point and 4 after it';

/** Money, gross, in the currency beside it. */
export const price = z.string({ error: priceWords }).regex(/^\d{1,9}(?:\.\d{1,4})?$/, { error: priceWords });

const rateWords = 'a percentage in quotes, "0" to "100", as "19" or "5.5"';

export const taxRate = z
  .string({ error: rateWords })
  .regex(/^(?:100(?:\.0{1,4})?|\d{1,2}(?:\.\d{1,4})?)$/, { error: rateWords });

const currencies = new Set(Intl.supportedValuesOf('currency'));
const currencyWords = 'an ISO 4217 currency, as EUR';

export const currency = z
  .string({ error: currencyWords })
  .regex(/^[A-Z]{3}$/, { error: currencyWords })
  .refine((code) => currencies.has(code), { error: currencyWords });

const zoneWords = 'an IANA time zone, as Europe/Berlin';

export const timeZone = z
  .string({ error: zoneWords })
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/, { error: zoneWords })
  .refine(isTimeZone, { error: zoneWords });

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Keys of a weekly slot [from, to). */
export const slotKeys = {
  days: list(choice(weekdays), 1, 7)
    .refine((days) => new Set(days).size === days.length, { error: 'each day once' })
    .describe('weekdays it begins on: mon, tue, wed, thu, fri, sat, sun'),
  from: timeOfDay.describe('first minute of the slot, HH:MM on the wall clock of the space'),
  to: timeOfDay.describe('end of the slot, not in it; 00:00 is the end of the day, at or before from is the next day'),
};

export const slot = z.strictObject(slotKeys);

/** Slots of a week; none at all means no limit in time. */
export const slots = list(slot, 0, 100).default([]);
