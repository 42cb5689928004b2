// The frame of the HTTP interface: a group of routes is a file under routes/ that exports a `RouteGroup`, and one line in groups.ts.
// Such a file says of each route what the OpenAPI document says of it, and answers a `Call`, synchronously and with bounded work: the
// office takes no events meanwhile. Before it is asked, the frame has checked the token and its role, the size of the body, and the
// query and body against their schemas; whatever it throws becomes a problem (problem.ts). A route with a method other than GET runs in
// one transaction with the answer that is kept for its Idempotency-Key, and again where another process was writing.
//
//   export const greetings: RouteGroup = (api) =>
//     api.route({
//       method: 'get', path: '/api/1/greetings/{name}', role: 'read-only', tag: 'Greetings', summary: 'says hello',
//       query: z.object({ loud: z.enum(['true', 'false']).optional() }), answer: z.object({ text: z.string() }),
//       handle: ({ params, query }) => ({ body: { text: `Hello ${params.name}` } }),
//     });

import type { z } from '@hono/zod-openapi';
import type { Clock, Random } from '../../../access/clock.ts';
import type { OfficeLog } from '../log.ts';
import type { Origin } from '../records/audit.ts';
import type { RecordsView } from '../records/view.ts';
import type { OfficeStore } from '../store/open.ts';
import type { Role, Token } from '../store/tokens.ts';

export interface Call<Query, Body> {
  readonly store: OfficeStore;
  readonly view: RecordsView;
  readonly token: Token;
  /** The parts of the path in braces, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** What the request says of the version it means; undefined: nothing. null: there must be none. `*`: any. */
  readonly expected: string | null | undefined;
  readonly nowMs: number;
  readonly clock: Clock;
  readonly random: Random;
  /** 32 bytes; doors know credentials by hashes under it. */
  readonly siteKey: Uint8Array;
  /** For the audit log: the token's name and the request's id. */
  origin(action: string, reason?: string | null): Origin;
}

export interface Answer {
  /** Default 200. */
  readonly status?: 200 | 201 | 204;
  /** JSON; left out of a 204. Of a route with a `media`: the text. */
  readonly body?: unknown;
  /** Of a record; becomes the ETag. */
  readonly version?: string | null;
}

/** A schema, or the name of one of the document's components. */
export type Form = z.ZodType | { readonly component: string };

export interface Route<Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With its parameters in braces. */
  readonly path: `/api/1/${string}`;
  /** The least that the token must be. */
  readonly role: Role;
  readonly tag: string;
  readonly summary: string;
  readonly query?: Query;
  /** Checked before the call. */
  readonly body?: Body;
  /** Described only: the call gets the JSON as it came. */
  readonly bodyForm?: Form;
  /** Of the body of a success. */
  readonly answer?: Form;
  readonly status?: 200 | 201 | 204;
  /** Of what is answered, where it is no JSON. */
  readonly media?: string;
  /** It means a version of a record: If-Match or If-None-Match must be there, or may. */
  readonly version?: 'needed' | 'taken';
  handle(call: Call<z.output<Query>, z.output<Body>>): Answer;
}

export interface Api {
  route<Query extends z.ZodType = z.ZodType<unknown>, Body extends z.ZodType = z.ZodType<unknown>>(
    route: Route<Query, Body>,
  ): void;
  /** A schema for the document that routes name. */
  component(name: string, schema: object): void;
}

export type RouteGroup = (api: Api) => void;

export interface HttpParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: OfficeLog;
  /** 32 bytes. */
  readonly siteKey: Uint8Array;
  /** A handle of its own, that waits for nobody; closed by whoever opened it. */
  readonly store: OfficeStore;
}
