// Some keys of a record changed (RFC 7396): what is null goes back to its default, lists are replaced whole.

import { isRecord } from '../../../config/raw.ts';

export function merged(before: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const keys = new Map<string, unknown>(Object.entries(isRecord(before) ? before : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) keys.delete(key);
    else keys.set(key, merged(keys.get(key), value));
  }
  return Object.fromEntries(keys);
}
