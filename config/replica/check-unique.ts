// What may be there only once: ids within their kind, and the keys of what has no id.

import { type Finding, fault } from '../finding.ts';
import { quoted } from '../found.ts';
import { duplicateIds } from '../ids.ts';
import { listOf, recordOf } from '../raw.ts';

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
  return listOf(recordOf(raw)[kind]).flatMap((item, index) => {
    const values = keys.map((key) => recordOf(item)[key]);
    if (!values.every((value) => typeof value === 'string')) return [];
    const before = claim(first, values.join(' '), index);
    if (before === index) return [];
    return [fault([kind, index], `the ${keys.join(' and ')} of ${kind}[${before}]`, `each ${keys.join(' and ')} once`)];
  });
}

function duplicateTexts(raw: unknown, kind: string): Finding[] {
  const first = new Map<string, number>();
  return listOf(recordOf(raw)[kind]).flatMap((item, index) => {
    if (typeof item !== 'string') return [];
    const before = claim(first, item, index);
    return before === index ? [] : [fault([kind, index], `${quoted(item)}, also ${kind}[${before}]`, 'each once')];
  });
}

/** The position that had the key first. */
function claim(first: Map<string, number>, key: string, index: number): number {
  const before = first.get(key);
  if (before === undefined) first.set(key, index);
  return before ?? index;
}
