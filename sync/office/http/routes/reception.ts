// Visitors as whoever receives them sees them: who is expected, inside, gone or was refused; registered before they come, with a badge.
// What is decided of one (approved, held, rejected, moved, withdrawn) is an act on the record (actions.ts).

import { z } from '@hono/zod-openapi';
import { changeRecords } from '../../records/change.ts';
import { badgeOf, badgeSvg } from '../../visitors/badge.ts';
import { listVisitors, visitorStates } from '../../visitors/list.ts';
import { badgeBytes, registration } from '../../visitors/register.ts';
import type { RouteGroup } from '../api.ts';
import { changeAnswer, changed, instantOf } from './forms.ts';

const dayMs = 86_400_000;
const text = z.string();
const id = z.string().max(64);

const query = z.strictObject({
  since: text.max(100).optional().describe('expected or seen from then on (default: 7 days ago)'),
  until: text.max(100).optional().describe('and before then (default: no end)'),
  state: z.enum(visitorStates).optional().describe('only those who are so now'),
  space: id.optional().describe('only of this space'),
  host: id.optional().describe('only whose host this is'),
});

const line = z.object({
  visitor: text,
  name: text,
  state: z.enum(visitorStates),
  host: z.object({ id: text, name: text }).nullable(),
  space: text.nullable(),
  expected: text.nullable().describe('null: the visit was withdrawn'),
  until: text.nullable().describe('the end of the business day'),
  approval: text.nullable(),
  badge: text.nullable().describe('id of the credential'),
  stays: z.array(z.object({ arrived: text, departed: text.nullable(), auto: z.boolean() })),
  refusals: z.array(z.object({ at: text, reason: text.nullable() })),
});

const asked = z.strictObject({
  name: text.min(1).max(200),
  host: id.optional().describe('customer or member of the staff who is told'),
  space: id,
  expected: text.max(100).describe('when, ISO 8601 with offset; the visit may last until the end of that business day'),
  id: id.optional().describe('of the visitor (default: a new one)'),
  needsApproval: z.boolean().default(false).describe('the host or the staff has to approve of it first'),
  badge: z.boolean().default(false).describe('with a QR code of its own'),
});

const tag = 'reception';

export const receptionRoutes: RouteGroup = (api) => {
  api.route({
    method: 'get',
    path: '/api/1/reception/visitors',
    role: 'read-only',
    tag,
    summary: 'visitors: who is expected, inside, gone, was refused, or did not come',
    query,
    answer: z.object({ items: z.array(line) }),
    handle: ({ store, query: { since, until, ...rest }, nowMs }) => {
      const fromMs = since === undefined ? nowMs - 7 * dayMs : instantOf('since', since);
      const toMs = until === undefined ? Number.MAX_SAFE_INTEGER : instantOf('until', until);
      return { body: { items: listVisitors(store, { ...rest, fromMs, toMs }, nowMs) } };
    },
  });
  api.route({
    method: 'post',
    path: '/api/1/reception/visitors',
    role: 'staff',
    tag,
    summary: 'registers a visitor, where asked for with a badge',
    status: 201,
    body: asked,
    answer: changeAnswer,
    handle: ({ store, body: { badge, id: given, ...rest }, nowMs, random, origin }) => {
      const visitor = given ?? Buffer.from(random.bytes(10)).toString('hex');
      const code = badge ? random.bytes(badgeBytes) : null;
      const wanted = { ...rest, id: visitor, badge: code, nowMs };
      const result = changeRecords(store, (view) => registration(view, wanted), { origin: origin('visitor') });
      return { ...changed(result), status: 201 };
    },
  });
  api.route({
    method: 'get',
    path: '/api/1/reception/visitors/{id}/badge',
    role: 'staff',
    tag,
    summary: 'the badge as a page to print',
    media: 'image/svg+xml',
    answer: z.string(),
    handle: ({ view, params }) => ({ body: badgeSvg(badgeOf(view, params.id ?? '')) }),
  });
};
