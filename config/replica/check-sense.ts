// What a record says that can mean nothing beside the rest of it: it is kept, it grants nothing, and somebody is told.

import { caution, type Finding, inList } from '../finding.ts';
import { listOf, recordOf, textOf } from '../raw.ts';

export function checkSense(raw: unknown): Finding[] {
  const root = recordOf(raw);
  const days = new Map<string, boolean>();
  for (const item of listOf(root.timePasses)) {
    const { id, minutesIncluded = null } = recordOf(item);
    if (textOf(id) !== undefined) days.set(String(id), minutesIncluded === null);
  }
  return [
    ...inList(root.passes, (item, index) => passSense(recordOf(item), index, days)),
    ...inList(root.timePasses, (item, index) => forNobody(recordOf(item), index)),
  ];
}

function passSense(
  { timePass, remainingMinutes = null, usedOn = null, usedBy = null }: Record<string, unknown>,
  index: number,
  days: ReadonlyMap<string, boolean>,
): Finding | undefined {
  const isDay = days.get(String(timePass));
  if (isDay === true && remainingMinutes !== null) {
    return caution(['passes', index, 'remainingMinutes'], 'minutes of a day pass, which has none', 'null');
  }
  if (isDay === false && usedOn !== null) {
    return caution(['passes', index, 'usedOn'], 'a day on which a minute pass was used', 'null, and remainingMinutes');
  }
  if (usedBy === null || usedOn !== null) return undefined;
  return caution(['passes', index, 'usedBy'], 'somebody who used it, and no day on which', 'usedOn beside usedBy');
}

/** Whoever has one of the plans is a member. */
function forNobody({ onlyFor, onlyForPlans }: Record<string, unknown>, index: number): Finding | undefined {
  if (onlyFor !== 'contacts' || listOf(onlyForPlans).length === 0) return undefined;
  return caution(['timePasses', index, 'onlyFor'], 'contacts, who have no plan, beside onlyForPlans', 'one of the two');
}
