// What an operator does to one record: POST to the record, under the name of what is done (records/actions.ts).

import { z } from '@hono/zod-openapi';
import { type Action, actions, type Field, reasonIn } from '../../records/actions.ts';
import { changeRecords } from '../../records/change.ts';
import type { RouteGroup } from '../api.ts';
import { changeAnswer, changed } from './forms.ts';

export const actionRoutes: RouteGroup = (api) => {
  for (const action of actions) {
    api.route({
      method: 'post',
      path: `/api/1/${action.kind}/{id}/${action.name}`,
      role: action.role,
      tag: action.kind,
      summary: action.summary,
      body: bodyOf(action),
      answer: changeAnswer,
      handle: ({ store, params, body, nowMs, random, origin }) => {
        const newId = Buffer.from(random.bytes(10)).toString('hex');
        const { preview, ...given } = body as { readonly preview: boolean };
        const asked = { id: params.id ?? '', given, nowMs, newId };
        const options = { origin: origin(action.name, reasonIn(given)), preview };
        return changed(
          changeRecords(store, (view) => action.plan(view, asked), options),
          preview,
        );
      },
    });
  }
};

function bodyOf({ fields }: Action): z.ZodType {
  const shape = Object.entries(fields).map(([name, field]) => [name, formOf(field)] as const);
  const preview = z.boolean().default(false).describe('only says what would change');
  return z.strictObject({ ...Object.fromEntries(shape), preview });
}

function formOf({ type, needed, words }: Field): z.ZodType {
  const form =
    type === 'text' ? z.string().min(1).max(500) : type === 'whole' ? z.int().min(-1e9).max(1e9) : z.boolean();
  return (needed ? form : form.optional()).describe(words);
}
