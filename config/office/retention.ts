// How long the office keeps what it knows of people (interfaces.md section 2; docs/privacy.md). Calendar months and years are counted
// back in UTC, so that 24mo is the same day two years before.

import { z } from 'zod';
import type { KeepFor } from '../types.ts';

const words = 'forever, or how long: 90d, 24mo, 2y (or P90D, P24M, P2Y); at least 30d';
const form = /^(?:(\d{1,4})(d|mo|y)|P(\d{1,4})([DMY]))$/;
const units = { d: 'days', mo: 'months', y: 'years', D: 'days', M: 'months', Y: 'years' } as const;
const leastDays = 30;

function read(text: string): KeepFor | null | undefined {
  if (text === 'forever') return null;
  const match = form.exec(text);
  const unit = match?.[2] ?? match?.[4];
  if (match === null || unit === undefined) return undefined;
  const count = Number(match[1] ?? match[3]);
  const kept = { count, unit: units[unit as keyof typeof units] };
  const enough = kept.unit === 'days' ? count >= leastDays : count >= 1;
  return enough ? kept : undefined;
}

function keep(what: string) {
  return z
    .string({ error: words })
    .regex(new RegExp(`^forever$|${form.source}`), { error: words })
    .transform((text, context) => {
      const kept = read(text);
      if (kept !== undefined) return kept;
      context.addIssue({ code: 'custom', message: words });
      return z.NEVER;
    })
    .prefault('forever')
    .describe(`${what}: ${words} (default forever)`);
}

export const retention = z
  .strictObject({
    visits: keep("visits and their charges; older ones are nobody's any more"),
    events: keep('all other records about people: taps, refusals, visitors, calls for help'),
    audit: keep('what the audit log says of the records of people'),
  })
  .prefault({})
  .describe('how long the office keeps what it knows of people; docs/privacy.md (default: all of it forever)');

/** The instant before which things are too old. */
export function keptSinceMs({ count, unit }: KeepFor, nowMs: number): number {
  const then = new Date(nowMs);
  if (unit === 'days') return nowMs - count * 86_400_000;
  const months = unit === 'years' ? count * 12 : count;
  const day = then.getUTCDate();
  then.setUTCDate(1);
  then.setUTCMonth(then.getUTCMonth() - months);
  const last = new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth() + 1, 0)).getUTCDate();
  then.setUTCDate(Math.min(day, last));
  return then.getTime();
}
