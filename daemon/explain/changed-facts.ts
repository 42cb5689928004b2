// The facts with one thing changed, for asking the rules again. Nothing is written anywhere.

import type { Site } from '../../access/catalogue.ts';
import type { Facts } from '../../access/facts.ts';
import { factsWith } from '../../access/facts-with.ts';

export function withSite(facts: Facts, change: Partial<Site>): Facts {
  return { ...factsWith(facts, {}), site: { ...facts.site, ...change } };
}

/** A map with one entry set anew. */
export function withEntry<Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
  value: Value,
): ReadonlyMap<string, Value> {
  return new Map([...map, [key, value]]);
}
