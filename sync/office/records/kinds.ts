// The kinds of records that an operator changes, and the name that each record goes by: its id, for a text the text itself, and for a
// rule or a schedule its access point and its place among those of it, as `front-door:0`. In the store the place is padded.

import type { ReplicaKind } from '../../../access/model.ts';
import { textOf } from '../../../config/raw.ts';

export const recordKinds = [
  'spaces',
  'plans',
  'timePasses',
  'teams',
  'staff',
  'resources',
  'accessRules',
  'unlockSchedules',
  'badgeKeys',
  'revokedBadges',
  'customers',
  'contracts',
  'passes',
  'credentials',
  'bookings',
  'visitors',
] as const satisfies readonly ReplicaKind[];

export type RecordKind = (typeof recordKinds)[number];

export function isRecordKind(kind: string): kind is RecordKind {
  return recordKinds.some((known) => known === kind);
}

/** Kinds whose records are texts. */
export function isTextKind(kind: RecordKind): boolean {
  return kind === 'badgeKeys' || kind === 'revokedBadges';
}

/** Kinds whose records have a place at an access point in the place of an id. */
export function isPlacedKind(kind: RecordKind): boolean {
  return kind === 'accessRules' || kind === 'unlockSchedules';
}

/** The key in the store. */
export function keyOf(kind: RecordKind, id: string): string {
  const placed = isPlacedKind(kind) ? /^(.*):(\d{1,6})$/.exec(id) : null;
  return placed === null ? id : `${placed[1]}/${String(placed[2]).padStart(6, '0')}`;
}

/** The name of what the store keeps under a key. */
export function idOf(kind: string, key: string): string {
  const placed = kind === 'accessRules' || kind === 'unlockSchedules' ? /^(.*)\/(\d{6})$/.exec(key) : null;
  return placed === null ? key : `${placed[1]}:${Number(placed[2])}`;
}

/** What a record says of its own name; undefined where it says nothing. */
export function namedIn(kind: RecordKind, record: unknown): string | undefined {
  if (isTextKind(kind)) return textOf(record);
  const named = record as { readonly id?: unknown; readonly accessPoint?: unknown } | null;
  return textOf(isPlacedKind(kind) ? named?.accessPoint : named?.id);
}
