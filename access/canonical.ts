// The one canonical form of JSON (RFC 8785) that hashes are taken over, and the hashes of the journal's chain.
// Two programs that agree on the values agree on the bytes, whatever order their keys came in.

import { hash } from 'node:crypto';
import type { Json } from './event.ts';

/**
 * Serialises by RFC 8785: keys sorted by UTF-16 code units, ECMAScript numbers, no white space. Keys whose value is
 * undefined are left out.
 * @throws TypeError for NaN and the infinities, which JSON cannot say.
 */
export function canonicalJson(value: Json): string {
  return isInOrder(value) ? JSON.stringify(value) : ordered(value);
}

/** Whether JSON.stringify gives the canonical form as it is: all keys stand in their order, all numbers can be said. */
function isInOrder(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'number' || Number.isFinite(value);
  if (Array.isArray(value)) {
    for (const item of value) if (item === undefined || !isInOrder(item)) return false;
    return true;
  }
  const object = value as { readonly [key: string]: Json | undefined };
  let before: string | null = null;
  for (const key of Object.keys(object)) {
    if ((before !== null && key < before) || !isInOrder(object[key])) return false;
    before = key;
  }
  return true;
}

function ordered(value: Json): string {
  if (value === null || typeof value !== 'object') {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item: Json) => ordered(item)).join(',')}]`;
  const object = value as { readonly [key: string]: Json | undefined };
  let text = '';
  for (const key of Object.keys(object).sort()) {
    const item = object[key];
    if (item === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${ordered(item)}`;
  }
  return `{${text}}`;
}

/** Hash of a record of the journal: lower-case hex SHA-256 of the UTF-8 bytes of its canonical form. */
export function eventHash(canonicalText: string): string {
  return hash('sha256', canonicalText, 'hex');
}

/** What stands in `prev` of the first record of an epoch: it ties the chain to its journal. */
export function genesisHash(journal: { site: string; controller: string; epoch: string }): string {
  const { controller, epoch, site } = journal;
  return eventHash(canonicalJson({ controller, epoch, format: 'cardea-journal/1', site }));
}
