// What stands around every route: who asks, whether they may, how much they send, and what an error says. Nothing is answered without a
// token.

import { z } from '@hono/zod-openapi';
import { type Context, Hono } from 'hono';
import { keyPathText } from '../../../config/problem.ts';
import { judgeShape } from '../../../config/validate.ts';
import { RecordsView } from '../records/view.ts';
import { mayAs, type Token, tokenOf } from '../store/tokens.ts';
import { answerOnce } from './answers.ts';
import type { Answer, Api, Call, HttpParts, Route } from './api.ts';
import { openApi } from './document.ts';
import { FailedTokens } from './failed-tokens.ts';
import { groups } from './groups.ts';
import { HttpProblem, type Problem, problemFor, problemOf, waits } from './problem.ts';

type Env = { Variables: { request: string }; Bindings: Readonly<Record<string, unknown>> };
type AnyRoute = Route<z.ZodType, z.ZodType>;

const maxBodyBytes = 1024 * 1024;
/** While another process writes: how often it is tried again, and for how long. */
const busyRetryMs = 50;
const busyTries = 60;
const versionForm = /^(?:W\/)?"([\x21\x23-\x7e]{1,64})"$/;

/** @param addressOf who is at the other end */
export function frame(parts: HttpParts, addressOf: (context: Context) => string): Hono<Env> {
  const app = new Hono<Env>();
  const { clock, random, log } = parts;
  const failures = new FailedTokens();
  let document: object | null = null;
  const named = (): string => Buffer.from(random.bytes(12)).toString('hex');
  app.use('*', async (context, next) => {
    context.set('request', named());
    await next();
    context.header('Request-Id', context.get('request'));
    context.header('Cache-Control', 'no-store');
    context.header('X-Content-Type-Options', 'nosniff');
  });
  const tokenIn = (context: Context): Token => {
    const text = /^Bearer +(\S{1,200})$/i.exec(context.req.header('Authorization') ?? '')?.[1];
    const { wallMs, sinceBootMs } = clock.now();
    const token = text === undefined ? null : tokenOf(parts.store, text, wallMs);
    if (token !== null) return token;
    const waitS = failures.failed(addressOf(context), sinceBootMs);
    if (waitS > 0) {
      throw new HttpProblem(429, 'too-many-attempts', 'too many requests without a valid token', {
        retryAfterS: waitS,
      });
    }
    const words = text === undefined ? 'there is no token' : 'the token is unknown, expired or revoked';
    throw new HttpProblem(401, 'token', `${words}: send Authorization: Bearer TOKEN, made by cardea office tokens new`);
  };
  const api: Api = {
    component: () => {},
    route: (route) => {
      const any = route as unknown as AnyRoute;
      const path = any.path.replaceAll(/\{(\w+)\}/g, ':$1');
      app.on(any.method.toUpperCase(), path, async (context) => {
        const token = tokenIn(context);
        if (!mayAs(token.role, any.role)) {
          throw new HttpProblem(403, 'role', `${token.name} is ${token.role}: this needs ${any.role}`);
        }
        return reply(context, await handled(parts, any, context, token), any.media);
      });
    },
  };
  for (const group of groups) group(api);
  app.get('/api/1/openapi.json', (context) => {
    tokenIn(context);
    document ??= openApi();
    return context.json(document);
  });
  app.notFound((context) => {
    tokenIn(context);
    const words = `there is no ${context.req.method} ${context.req.path}: GET /api/1/openapi.json says what there is`;
    return problemReply(context, problemOf(404, 'no-route', words));
  });
  app.onError((error, context) => {
    const problem = problemFor(error);
    if (problem !== null) return problemReply(context, problem);
    log('error', `the request ${context.get('request')} failed: ${String(error)}`);
    return problemReply(
      context,
      problemOf(500, 'failed', `request ${context.get('request')}: the office's log says why`),
    );
  });
  return app;
}

async function handled(parts: HttpParts, route: AnyRoute, context: Context<Env>, token: Token): Promise<Answer> {
  const text = route.method === 'get' ? '' : await bodyOf(context);
  const expected = expectedBy(context);
  if (route.version === 'needed' && expected === undefined) {
    const words =
      'send If-Match with the ETag that you read, If-None-Match: * for a new one, or If-Match: * for whatever is there';
    throw new HttpProblem(428, 'version-needed', words);
  }
  const call = callOf(parts, route, context, { token, text, expected });
  if (route.method === 'get') return route.handle(call);
  const key = context.req.header('Idempotency-Key');
  if (key !== undefined && !/^[\x21-\x7e]{1,128}$/.test(key)) {
    throw new HttpProblem(400, 'idempotency-key', 'Idempotency-Key is 1 to 128 visible characters of ASCII');
  }
  const { pathname, search } = new URL(context.req.url);
  const asked = `${context.req.method} ${pathname}${search} ${String(expected)}\n${text}`;
  const work = parts.store.db.transaction((): Answer => {
    if (key === undefined) return route.handle(call);
    return answerOnce(parts.store, { token: token.id, key, text: asked, nowMs: call.nowMs }, () => route.handle(call));
  });
  for (let tries = 1; ; tries++) {
    try {
      return work.immediate();
    } catch (error) {
      if (!waits(error) || tries >= busyTries) throw error;
    }
    await new Promise<void>((resolve) => void parts.clock.after('office http', busyRetryMs, resolve));
  }
}

/** @throws HttpProblem 413 as soon as it is too long, whatever it says of its length. */
async function bodyOf(context: Context): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const takes = (count: number): void => {
    if (count <= maxBodyBytes) return;
    throw new HttpProblem(413, 'too-large', `the body is larger than ${maxBodyBytes} bytes: send it in parts`);
  };
  takes(Number(context.req.header('Content-Length') ?? 0));
  for await (const piece of context.req.raw.body ?? []) {
    bytes += piece.length;
    takes(bytes);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function callOf(
  { store, clock, random, siteKey }: HttpParts,
  route: AnyRoute,
  context: Context<Env>,
  { token, text, expected }: { token: Token; text: string; expected: string | null | undefined },
): Call<unknown, unknown> {
  const nowMs = clock.now().wallMs;
  const query = checked(route.query ?? z.strictObject({}), context.req.query(), 'the query');
  const takesBody = route.body !== undefined || route.bodyForm !== undefined;
  const json = takesBody ? jsonOf(context, text) : undefined;
  const request = context.get('request');
  return {
    store,
    view: new RecordsView(store),
    token,
    params: context.req.param() as Readonly<Record<string, string>>,
    query,
    body: route.body === undefined ? json : checked(route.body, json, 'the body'),
    expected,
    nowMs,
    clock,
    random,
    siteKey,
    origin: (action, reason = null) => ({ by: token.name, via: 'api', request, action, reason, nowMs }),
  };
}

function jsonOf(context: Context, text: string): unknown {
  const type = context.req.header('Content-Type') ?? '';
  if (text !== '' && !/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    throw new HttpProblem(415, 'not-json', 'send JSON, with Content-Type: application/json');
  }
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown);
  } catch (error) {
    throw new HttpProblem(
      400,
      'not-json',
      `the body is no JSON: ${error instanceof Error ? error.message : 'mend it'}`,
    );
  }
}

function checked(schema: z.ZodType, value: unknown, what: string): unknown {
  const { output, findings } = judgeShape(schema, value);
  if (findings.length === 0) return output;
  const errors = findings.map(({ path, found, allowed }) => ({
    kind: what,
    id: '',
    key: keyPathText(path),
    found,
    allowed,
  }));
  const words = errors.map(
    ({ key, found, allowed }) => `${key === '' ? what : key}: found ${found}; allowed: ${allowed}`,
  );
  throw new HttpProblem(422, 'invalid', words.join('; '), { errors });
}

function expectedBy(context: Context): string | null | undefined {
  const match = context.req.header('If-Match')?.trim();
  const none = context.req.header('If-None-Match')?.trim();
  if (none !== undefined && match !== undefined) {
    throw new HttpProblem(400, 'version', 'If-Match and If-None-Match: send one of them');
  }
  if (none !== undefined) {
    if (none === '*') return null;
    throw new HttpProblem(400, 'version', 'If-None-Match may only be *: there must be none yet');
  }
  if (match === undefined || match === '*') return match;
  const version = versionForm.exec(match)?.[1];
  if (version !== undefined) return version;
  throw new HttpProblem(400, 'version', 'If-Match is one ETag as it was sent, in its quotes, or *');
}

function reply(context: Context, { status, body, version }: Answer, media: string | undefined): Response {
  if (version !== undefined && version !== null) context.header('ETag', `"${version}"`);
  if (status === 204) return context.body(null, 204);
  if (media !== undefined) return context.body(String(body), status ?? 200, { 'Content-Type': media });
  return context.body(JSON.stringify(body ?? null), status ?? 200, { 'Content-Type': 'application/json' });
}

function problemReply(context: Context, { retryAfterS, ...problem }: Problem): Response {
  const headers: Record<string, string> = { 'Content-Type': 'application/problem+json' };
  if (retryAfterS !== undefined) headers['Retry-After'] = String(retryAfterS);
  // The rest of the body is not read.
  if (problem.status === 413) headers.Connection = 'close';
  if (problem.status === 401) headers['WWW-Authenticate'] = 'Bearer realm="cardea office"';
  return new Response(JSON.stringify({ ...problem, instance: `urn:cardea:request:${context.get('request')}` }), {
    status: problem.status,
    headers,
  });
}
