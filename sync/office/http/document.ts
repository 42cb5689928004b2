// The OpenAPI document of all routes: what GET /api/1/openapi.json answers, and docs/openapi.yaml is made of.

import type { OpenAPIHono } from '@hono/zod-openapi';
import { OpenAPIHono as Registry } from '@hono/zod-openapi';
import type { Api } from './api.ts';
import { type Described, describe, refusalComponents } from './describe.ts';
import { groups } from './groups.ts';

type Registered = Pick<OpenAPIHono, 'openAPIRegistry' | 'getOpenAPI31Document'>;

export function openApi(): object {
  const registry: Registered = new Registry();
  registry.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  for (const [code, response] of refusalComponents) {
    registry.openAPIRegistry.registerComponent('responses', code, response);
  }
  const api: Api = {
    component: (name, schema) => void registry.openAPIRegistry.registerComponent('schemas', name, schema),
    route: (route) => registry.openAPIRegistry.registerPath(describe(route as unknown as Described)),
  };
  for (const group of groups) group(api);
  return registry.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Cardea office',
      version: '1',
      description:
        'Records of a site, their changes and the audit log. Every request carries a token made by `cardea office tokens new`; every refusal is a problem (RFC 9457).',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
  });
}
