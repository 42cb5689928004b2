// The small forms that messages are made of: ids, instants, hashes, counts. Everything has a bound.

import { z } from 'zod';

export const idField = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'not an id');

export const hashField = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in lower-case hex');

/** A whole number from 0 to 2^53 - 1. */
export const countField = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const textField = z.string().max(1000);

/** An instant, ISO 8601 with offset or Z, at most milliseconds; read as UTC milliseconds. */
export const instantField = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/, 'not an instant')
  .transform((text) => Date.parse(text))
  .refine((ms) => !Number.isNaN(ms), 'not an instant');

/** How an instant is written: UTC, milliseconds. */
export function instantText(ms: number): string {
  return new Date(ms).toISOString();
}
