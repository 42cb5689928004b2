// A person by the current document: a customer or a visitor, the records that are theirs, and all the names that they go by.

import { canonicalJson } from '../../../access/canonical.ts';
import { credentialHash } from '../../../access/credential-hash.ts';
import type { Json } from '../../../access/event.ts';
import type { ReplicaKind } from '../../../access/model.ts';
import type { WrittenCredential } from '../../../config/types.ts';
import { RecordsError } from '../records/error.ts';
import type { OfficeStore } from '../store/open.ts';
import type { NameKind } from './cut.ts';

export type PersonKind = 'customers' | 'visitors';

export interface PersonRecord {
  readonly kind: ReplicaKind;
  readonly key: string;
  readonly body: { readonly [key: string]: Json | undefined };
}

export interface Person {
  readonly kind: PersonKind;
  readonly id: string;
  /** null where the document does not have them any more. */
  readonly name: string | null;
  /** Records that are theirs: themselves first. */
  readonly own: readonly PersonRecord[];
  /** Records of others that name them. */
  readonly naming: readonly PersonRecord[];
}

const ownOf: Readonly<Record<PersonKind, readonly (readonly [ReplicaKind, string])[]>> = {
  customers: [
    ['contracts', '$.customer'],
    ['passes', '$.customer'],
    ['credentials', '$.customer'],
    ['bookings', '$.customer'],
    ['planUsage', '$.customer'],
  ],
  visitors: [],
};

/** @throws RecordsError `not-found` where the office knows nobody of that name */
export function personOf(store: OfficeStore, id: string, asked?: PersonKind): Person {
  const kind = asked ?? (has(store, 'customers', id) || !has(store, 'visitors', id) ? 'customers' : 'visitors');
  const themselves = select(store, kind, 'id = ?', id);
  const name = themselves[0]?.body.name;
  const own = [...themselves, ...ownOf[kind].flatMap(([of, path]) => referring(store, of, path, id))];
  const badge = kind === 'visitors' ? themselves[0]?.body.credential : undefined;
  if (typeof badge === 'string') own.push(...select(store, 'credentials', 'id = ?', badge));
  if (own.length === 0 && !isKnown(store, kind, id)) {
    throw new RecordsError('not-found', `the office knows no customer and no visitor ${id}`);
  }
  return {
    kind,
    id,
    name: typeof name === 'string' ? name : null,
    own,
    naming: kind === 'customers' ? naming(store, id) : [],
  };
}

function naming(store: OfficeStore, id: string): PersonRecord[] {
  const rules = `EXISTS (SELECT 1 FROM json_each(body, '$.allow.customers') WHERE value = ?)`;
  return [
    ...referring(store, 'visitors', '$.host', id),
    ...select(store, 'passes', "json_extract(body, '$.usedBy') = ?", id).filter(({ body }) => body.customer !== id),
    ...select(store, 'accessRules', rules, id),
  ];
}

function referring(store: OfficeStore, kind: ReplicaKind, path: string, id: string): PersonRecord[] {
  // The words of the index that serves customers and teams (migrations.ts).
  const both = kind === 'contracts' || kind === 'passes' ? "kind IN ('contracts', 'passes') AND " : '';
  return select(store, kind, `${both}json_extract(body, '${path}') = ?`, id);
}

function select({ db }: OfficeStore, kind: ReplicaKind, where: string, id: string): PersonRecord[] {
  return db
    .prepare<[string], { id: string; body: string }>(
      `SELECT id, body FROM records WHERE kind = '${kind}' AND ${where} ORDER BY id`,
    )
    .all(id)
    .map(({ id: key, body }) => ({ kind, key, body: JSON.parse(body) as PersonRecord['body'] }));
}

function has(store: OfficeStore, kind: ReplicaKind, id: string): boolean {
  return select(store, kind, 'id = ?', id).length > 0;
}

/** By what they did, or what was changed. */
function isKnown({ db }: OfficeStore, kind: PersonKind, id: string): boolean {
  const visits = 'SELECT 1 FROM visits WHERE customer = @id';
  const audit = `SELECT 1 FROM audit WHERE kind = '${kind}' AND id = @id`;
  const ids = `SELECT 1 FROM audit_ids WHERE kind = '${kind}' AND id = @id`;
  const told = [...(kind === 'customers' ? [visits] : []), audit, ids].join(' UNION ALL ');
  return db.prepare<[{ id: string }], number>(`${told} LIMIT 1`).get({ id }) !== undefined;
}

/** What records may call them by: themselves, their passes, their credentials and the hashes that doors know those by. */
export function namesOf({ kind, id, own }: Person, siteKey: Uint8Array): (readonly [NameKind, string])[] {
  const names: (readonly [NameKind, string])[] = [[kind === 'customers' ? 'customer' : 'visitor', id]];
  for (const { kind: of, key, body } of own) {
    if (of === 'passes') names.push(['pass', key]);
    if (of !== 'credentials') continue;
    const { type, value } = body as unknown as WrittenCredential;
    names.push(['credential', key], ['hash', credentialHash(siteKey, type, value)]);
  }
  return names;
}

/** Texts by which what is kept of them elsewhere is found: as they stand in JSON. */
export function textsOf({ id, name, own }: Person): string[] {
  const texts = new Set([id, ...(name === null ? [] : [name])]);
  for (const { kind, key, body } of own) {
    if (kind !== 'planUsage') texts.add(key);
    if (kind === 'credentials' && typeof body.value === 'string') texts.add(body.value);
  }
  return [...texts].map((text) => canonicalJson(text));
}
