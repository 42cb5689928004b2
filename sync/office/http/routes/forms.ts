// Forms that several groups of routes share: pages, instants in a query, and what a change answers.

import { z } from '@hono/zod-openapi';
import { parseDate, parseInstant } from '../../../../config/instant.ts';
import type { ChangeResult } from '../../records/change.ts';
import type { Answer } from '../api.ts';
import { HttpProblem } from '../problem.ts';

const limitWords = 'a whole number, 1 to 500';

export const pageQuery = {
  limit: z
    .string()
    .regex(/^\d{1,3}$/, { error: limitWords })
    .optional()
    .describe('items of a page, at most (1 to 500; default 100)'),
  cursor: z.string().max(1000).optional().describe('`next` of the page before'),
};

export function limitOf({ limit }: { readonly limit?: string | undefined }): number {
  const count = Number(limit ?? 100);
  if (count >= 1 && count <= 500) return count;
  throw new HttpProblem(422, 'invalid', `limit: found ${count}; allowed: ${limitWords}`);
}

/** What `cursorOf` made. @throws HttpProblem */
export function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString();
  if (cursorOf(text) === cursor) return text;
  throw new HttpProblem(422, 'invalid', 'cursor: found another text; allowed: `next` of the page before, as it came');
}

export function cursorOf(place: string | null): string | null {
  return place === null ? null : Buffer.from(place).toString('base64url');
}

/** UTC milliseconds. @throws HttpProblem */
export function instantOf(name: string, text: string): number {
  const ms = parseInstant(text) ?? parseDate(text);
  if (ms !== null) return ms;
  throw new HttpProblem(422, 'invalid', `${name}: allowed: an instant as 2026-03-02T09:00:00+01:00, or a date`);
}

export const version = z.string().nullable().describe('the record’s, as its ETag; null where it is no more');

export const changeAnswer = z
  .object({
    revision: z.number().int().nullable().describe('the state that holds now'),
    changed: z.array(
      z.object({ kind: z.string(), id: z.string(), did: z.enum(['added', 'changed', 'removed']), version }),
    ),
    warnings: z.array(
      z.object({ kind: z.string(), id: z.string(), key: z.string(), found: z.string(), allowed: z.string() }),
    ),
  })
  .openapi('change');

/** What a change answers; a preview also says what would be before and after. */
export function changed({ revision, changed, warnings }: ChangeResult, preview = false): Answer {
  const told = changed.map(({ before, after, ...rest }) => (preview ? { ...rest, before, after } : rest));
  const [only, ...more] = changed;
  return { body: { revision, changed: told, warnings }, version: more.length === 0 ? (only?.version ?? null) : null };
}
