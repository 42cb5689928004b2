// Records of every kind: list, read, add, replace, change some keys, remove.

import { z } from '@hono/zod-openapi';
import { jsonSchema } from '../../../../config/json-schema.ts';
import { isRecord, valueAt } from '../../../../config/raw.ts';
import { changeRecords } from '../../records/change.ts';
import { RecordsError } from '../../records/error.ts';
import { isPlacedKind, isTextKind, namedIn, type RecordKind, recordKinds } from '../../records/kinds.ts';
import { listRecords } from '../../records/list.ts';
import { merged } from '../../records/merged.ts';
import { missing } from '../../records/view.ts';
import type { Written } from '../../records/written.ts';
import { mayAs, type Role } from '../../store/tokens.ts';
import type { Api, Call, RouteGroup } from '../api.ts';
import { problemSchema } from '../describe.ts';
import { changeAnswer, changed, cursorOf, limitOf, pageQuery, readCursor } from './forms.ts';

/** What describes the site itself; its people are the staff's to change. */
const ownersKinds: readonly RecordKind[] = [
  'spaces',
  'plans',
  'timePasses',
  'staff',
  'resources',
  'accessRules',
  'unlockSchedules',
  'badgeKeys',
];

/** Who may change records of a kind. */
export function roleFor(kind: RecordKind): Role {
  return ownersKinds.includes(kind) ? 'owner' : 'staff';
}

const listQuery = z.strictObject({
  ...pageQuery,
  search: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('words in the name, the id or the names of what it belongs to'),
  customer: z.string().max(64).optional().describe('only of this customer'),
  team: z.string().max(64).optional().describe('only of this team'),
  membership: z.enum(['member', 'contact']).optional().describe('customers by their contracts now'),
});

/** Secrets are for those who may change them. */
export function shown({ token }: Pick<Call<unknown, unknown>, 'token'>, kind: string, record: Written): Written {
  if (kind !== 'credentials' || typeof record === 'string' || mayAs(token.role, 'staff')) return record;
  const { value: _value, ...rest } = record;
  return rest;
}

export const recordRoutes: RouteGroup = (api) => {
  api.component('problem', problemSchema);
  for (const kind of recordKinds) {
    api.component(kind, valueAt(jsonSchema('replica'), ['properties', kind, 'items']) as object);
    reading(api, kind);
    changing(api, kind);
  }
};

function itemOf(kind: RecordKind) {
  const record = z.any().openapi({ type: 'object', description: `a record of ${kind}, as in a replica document` });
  return z.object({ id: z.string(), version: z.string(), record });
}

function reading(api: Api, kind: RecordKind): void {
  const item = itemOf(kind);
  api.route({
    method: 'get',
    path: `/api/1/${kind}`,
    role: 'read-only',
    tag: kind,
    summary: `lists ${kind}, in order of their ids`,
    query: listQuery,
    answer: z.object({ items: z.array(item), next: z.string().nullable().describe('cursor of the next page') }),
    handle: (call) => {
      const { limit: _limit, cursor, ...filter } = call.query;
      if (filter.membership !== undefined && kind !== 'customers') {
        throw new RecordsError('invalid', 'membership: found on another kind; allowed: on customers');
      }
      const after = readCursor(cursor);
      const page = listRecords(call.view, kind, { ...filter, after, limit: limitOf(call.query), nowMs: call.nowMs });
      const items = page.items.map((one) => ({ ...one, record: shown(call, kind, one.record) }));
      return { body: { items, next: cursorOf(page.next) } };
    },
  });
  api.route({
    method: 'get',
    path: `/api/1/${kind}/{id}`,
    role: 'read-only',
    tag: kind,
    summary: `reads one of ${kind}`,
    answer: item,
    handle: (call) => {
      const { id = '' } = call.params;
      const body = call.view.body(kind, id);
      const record = call.view.find(kind, id);
      if (body === undefined || record === undefined) throw missing(kind, id);
      const version = call.view.versionOf(body);
      return { body: { id, version, record: shown(call, kind, record) }, version };
    },
  });
}

function changing(api: Api, kind: RecordKind): void {
  const common = { role: roleFor(kind), tag: kind, answer: changeAnswer } as const;
  api.route({
    ...common,
    method: 'post',
    path: `/api/1/${kind}`,
    summary: `adds one to ${kind}; without an id it gets one`,
    bodyForm: { component: kind },
    status: 201,
    handle: (call) => {
      const record = withId(call, kind);
      const expected = isPlacedKind(kind) ? {} : { expected: null };
      const result = changeRecords(call.store, [{ does: 'put', kind, record, ...expected }], {
        origin: call.origin('put'),
      });
      return { ...changed(result), status: 201 };
    },
  });
  api.route({
    ...common,
    method: 'put',
    path: `/api/1/${kind}/{id}`,
    summary: `replaces one of ${kind}, or adds it under this id`,
    bodyForm: { component: kind },
    version: 'needed',
    handle: (call) => put(call, kind, call.body),
  });
  api.route({
    ...common,
    method: 'delete',
    path: `/api/1/${kind}/{id}`,
    summary: `removes one of ${kind}; refused while others need it`,
    version: 'needed',
    handle: (call) => {
      const { id = '' } = call.params;
      const operation = { does: 'remove', kind, id, ...expectedIn(call) } as const;
      return changed(changeRecords(call.store, [operation], { origin: call.origin('remove') }));
    },
  });
  if (isTextKind(kind)) return;
  api.route({
    ...common,
    method: 'patch',
    path: `/api/1/${kind}/{id}`,
    summary: `changes some keys of one of ${kind} (RFC 7396: what is null goes back to its default)`,
    bodyForm: { component: kind },
    version: 'taken',
    handle: (call) => {
      if (!isRecord(call.body)) throw new RecordsError('invalid', 'the body: allowed: a mapping of the keys to change');
      const before = call.view.get(kind, call.params.id ?? '');
      return put(call, kind, merged(before, call.body));
    },
  });
}

function put(call: Call<unknown, unknown>, kind: RecordKind, record: unknown) {
  const { id = '' } = call.params;
  const operation = { does: 'put', kind, id, record, ...expectedIn(call) } as const;
  return changed(changeRecords(call.store, [operation], { origin: call.origin('put') }));
}

/** `*` is whatever is there. */
function expectedIn({ expected }: Call<unknown, unknown>): { expected?: string | null } {
  return expected === undefined || expected === '*' ? {} : { expected };
}

function withId(call: Call<unknown, unknown>, kind: RecordKind): unknown {
  const { body, random } = call;
  if (isTextKind(kind) || isPlacedKind(kind) || !isRecord(body) || namedIn(kind, body) !== undefined) return body;
  return { ...body, id: Buffer.from(random.bytes(10)).toString('hex') };
}
