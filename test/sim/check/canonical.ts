// RFC 8785 and the hash over it, written from the RFC: what a record's hash is, whoever computed it.

import { createHash } from 'node:crypto';

/** Of a value that JSON.parse gave. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const record = value as Readonly<Record<string, unknown>>;
  // Array.prototype.sort compares UTF-16 code units, as the RFC asks.
  const members = Object.keys(record)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(record[key])}`);
  return `{${members.join(',')}}`;
}

export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}
