// What is left on a pass, and how that came about.

import { z } from '@hono/zod-openapi';
import { balanceOf } from '../../records/balance.ts';
import type { RouteGroup } from '../api.ts';

const text = z.string();
const use = z.object({
  visit: text,
  customer: text,
  at: text,
  businessDay: text.nullable().describe('of a day pass'),
  minutes: z.int().describe('of a minute pass; 0 while the visit is open'),
  counted: z.boolean().describe('the record counts it already'),
  oversold: z.boolean().describe('something else covers the visit: it uses nothing of this pass'),
});

const balance = z.object({
  pass: z.any().describe('the record, as in a replica document'),
  minutesIncluded: z.int().nullable().describe('null: a day pass'),
  uses: z.array(use).describe('the latest first'),
  whole: z.boolean().describe('whether these are all'),
  corrections: z.array(z.object({ at: text, by: text, reason: text.nullable(), before: z.any(), after: z.any() })),
  left: z.int().describe('minutes; of a day pass 1 or 0'),
});

export const passRoutes: RouteGroup = (api) => {
  api.route({
    method: 'get',
    path: '/api/1/passes/{id}/balance',
    role: 'read-only',
    tag: 'passes',
    summary: 'what was given, used by which visit, corrected, and is left',
    answer: balance,
    handle: ({ view, params }) => ({ body: balanceOf(view, params.id ?? '') }),
  });
};
