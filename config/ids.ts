// Ids across a file: each once in its list, and each reference to one that is there. Over the value as it was read, so
// that these faults come together with all others.

import { type Finding, fault, inList } from './finding.ts';
import { quoted } from './found.ts';
import type { KeyPath } from './problem.ts';
import { recordOf, textOf, valueAt } from './raw.ts';

/** Ids that are there more than once in the list at `at`, each at its second and later place. */
export function duplicateIds(raw: unknown, at: KeyPath): Finding[] {
  const first = new Map<string, number>();
  return inList(valueAt(raw, at), (item, index) => {
    const id = textOf(recordOf(item).id);
    const before = id === undefined ? undefined : first.get(id);
    if (id !== undefined && before === undefined) first.set(id, index);
    if (id === undefined || before === undefined) return undefined;
    return fault([...at, index, 'id'], `${quoted(id)}, also the id of ${at.at(-1)}[${before}]`, 'each id once');
  });
}

/** The ids of the list at `at`; null where there is no list, so that nothing is said of references into it. */
export function idsOf(raw: unknown, at: KeyPath): ReadonlySet<string> | null {
  const list = valueAt(raw, at);
  if (!Array.isArray(list)) return null;
  const ids = new Set<string>();
  for (const item of list) {
    const id = textOf(recordOf(item).id);
    if (id !== undefined) ids.add(id);
  }
  return ids;
}

const listedIds = 8;

/** What is allowed where an id must be one of these. */
export function oneOf(ids: ReadonlySet<string>, nothing: string): string {
  if (ids.size === 0) return nothing;
  const some = [...ids].slice(0, listedIds).join(', ');
  return ids.size > listedIds ? `${some} and ${ids.size - listedIds} more` : some;
}
