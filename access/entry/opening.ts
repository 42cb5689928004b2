// When a space is open (rules.md C5): outside closures, first and last day included, and inside its opening hours.

import type { Space } from '../model.ts';
import { dateOfDay } from '../time/date.ts';
import { inSlots } from '../time/slots.ts';
import { zoneOf } from '../time/zone.ts';

export function isOpen(space: Space, ms: number): boolean {
  const zone = zoneOf(space.timeZone);
  if (space.closures.length > 0) {
    const date = dateOfDay(zone.dayAt(ms));
    if (space.closures.some((closure) => closure.from <= date && date <= closure.to)) return false;
  }
  return inSlots(zone, space.openingHours, ms);
}
