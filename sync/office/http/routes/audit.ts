// The audit log, the latest first; and what an import changed.

import { z } from '@hono/zod-openapi';
import { readAudit, readAuditIds } from '../../records/audit.ts';
import type { RouteGroup } from '../api.ts';
import { HttpProblem } from '../problem.ts';
import { cursorOf, instantOf, limitOf, pageQuery, readCursor } from './forms.ts';

const text = z.string().max(1000).optional();
const filter = z.strictObject({
  ...pageQuery,
  since: text.describe('only from this instant on'),
  kind: text.describe('only of records of this kind'),
  id: text.describe('only of the record of this id'),
  by: text.describe('only by this person or token'),
});

const entry = z.object({
  entry: z.number().int(),
  at: z.string(),
  by: z.string(),
  via: z.enum(['cli', 'api', 'import', 'office']),
  request: z.string(),
  action: z.string(),
  kind: z.string().nullable(),
  id: z.string().nullable(),
  did: z.enum(['added', 'changed', 'removed']).nullable(),
  before: z.any(),
  after: z.any(),
  reason: z.string().nullable(),
  revision: z.number().int().nullable(),
  counts: z.any(),
});

const next = z.string().nullable().describe('cursor of the next page');

export const auditRoutes: RouteGroup = (api) => {
  api.route({
    method: 'get',
    path: '/api/1/audit',
    role: 'staff',
    tag: 'audit',
    summary: 'who changed what, the latest first',
    query: filter,
    answer: z.object({ items: z.array(entry), next }),
    handle: ({ store, query }) => {
      const { since, cursor, kind, id, by } = query;
      const limit = limitOf(query);
      const place = readCursor(cursor);
      const items = readAudit(store, {
        kind,
        id,
        by,
        limit,
        sinceMs: since === undefined ? undefined : instantOf('since', since),
        before: place === undefined ? undefined : Number(place),
      });
      const last = items.length < limit ? undefined : items.at(-1);
      return { body: { items, next: cursorOf(last === undefined ? null : String(last.entry)) } };
    },
  });
  api.route({
    method: 'get',
    path: '/api/1/audit/{entry}/records',
    role: 'staff',
    tag: 'audit',
    summary: 'the records that an import changed',
    query: z.strictObject(pageQuery),
    answer: z.object({ items: z.array(z.object({ kind: z.string(), id: z.string(), did: z.string() })), next }),
    handle: ({ store, params, query }) => {
      const of = Number(params.entry);
      if (!Number.isSafeInteger(of)) throw new HttpProblem(404, 'not-found', 'an entry is named by its number');
      const limit = limitOf(query);
      const [kind = '', id = ''] = (readCursor(query.cursor) ?? '').split('\n');
      const items = readAuditIds(store, of, { kind, id }, limit);
      const last = items.length < limit ? undefined : items.at(-1);
      return { body: { items, next: cursorOf(last === undefined ? null : `${last.kind}\n${last.id}`) } };
    },
  });
};
