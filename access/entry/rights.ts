// Who may use an access point (rules.md C6): a point that no rule names is open to whoever the rules let into its space.

import type { AccessRule, Booking } from '../model.ts';
import type { Held } from '../passes/held.ts';
import { whyNot } from '../passes/validity.ts';
import { inSlots } from '../time/slots.ts';
import { zoneOf } from '../time/zone.ts';
import { heldDuring } from '../visit/settle.ts';
import type { Approach, Case } from './tap.ts';

export function hasRight(c: Case): boolean {
  const rules = c.tap.facts.site.rulesAt.get(c.tap.accessPoint.id);
  return rules === undefined || rules.length === 0 || rules.some((rule) => givesRight(rule, c));
}

export function givesRight(rule: AccessRule, c: Case): boolean {
  const { allow, schedule } = rule;
  const zone = zoneOf(c.space.timeZone);
  const ms = c.tap.at.wallMs;
  // Outside its schedule a rule gives no right; no slots are, as everywhere, always (section 7).
  if (schedule !== null && !inSlots(zone, schedule, ms)) return false;
  if (allow.customers.includes(c.customer.id)) return true;
  if (allow.teams.some((team) => c.customer.teams.includes(team))) return true;
  if (allow.plans.length > 0 && c.plansNow().some((plan) => allow.plans.includes(plan))) return true;
  if (allow.timePasses.length === 0) return false;
  const asker = { person: c.person, space: c.space };
  return heldNow(c).some((h) => allow.timePasses.includes(h.timePass.id) && whyNot(h, asker, ms, c.day) === null);
}

/** With what the holder's open visit has drawn by now; one that this tap would close elsewhere is settled already. */
function heldNow(c: Case): readonly Held[] {
  const visit = c.openVisit();
  if (visit === undefined || c.elsewhere() !== null) return c.held();
  return heldDuring(c.tap.facts, visit, c.held(), c.tap.at);
}

/** A confirmed booking of the customer whose resource lies behind this access point, from its lead to its tail. */
export function bookingHere(tap: Approach, customer: string): Booking | undefined {
  const resources = tap.facts.site.resourcesBehind.get(tap.accessPoint.id);
  if (resources === undefined) return undefined;
  const ms = tap.at.wallMs;
  return tap.facts
    .bookings(customer)
    .find(
      (booking) =>
        booking.status === 'confirmed' &&
        booking.from <= booking.to &&
        resources.some((resource) => resource.id === booking.resource) &&
        booking.from - tap.settings.bookingLeadMs <= ms &&
        ms <= booking.to + tap.settings.bookingTailMs,
    );
}
