// Access rules as staff read them, and as data.

import type { Site } from '../../access/catalogue.ts';
import type { JsonObject } from '../../access/event.ts';
import type { AccessRule } from '../../access/model.ts';
import { listed, named, slotsInWords } from './say.ts';

/** `plans flex (Flex), teams acme (Acme), Mon–Fri 09:00–17:00`. */
export function ruleWords({ allow, schedule }: AccessRule, site: Site): string {
  const kinds = [
    ['plans', allow.plans, site.plans],
    ['teams', allow.teams, site.teams],
    ['customers', allow.customers, null],
    ['passes of', allow.timePasses, site.timePasses],
  ] as const;
  const who = kinds.flatMap(([kind, ids, known]) => {
    const names = ids.map((id) => named(known?.get(id) ?? { id, name: '' }));
    return names.length === 0 ? [] : [`${kind} ${names.join(', ')}`];
  });
  const when = schedule === null || schedule.length === 0 ? '' : `, ${slotsInWords(schedule)}`;
  return `${listed(who, 'nobody')}${when}`;
}

export function ruleData({ allow, schedule }: AccessRule): JsonObject {
  const { plans, teams, customers, timePasses } = allow;
  return {
    allow: { plans, teams, customers, timePasses },
    schedule: schedule === null ? null : schedule.map((slot) => ({ ...slot })),
  };
}
