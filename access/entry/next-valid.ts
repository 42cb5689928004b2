// The next time that a pass is valid and the space open for its holder (rules.md C16): looked for 35 days ahead of now and of each
// `validFrom`, and left out beyond.

import { type Held, proposedPasses } from '../passes/held.ts';
import { whyNot } from '../passes/validity.ts';
import { businessDayAt } from '../time/business-day.ts';
import { minuteOfTime } from '../time/date.ts';
import { slotsOfDay } from '../time/slots.ts';
import { zoneOf } from '../time/zone.ts';
import { isOpenFor } from './opening.ts';
import type { Case } from './tap.ts';

const horizonDays = 35;

/** UTC milliseconds, after now; null where there is none. */
export function nextValid(c: Case): number | null {
  let soonest: number | null = null;
  for (const held of [...c.held(), ...proposedLater(c)]) {
    const ms = nextOf(held, c);
    if (ms !== null && (soonest === null || ms < soonest)) soonest = ms;
  }
  return soonest;
}

/** What was proposed elsewhere on a business day that has not begun here yet; zones are at most a day apart. */
function proposedLater(c: Case): readonly Held[] {
  const tomorrow = businessDayAt(c.space, c.day.endMs);
  const facts = c.factsThen();
  return [tomorrow, businessDayAt(c.space, tomorrow.endMs)].flatMap(({ label }) =>
    proposedPasses(facts, facts.site, c.customer, label),
  );
}

function nextOf(held: Held, c: Case): number | null {
  const nowMs = c.tap.at.wallMs;
  const zone = zoneOf(c.space.timeZone);
  const asker = { person: c.person, space: c.space };
  const startMs = Math.max(nowMs, held.pass.validFrom ?? nowMs);
  const first = zone.dayAt(startMs);
  for (let day = first; day <= first + horizonDays; day++) {
    // A day pass that was used on a day elsewhere covers again from the cut-off on with which that day begins here.
    const cutOffMs = zone.firstInstant(day, minuteOfTime(c.space.dailyCutOff));
    const moments = [startMs, zone.firstInstant(day, 0), cutOffMs];
    for (const slot of slotsOfDay(zone, held.timePass.availability, day)) moments.push(slot.startMs);
    for (const slot of slotsOfDay(zone, c.space.openingHours, day)) moments.push(slot.startMs);
    const found = moments
      .filter((ms) => ms > nowMs && ms >= startMs)
      .sort((a, b) => a - b)
      .find((ms) => {
        const open = isOpenFor(c.person, c.space, c.tap.facts.site.plans, ms);
        return open && whyNot(held, asker, ms, businessDayAt(c.space, ms)) === null;
      });
    if (found !== undefined) return found;
  }
  return null;
}
