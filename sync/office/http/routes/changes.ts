// A change of several records at once, whole or not at all; and what it would do.

import { z } from '@hono/zod-openapi';
import { changeRecords, maxOperations, type Operation } from '../../records/change.ts';
import { recordKinds } from '../../records/kinds.ts';
import { mayAs } from '../../store/tokens.ts';
import type { RouteGroup } from '../api.ts';
import { HttpProblem } from '../problem.ts';
import { changeAnswer, changed } from './forms.ts';
import { roleFor } from './records.ts';

const kind = z.enum(recordKinds);
const expected = z
  .string()
  .max(64)
  .nullable()
  .optional()
  .describe('the version it must have; null: it must not be there');
const operation = z.discriminatedUnion('does', [
  z.strictObject({ does: z.literal('put'), kind, id: z.string().max(1000).optional(), record: z.any(), expected }),
  z.strictObject({ does: z.literal('remove'), kind, id: z.string().max(1000), expected }),
]);

const change = z.strictObject({
  operations: z.array(operation).min(1).max(maxOperations),
  preview: z.boolean().default(false).describe('only says what would change'),
  reason: z.string().min(1).max(500).optional().describe('for the audit log'),
});

export const changeRoutes: RouteGroup = (api) => {
  api.route({
    method: 'post',
    path: '/api/1/changes',
    role: 'staff',
    tag: 'changes',
    summary: 'puts and removes several records, whole or not at all',
    body: change,
    answer: changeAnswer,
    handle: ({ body, token, store, origin }) => {
      for (const { kind: of } of body.operations) {
        if (!mayAs(token.role, roleFor(of))) {
          throw new HttpProblem(403, 'role', `${token.name} is ${token.role}: ${of} need ${roleFor(of)}`);
        }
      }
      const { preview, reason } = body;
      const operations = body.operations as readonly Operation[];
      return changed(changeRecords(store, operations, { origin: origin('change', reason), preview }), preview);
    },
  });
};
