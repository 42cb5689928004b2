// What names what in a replica document. A pass of a product that nobody knows would silently never open a door, so it
// is refused at import; a space that is not listed is a legal reference (rules.md section 1, 3).

import { caution, type Finding, fault } from '../finding.ts';
import { quoted } from '../found.ts';
import { idsOf } from '../ids.ts';
import type { KeyPath } from '../problem.ts';
import { isRecord, listOf, recordOf, textOf } from '../raw.ts';

interface Reference {
  readonly kind: string;
  /** The way to the id inside a record; `*` for every position of a list. */
  readonly at: readonly string[];
  readonly to: readonly string[];
  /** A reference into nothing that harms nobody: a right or a price that no one has. */
  readonly harmless?: true;
}

const references: readonly Reference[] = [
  { kind: 'contracts', at: ['plan'], to: ['plans'] },
  { kind: 'contracts', at: ['customer'], to: ['customers'] },
  { kind: 'contracts', at: ['team'], to: ['teams'] },
  { kind: 'passes', at: ['timePass'], to: ['timePasses'] },
  { kind: 'passes', at: ['customer'], to: ['customers'] },
  { kind: 'passes', at: ['team'], to: ['teams'] },
  // Somebody who used it and is gone: it stays used.
  { kind: 'passes', at: ['usedBy'], to: ['customers'], harmless: true },
  { kind: 'credentials', at: ['customer'], to: ['customers'] },
  { kind: 'staff', at: ['credentials', '*'], to: ['credentials'] },
  { kind: 'bookings', at: ['resource'], to: ['resources'] },
  { kind: 'bookings', at: ['customer'], to: ['customers'] },
  { kind: 'visitors', at: ['space'], to: ['spaces'], harmless: true },
  { kind: 'visitors', at: ['host'], to: ['customers', 'staff'] },
  { kind: 'visitors', at: ['credential'], to: ['credentials'] },
  { kind: 'customers', at: ['teams', '*'], to: ['teams'], harmless: true },
  { kind: 'timePasses', at: ['onlyForPlans', '*'], to: ['plans'], harmless: true },
  { kind: 'timePasses', at: ['specialPrices', '*', 'plan'], to: ['plans'], harmless: true },
  { kind: 'accessRules', at: ['allow', 'plans', '*'], to: ['plans'], harmless: true },
  { kind: 'accessRules', at: ['allow', 'teams', '*'], to: ['teams'], harmless: true },
  { kind: 'accessRules', at: ['allow', 'customers', '*'], to: ['customers'], harmless: true },
  { kind: 'accessRules', at: ['allow', 'timePasses', '*'], to: ['timePasses'], harmless: true },
  { kind: 'planUsage', at: ['customer'], to: ['customers'], harmless: true },
];

type Visit = (text: string, path: KeyPath) => void;

export interface Referred {
  /** The kinds that may hold it. */
  readonly to: readonly string[];
  readonly id: string;
}

/** What a record of a kind names. */
export function referredBy(kind: string, record: unknown): Referred[] {
  const found: Referred[] = [];
  for (const { kind: from, at, to } of references) {
    if (from === kind) eachText(record, at, 0, [], (id) => found.push({ to, id }));
  }
  return found;
}

export interface Referring {
  readonly kind: string;
  readonly at: readonly string[];
}

/** Where records of a kind are named by what cannot be without them. */
export function referringTo(kind: string): Referring[] {
  return references.filter(({ to, harmless }) => to.includes(kind) && harmless !== true);
}

export function checkReferences(raw: unknown): Finding[] {
  const idsByKind = new Map<string, ReadonlySet<string> | null>();
  const known = (kind: string): ReadonlySet<string> | null => {
    // A list that was left out is empty; one that is no list has its own finding, and nothing is said of its ids.
    const ids = recordOf(raw)[kind] === undefined ? new Set<string>() : (idsByKind.get(kind) ?? idsOf(raw, [kind]));
    idsByKind.set(kind, ids);
    return ids;
  };
  const findings: Finding[] = [];
  for (const { kind, at, to, harmless } of references) {
    const sets = to.map(known);
    if (sets.includes(null)) continue;
    const make = harmless === true ? caution : fault;
    const words = `the id of one of ${to.join(' or ')}`;
    eachText(recordOf(raw)[kind], ['*', ...at], 0, [kind], (id, path) => {
      if (sets.some((ids) => ids?.has(id))) return;
      findings.push(make([...path], `${quoted(id)}, which is not among the ${to.join(' or ')}`, words));
    });
  }
  return findings;
}

/** Calls `visit` for every text that the steps from `depth` on lead to; the path it gets is only lent. */
function eachText(
  value: unknown,
  steps: readonly string[],
  depth: number,
  path: (string | number)[],
  visit: Visit,
): void {
  const step = steps[depth];
  if (step === undefined) {
    const text = textOf(value);
    if (text !== undefined) visit(text, path);
  } else if (step === '*') {
    const items = listOf(value);
    for (let index = 0; index < items.length; index++) {
      path.push(index);
      eachText(items[index], steps, depth + 1, path, visit);
      path.pop();
    }
  } else if (isRecord(value)) {
    path.push(step);
    eachText(value[step], steps, depth + 1, path, visit);
    path.pop();
  }
}
