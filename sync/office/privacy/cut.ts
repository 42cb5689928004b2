// What a record says of people, and the record without it. Pure. Places, times, amounts and reasons stay, so that visits, sums and
// occupancy can be made of what is left; names become others, credentials only their type, and free text goes.

import type { Json, JsonObject } from '../../../access/event.ts';

export type NameKind = 'customer' | 'visitor' | 'staff' | 'pass' | 'credential' | 'hash' | 'other';

/** What stands in the place of a name; null: it stays. */
export type Renamed = (kind: NameKind, name: string) => string | null;

/** Keys that hold a name themselves. */
const nameKeys: Readonly<Record<string, NameKind>> = {
  customer: 'customer',
  host: 'customer',
  visitor: 'visitor',
  pass: 'pass',
};

/** Keys whose text is a word of the rules or names a thing of the site: nobody's name, even where somebody is called the same. */
const wordKeys: ReadonlySet<string> = new Set(
  `account amount amounts area accessPoint businessDay code coverage currency day direction from input issuedAt expiresAt kind mode nextValid
  plans price proposed reader reason resource since source space taxRate timePass to type until visit`.split(/\s+/),
);

/** Of a record about somebody, keys whose text may say anything. */
const freeKeys: ReadonlySet<string> = new Set(['message', 'name', 'booking']);
/** Acts of the office say why in words; elsewhere a reason is a code. */
const wordyTypes: ReadonlySet<string> = new Set([
  'charge.confirmed',
  'charge.corrected',
  'charge.waived',
  'oversold.settled',
  'ticket.answered',
  'ticket.closed',
  'visit.reviewed',
]);

export interface Cut {
  readonly data: JsonObject;
  /** What was taken out, by the key. */
  readonly out: readonly string[];
}

/** Every name in it that says whom it is about, in the order in which they stand. */
export function* namesIn(value: Json | undefined): Generator<readonly [NameKind, string], void> {
  if (Array.isArray(value)) for (const item of value as readonly Json[]) yield* namesIn(item);
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const kind = Object.hasOwn(nameKeys, key) ? nameKeys[key] : undefined;
    if (kind !== undefined && typeof item === 'string') yield [kind, item];
    else if (key === 'holder' && isObject(item) && typeof item.id === 'string') yield [holderKind(item), item.id];
    else if (key === 'credential' && isObject(item)) {
      if (typeof item.id === 'string') yield ['credential', item.id];
      if (typeof item.hash === 'string') yield ['hash', item.hash];
    } else yield* namesIn(item);
  }
}

export interface CutOptions {
  /** It is about somebody who is renamed, whatever it names: the visit is theirs, say. */
  readonly about?: boolean;
  /** Keys that go as well. */
  readonly drop?: readonly string[];
}

/** null where it names nobody who is renamed. */
export function cut(type: string, data: JsonObject, renamed: Renamed, options: CutOptions = {}): Cut | null {
  let about = options.about === true;
  for (const [kind, name] of namesIn(data)) about ||= renamed(kind, name) !== null;
  if (!about) return null;
  const out = new Set<string>();
  const gone = new Set([...freeKeys, ...(options.drop ?? []), ...(wordyTypes.has(type) ? ['reason'] : [])]);
  return { data: without(data, { renamed, gone, out }), out: [...out].sort() };
}

/** Whether somebody may have written into it what they liked. */
export function hasFreeText(type: string, data: JsonObject): boolean {
  return (type === 'help.requested' || type.startsWith('ticket.')) && (data.message ?? data.reason) !== undefined;
}

interface Cutting {
  readonly renamed: Renamed;
  readonly gone: ReadonlySet<string>;
  readonly out: Set<string>;
}

function without(data: JsonObject, cutting: Cutting): JsonObject {
  const left: Record<string, Json> = {};
  for (const [key, item] of Object.entries(data)) {
    if (item === undefined) continue;
    if (cutting.gone.has(key)) cutting.out.add(key);
    else left[key] = itemWithout(key, item, cutting);
  }
  return left;
}

function itemWithout(key: string, item: Json, cutting: Cutting): Json {
  const { renamed, out } = cutting;
  const named = (kind: NameKind, name: string): string => {
    const other = renamed(kind, name);
    if (other !== null) out.add(key);
    return other ?? name;
  };
  if (typeof item === 'string') {
    if (wordKeys.has(key)) return item;
    return named(Object.hasOwn(nameKeys, key) ? (nameKeys[key] ?? 'other') : 'other', item);
  }
  if (Array.isArray(item)) return (item as readonly Json[]).map((one) => itemWithout(key, one, cutting));
  if (!isObject(item)) return item;
  if (key === 'holder' && typeof item.id === 'string') return { ...item, id: named(holderKind(item), item.id) };
  if (key === 'credential') {
    out.add(key);
    return typeof item.type === 'string' ? { type: item.type } : {};
  }
  return without(item, cutting);
}

function holderKind({ kind }: JsonObject): NameKind {
  return kind === 'visitor' || kind === 'staff' ? kind : 'customer';
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
