// When a space is open (rules.md C5): outside closures, first and last day included, and inside its opening hours; at any
// time for members whose plan has `allHours`.

import type { Plan, Space } from '../model.ts';
import { activePlans, type Person } from '../person.ts';
import { dateOfDay } from '../time/date.ts';
import { inSlots } from '../time/slots.ts';
import { zoneOf } from '../time/zone.ts';

/** Whether the space is open for this person. */
export function isOpenFor(person: Person, space: Space, plans: ReadonlyMap<string, Plan>, ms: number): boolean {
  if (isOpen(space, ms)) return true;
  return activePlans(person, zoneOf(space.timeZone), ms).some((plan) => plans.get(plan)?.allHours === true);
}

export function isOpen(space: Space, ms: number): boolean {
  const zone = zoneOf(space.timeZone);
  if (space.closures.length > 0) {
    const date = dateOfDay(zone.dayAt(ms));
    if (space.closures.some((closure) => closure.from <= date && date <= closure.to)) return false;
  }
  return inSlots(zone, space.openingHours, ms);
}
