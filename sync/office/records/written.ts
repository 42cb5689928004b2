// Records as people write them (interfaces.md section 3), made of what the store keeps: instants as ISO 8601. Reading one again gives
// what was kept.

import type { ReplicaKind } from '../../../access/model.ts';

const instants: { readonly [K in ReplicaKind]?: readonly string[] } = {
  passes: ['validFrom', 'expires', 'createdAt'],
  credentials: ['validFrom', 'expires'],
  bookings: ['from', 'to'],
  visitors: ['expected'],
};

/** A record as JSON: a mapping, or a text. */
export type Written = { readonly [key: string]: unknown } | string;

/** @param body as it is kept. */
export function writtenOf(kind: ReplicaKind, body: string): Written {
  const record = JSON.parse(body) as Written;
  const keys = instants[kind];
  if (typeof record === 'string' || keys === undefined) return record;
  const named = keys.map((key) => [key, written(record[key])] as const);
  return { ...record, ...Object.fromEntries(named) };
}

function written(ms: unknown): unknown {
  return typeof ms === 'number' ? new Date(ms).toISOString() : ms;
}
