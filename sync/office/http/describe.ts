// What the OpenAPI document says of a route.

import { z } from '@hono/zod-openapi';
import type { Form, Route } from './api.ts';

const problem = {
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/problem' } } },
} as const;

const refusals: Readonly<Record<string, string>> = {
  401: 'no valid token',
  403: 'the role of the token is too low',
  404: 'not there',
  409: 'it does not fit the state that holds',
  412: 'changed in between, or there already',
  422: 'refused, with every place that is wrong',
  428: 'If-Match or If-None-Match is missing',
  429: 'too many requests without a valid token',
  503: 'busy: try again',
};

export const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  properties: {
    type: { type: 'string', description: 'urn:cardea:problem:CODE' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'what was attempted, and what to do' },
    instance: { type: 'string', description: 'the request, as the audit log and the Request-Id header name it' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: Object.fromEntries(
          ['kind', 'id', 'key', 'found', 'allowed'].map((key) => [key, { type: 'string' as const }]),
        ),
      },
    },
  },
} as const;

/** What routes refer to. */
export const refusalComponents = Object.entries(refusals).map(
  ([code, description]) => [code, { description, ...problem }] as const,
);

export type Described = Route<z.ZodType, z.ZodType>;

export function describe(
  route: Described,
): Parameters<import('@hono/zod-openapi').OpenAPIHono['openAPIRegistry']['registerPath']>[0] {
  const { method, path, summary, tag, role, query, body, bodyForm, answer, version } = route;
  const status = route.status ?? 200;
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, z.string()] as const);
  const form = body ?? bodyForm;
  const skipped = (code: string): boolean => {
    if (code === '428') return version !== 'needed';
    if (code === '412') return version === undefined;
    return method === 'get' && (code === '409' || code === '503');
  };
  const refused = Object.entries(refusals).filter(([code]) => !skipped(code));
  return {
    method,
    path,
    summary,
    tags: [tag],
    description: `Needs a token of role ${role}.`,
    security: [{ token: [] }],
    request: {
      ...(params.length === 0 ? {} : { params: z.object(Object.fromEntries(params)) }),
      ...(query === undefined ? {} : { query: query as z.ZodObject }),
      ...headersOf(route),
      ...(form === undefined
        ? {}
        : { body: { required: true, content: { 'application/json': { schema: schemaOf(form) } } } }),
    },
    responses: {
      [status]: {
        description: summary,
        ...(answer === undefined
          ? {}
          : { content: { [route.media ?? 'application/json']: { schema: schemaOf(answer) } } }),
      },
      ...Object.fromEntries(refused.map(([code]) => [code, { $ref: `#/components/responses/${code}` }])),
    },
  };
}

function headersOf({ method, version }: Described): object {
  const headers: Record<string, z.ZodType> = {};
  if (version !== undefined) {
    headers['If-Match'] = z.string().optional().describe('the ETag that was read; * for whatever is there');
    headers['If-None-Match'] = z.string().optional().describe('*: there must be none yet');
  }
  if (method === 'post') {
    headers['Idempotency-Key'] = z.string().optional().describe('the same request with the same key is done once');
  }
  return Object.keys(headers).length === 0 ? {} : { headers: z.object(headers) };
}

function schemaOf(form: Form): z.ZodType | { readonly $ref: string } {
  return 'component' in form ? { $ref: `#/components/schemas/${form.component}` } : form;
}
