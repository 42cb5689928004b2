// Whether a pass can be used here and now, and if not, the first reason that applies (rules.md section 1.1, C16).

import type { Pass, Space, TimePass } from '../model.ts';
import { activePlans, contractState, type Person } from '../person.ts';
import type { BusinessDay } from '../time/business-day.ts';
import { inSlots, slotsEnd } from '../time/slots.ts';
import { zoneOf } from '../time/zone.ts';
import { type Held, remainingAt } from './held.ts';

/** Per pass the first that applies, in this order; over all passes the last in this order is reported. */
export const passDenials = ['pass-exhausted', 'pass-expired', 'pass-not-valid-here', 'pass-outside-timeslot'] as const;
export type PassDenial = (typeof passDenials)[number];

/** Who asks, and where. */
export interface Asker {
  readonly person: Person;
  readonly space: Space;
  /** Plans that restrictions look at; undefined: those active at the instant asked about. */
  readonly plans?: readonly string[];
  /**
   * Of a visit, the check-in's pass: a contract that ends or freezes during a visit does not end it (section 4).
   */
  readonly ownPass?: string | null;
}

/** null: the pass can be used at that instant of that business day. */
export function whyNot(held: Held, asker: Asker, ms: number, day: BusinessDay): PassDenial | null {
  if (usedUp(held, asker.person.customer.id, ms, day)) return 'pass-exhausted';
  const contract = planContract(held.pass, asker, ms);
  if (expired(held.pass, ms) || contract === 'ended') return 'pass-expired';
  if (!validHere(held.timePass, asker) || !allowedTo(held.timePass, asker, ms)) return 'pass-not-valid-here';
  const begun = held.pass.validFrom === null || held.pass.validFrom <= ms;
  if (!begun || contract !== 'active') return 'pass-outside-timeslot';
  return inSlots(zoneOf(asker.space.timeZone), held.timePass.availability, ms) ? null : 'pass-outside-timeslot';
}

/** A day pass, or what was proposed for sale, covers its whole business day again for whoever used it; no minute pass does. */
export function usedToday(held: Held, customer: string, day: BusinessDay): boolean {
  return (held.remainingMs === null || held.proposed) && held.usedOn === day.label && held.usedBy === customer;
}

function usedUp(held: Held, customer: string, ms: number, day: BusinessDay): boolean {
  // What was proposed for sale counts as held for the rest of its business day, and no longer (section 1.0).
  if (held.proposed && !usedToday(held, customer, day)) return true;
  const remainingMs = remainingAt(held, ms);
  if (remainingMs !== null) return !(remainingMs > 0);
  return held.usedOn !== null && !usedToday(held, customer, day);
}

function expired(pass: Pass, ms: number): boolean {
  // So asked, what is no number is over.
  return pass.expires !== null && !(ms < pass.expires);
}

/** A pass included in a plan counts only while its holder has an active contract; other passes need none. */
function planContract(pass: Pass, asker: Asker, ms: number): 'active' | 'waiting' | 'ended' {
  if (pass.source !== 'plan' || pass.id === asker.ownPass) return 'active';
  const zone = zoneOf(asker.space.timeZone);
  const states = asker.person.contracts
    .filter((c) => (pass.team === null ? c.customer === pass.customer : c.team === pass.team))
    .map((c) => contractState(c, zone, ms));
  if (states.includes('active')) return 'active';
  return states.includes('future') || states.includes('frozen') ? 'waiting' : 'ended';
}

/** The space is one of `validIn`, or `validIn` is empty and the customer is registered with the space. */
export function validHere(timePass: TimePass, asker: Asker): boolean {
  if (timePass.validIn.length > 0) return timePass.validIn.includes(asker.space.id);
  return asker.person.customer.registeredWith.includes(asker.space.id);
}

/** Plan and member/contact restrictions of the time pass. */
export function allowedTo(timePass: TimePass, asker: Asker, ms: number): boolean {
  if (timePass.onlyForPlans.length === 0 && timePass.onlyFor === null) return true;
  const plans = asker.plans ?? activePlans(asker.person, zoneOf(asker.space.timeZone), ms);
  if (timePass.onlyForPlans.length > 0 && !timePass.onlyForPlans.some((plan) => plans.includes(plan))) return false;
  return timePass.onlyFor === null || (timePass.onlyFor === 'members') === plans.length > 0;
}

/** When a pass that can be used at `ms` stops being valid, minutes aside: at most the end of the business day. */
export function validUntil(held: Held, asker: Asker, ms: number, day: BusinessDay): number {
  const zone = zoneOf(asker.space.timeZone);
  let endMs = slotsEnd(zone, held.timePass.availability, ms, day.endMs);
  if (held.pass.expires !== null) endMs = Math.min(endMs, held.pass.expires);
  if (held.pass.source !== 'plan') return endMs;
  // Contracts end and freeze at midnight: the plan's pass ends with the last day on which one is active.
  for (let midnightMs = zone.firstInstant(zone.dayAt(ms) + 1, 0); midnightMs < endMs; ) {
    if (planContract(held.pass, asker, midnightMs) !== 'active') return midnightMs;
    midnightMs = zone.firstInstant(zone.dayAt(midnightMs) + 1, 0);
  }
  return endMs;
}
