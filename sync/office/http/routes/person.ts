// Everything that the office has of one person, and taking it out (docs/privacy.md): the owner's alone.

import { z } from '@hono/zod-openapi';
import { erasePerson } from '../../privacy/erase.ts';
import { exportPerson, personEvents } from '../../privacy/export.ts';
import { personOf } from '../../privacy/person.ts';
import type { RouteGroup } from '../api.ts';
import { HttpProblem } from '../problem.ts';
import { cursorOf, readCursor } from './forms.ts';

/** Records that are looked at for one page. */
const rowsAtOnce = 5_000;

const text = z.string();
const counts = z.record(text, z.int()).describe('by kind');

const exported = z.object({
  format: text,
  site: text,
  at: text,
  kind: text,
  id: text,
  records: z.record(text, z.array(z.any())).describe('by kind; credentials without their values'),
  namedBy: z.array(z.object({ kind: text, id: text })).describe('records of others that name them'),
  visits: z.array(z.any()).describe('with their charges'),
  audit: z.array(z.any()).describe('what was changed, without by whom'),
});

const event = z.object({ type: text, time: text, accessPoint: text.optional(), data: z.any() });

const erased = z.object({
  kind: text,
  revision: z.int().nullable().describe('by which doors forget them; null: there were no records'),
  removed: counts,
  unnamed: counts.describe('records of others that named them, by kind'),
  visits: z.int(),
  entries: z.int().describe('of the audit log'),
  charges: z.int().describe('that stay for the books'),
});

const erasing = z.strictObject({
  force: z.boolean().default(false).describe('also while they are inside, or have charges that nobody decided on'),
  reason: z.string().min(1).max(500).optional().describe('why, for the audit log: without a name'),
  preview: z.boolean().default(false).describe('only says what would be done'),
});

export const personRoutes: RouteGroup = (api) => {
  for (const kind of ['customers', 'visitors'] as const) {
    api.route({
      method: 'get',
      path: `/api/1/${kind}/{id}/export`,
      role: 'owner',
      tag: kind,
      summary: 'everything the office has of one person but the records of the journals, to hand to them',
      answer: exported,
      handle: ({ store, params, nowMs }) => ({ body: exportPerson(store, params.id ?? '', nowMs, kind) }),
    });
    api.route({
      method: 'get',
      path: `/api/1/${kind}/{id}/export/events`,
      role: 'owner',
      tag: kind,
      summary: 'the records of the journals about one person; a page may be empty and have a next one',
      query: z.strictObject({ cursor: z.string().max(100).optional().describe('next of the page before') }),
      answer: z.object({ items: z.array(event), next: text.nullable().describe('cursor of the next page') }),
      handle: ({ store, params, query, siteKey }) => {
        const after = Number(readCursor(query.cursor) ?? 0);
        if (!Number.isSafeInteger(after)) throw new HttpProblem(422, 'invalid', 'cursor: allowed is next of a page');
        const person = personOf(store, params.id ?? '', kind);
        const { items, through } = personEvents(store, person, siteKey, after, rowsAtOnce);
        return { body: { items, next: cursorOf(through === null ? null : String(through)) } };
      },
    });
    api.route({
      method: 'post',
      path: `/api/1/${kind}/{id}/erase`,
      role: 'owner',
      tag: kind,
      summary: 'takes a person out of the office; the running office goes through the journals afterwards',
      body: erasing,
      answer: erased,
      handle: ({ store, params, body, siteKey, origin }) => {
        const { force, preview, reason } = body as z.output<typeof erasing>;
        const options = { origin: origin('erase', reason ?? null), siteKey, kind, force, preview };
        return { body: erasePerson(store, params.id ?? '', options) };
      },
    });
  }
};
