// Tickets of the help desk: who needs help at a door, and why; answered, where staff choose by opening the door, and closed.

import { z } from '@hono/zod-openapi';
import { type By, type Desk, deskOf } from '../../acts/act.ts';
import { answerTicket, closeTicket } from '../../tickets/act.ts';
import { listTickets, readTicket } from '../../tickets/read.ts';
import type { Call, RouteGroup } from '../api.ts';
import { cursorOf, limitOf, pageQuery, readCursor } from './forms.ts';

const text = z.string();
const words = text.min(1).max(500).optional().describe('what was said or done');
const said = { at: text, by: text, message: text.nullable() };
const form = z
  .object({
    ticket: text,
    state: z.enum(['open', 'answered', 'closed']),
    cause: z.enum(['help', 'refusals']).describe('a call at a door, or the third refusal within ten minutes'),
    opened: text,
    at: text.describe('when it was called for help, or of the third refusal'),
    holder: z.object({ kind: text, id: text, name: text }).nullable().describe('null: nobody is known'),
    controller: text,
    accessPoint: text.nullable(),
    reader: text.nullable(),
    message: text.nullable(),
    calledBy: text.nullable(),
    refusals: z.array(
      z.object({
        at: text,
        reason: text,
        words: text.describe('the reason, for people'),
        controller: text,
        accessPoint: text.nullable(),
        nextValid: text.nullable().describe('when a pass is next valid and the space open'),
      }),
    ),
    answers: z.array(
      z.object({
        ...said,
        command: z
          .object({
            id: text,
            outcome: z.enum(['waiting', 'done', 'refused', 'expired', 'unanswered', 'unsent', 'forgotten']),
            reason: text.nullable(),
          })
          .nullable()
          .describe('of the door that was to open: look again to see what became of it'),
      }),
    ),
    closed: z.object(said).nullable(),
  })
  .openapi('ticket');

const query = z.strictObject({
  ...pageQuery,
  state: z.enum(['open', 'answered', 'closed', 'all']).optional().describe('default: those that are not closed'),
});

const tag = 'tickets';

function deskFor({ store, clock, random }: Call<unknown, unknown>): Desk {
  return deskOf(store, clock, random);
}

function byOf({ token }: Call<unknown, unknown>, message: string | undefined): By {
  return { by: token.name, ...(message === undefined ? {} : { reason: message }) };
}

export const ticketRoutes: RouteGroup = (api) => {
  api.route({
    method: 'get',
    path: '/api/1/tickets',
    role: 'read-only',
    tag,
    summary: 'tickets, the latest first',
    query,
    answer: z.object({ items: z.array(form), next: text.nullable().describe('cursor of the next page') }),
    handle: ({ store, query: { state, cursor, ...page } }) => {
      const limit = limitOf(page);
      const items = listTickets(store, { state, limit, after: readCursor(cursor) });
      return { body: { items, next: cursorOf(items.length < limit ? null : (items.at(-1)?.ticket ?? null)) } };
    },
  });
  api.route({
    method: 'get',
    path: '/api/1/tickets/{id}',
    role: 'read-only',
    tag,
    summary: 'reads a ticket, and what became of the door that was to open',
    answer: form,
    handle: ({ store, params }) => ({ body: readTicket(store, params.id ?? '') }),
  });
  api.route({
    method: 'post',
    path: '/api/1/tickets/{id}/answer',
    role: 'staff',
    tag,
    summary: 'answers a ticket; may release the door once',
    body: z.strictObject({ message: words, openDoor: z.boolean().default(false).describe('releases the door once') }),
    answer: form,
    handle: (call) => {
      const { message, openDoor } = call.body;
      return { body: answerTicket(deskFor(call), call.params.id ?? '', { ...byOf(call, message), openDoor }) };
    },
  });
  api.route({
    method: 'post',
    path: '/api/1/tickets/{id}/close',
    role: 'staff',
    tag,
    summary: 'closes a ticket',
    body: z.strictObject({ message: words }),
    answer: form,
    handle: (call) => ({ body: closeTicket(deskFor(call), call.params.id ?? '', byOf(call, call.body.message)) }),
  });
};
