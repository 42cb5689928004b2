// What may be there only once: ids within their kind, and the keys of what has no id.

import { type Finding, fault, inList } from '../finding.ts';
import { quoted } from '../found.ts';
import { duplicateIds } from '../ids.ts';
import { recordOf } from '../raw.ts';

const kindsWithId = [
  'spaces',
  'plans',
  'timePasses',
  'teams',
  'staff',
  'resources',
  'customers',
  'contracts',
  'passes',
  'credentials',
  'bookings',
  'visitors',
];

export function checkUnique(raw: unknown): Finding[] {
  return [
    ...kindsWithId.flatMap((kind) => duplicateIds(raw, [kind])),
    ...duplicateKeys(raw, 'planUsage', ['customer', 'day']),
    ...duplicateKeys(raw, 'includes', ['controller', 'epoch']),
    ...duplicateTexts(raw, 'badgeKeys'),
    ...duplicateTexts(raw, 'revokedBadges'),
  ];
}

function duplicateKeys(raw: unknown, kind: string, keys: readonly string[]): Finding[] {
  const first = new Map<string, number>();
  return inList(recordOf(raw)[kind], (item, index) => {
    const values = keys.map((key) => recordOf(item)[key]);
    if (!values.every((value) => typeof value === 'string')) return undefined;
    const before = claim(first, values.join(' '), index);
    if (before === index) return undefined;
    return fault([kind, index], `the ${keys.join(' and ')} of ${kind}[${before}]`, `each ${keys.join(' and ')} once`);
  });
}

function duplicateTexts(raw: unknown, kind: string): Finding[] {
  const first = new Map<string, number>();
  return inList(recordOf(raw)[kind], (item, index) => {
    const before = typeof item === 'string' ? claim(first, item, index) : index;
    if (before === index) return undefined;
    return fault([kind, index], `${quoted(String(item))}, also ${kind}[${before}]`, 'each once');
  });
}

/** The position that had the key first. */
function claim(first: Map<string, number>, key: string, index: number): number {
  const before = first.get(key);
  if (before === undefined) first.set(key, index);
  return before ?? index;
}
