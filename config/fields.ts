// The kinds of values that keys hold, each with its bounds, and with words that say what is allowed wherever it is not
// kept: the message of a schema is always the sentence that follows `allowed:`.

import { z } from 'zod';
import { durationPattern, parseDuration } from './duration.ts';

const idWords = 'an id: 1 to 64 of A-Z a-z 0-9 . _ -';

/** The pattern of every id (interfaces.md, first lines). */
export const idPattern = /^[A-Za-z0-9._-]{1,64}$/;

export const id = z.string({ error: idWords }).regex(idPattern, { error: idWords });

/** What no controller may be called: the office's own journal, and a level of the topics. */
export const reservedNames: readonly string[] = ['office', 'replica'];
export const reservedWords = 'an id other than office and replica, which are taken on the wire';

/** A text for people: not empty, at most `max` characters. */
export function text(max: number) {
  const words = `a text of 1 to ${max} characters`;
  return z.string({ error: words }).min(1, { error: words }).max(max, { error: words });
}

const pathWords = 'the path of a file, relative to the folder of this file or absolute';

/** The path of a file; the loader has made it absolute before the schema sees it. */
export const path = z
  .string({ error: pathWords })
  .min(1, { error: pathWords })
  .max(4096, { error: pathWords })
  .regex(/^[^\0]*$/, { error: pathWords });

/** One of a few words. */
export function choice<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: values.join(', ') });
}

const flagWords = 'true or false';

export function flag(fallback: boolean, what: string) {
  return z.boolean({ error: flagWords }).default(fallback).describe(`${what} (default ${fallback})`);
}

/** A whole number within bounds, both included. */
export function whole(min: number, max: number, unit: 'bytes' | null = null) {
  const words = `a whole number${unit === null ? ',' : ` of ${unit}, without a unit,`} ${min} to ${max}`;
  return z.int({ error: words }).min(min, { error: words }).max(max, { error: words });
}

/** A whole number that may be left out; `what` ends with its unit. */
export function wholeOr(fallback: number, min: number, max: number, what: string) {
  return whole(min, max, what.endsWith('bytes') ? 'bytes' : null)
    .default(fallback)
    .describe(`${what} (${min} to ${max}; default ${fallback})`);
}

/** A duration within bounds, both included, read to milliseconds. */
export function duration(min: string, max: string) {
  const [minMs, maxMs] = [parseDuration(min) ?? 0, parseDuration(max) ?? 0];
  const words = `a duration, ${min} to ${max}, written as 250ms, 5s, 2m, 1h or 7d (units ms, s, m, h, d)`;
  return z
    .string({ error: words })
    .regex(durationPattern, { error: words })
    .transform((written, context) => {
      const durationMs = parseDuration(written);
      if (durationMs !== null && durationMs >= minMs && durationMs <= maxMs) return durationMs;
      context.issues.push({ code: 'custom', message: words, input: written });
      return z.NEVER;
    });
}

/** A duration that may be left out. */
export function durationOr(fallback: string, min: string, max: string, what: string) {
  return duration(min, max).prefault(fallback).describe(`${what} (${min} to ${max}; default ${fallback})`);
}

/** A list of bounded length. */
export function list<Item extends z.ZodType>(item: Item, min: number, max: number) {
  const words = min > 0 ? `a list of ${min} to ${max}` : `a list of at most ${max}`;
  return z.array(item, { error: words }).min(min, { error: words }).max(max, { error: words });
}
