// Ids across a file: each once in its list, and each reference to one that is there. Over the value as it was read, so
// that these faults come together with all others.

import { type Finding, fault } from './finding.ts';
import { quoted } from './found.ts';
import type { KeyPath } from './problem.ts';
import { listOf, recordOf, textOf, valueAt } from './raw.ts';

/** Ids that are there more than once in the list at `at`, each at its second and later place. */
export function duplicateIds(raw: unknown, at: KeyPath): Finding[] {
  const first = new Map<string, number>();
  const findings: Finding[] = [];
  listOf(valueAt(raw, at)).forEach((item, index) => {
    const id = textOf(recordOf(item).id);
    if (id === undefined) return;
    const before = first.get(id);
    if (before === undefined) first.set(id, index);
    else
      findings.push(
        fault([...at, index, 'id'], `${quoted(id)}, also the id of ${at.at(-1)}[${before}]`, 'each id once'),
      );
  });
  return findings;
}

/** The ids of the list at `at`; null where there is no list, so that nothing is said of references into it. */
export function idsOf(raw: unknown, at: KeyPath): ReadonlySet<string> | null {
  const list = valueAt(raw, at);
  if (!Array.isArray(list)) return null;
  return new Set(list.flatMap((item) => textOf(recordOf(item).id) ?? []));
}

const listedIds = 8;

/** What is allowed where an id must be one of these. */
export function oneOf(ids: ReadonlySet<string>, nothing: string): string {
  if (ids.size === 0) return nothing;
  const some = [...ids].slice(0, listedIds).join(', ');
  return ids.size > listedIds ? `${some} and ${ids.size - listedIds} more` : some;
}
