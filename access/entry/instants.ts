// The instants within a span of time at which the answer to a tap on the way in can change: edges of slots, midnights and
// cut-offs, begins and ends of whatever the holder has. Between two of them only what is drawn on passes moves, and only one way.

import type { Facts } from '../facts.ts';
import type { Customer, Slot, Space, TimePass } from '../model.ts';
import { type BusinessDay, businessDayAt } from '../time/business-day.ts';
import { slotsOfDay } from '../time/slots.ts';
import { zoneOf } from '../time/zone.ts';
import { coverageChanges } from '../visit/settle.ts';
import { heldBeside, visitsBeside } from '../visit/together.ts';
import type { Approach, Found } from './tap.ts';

const minuteMs = 60_000;

/** In order, without doubles: `fromMs`, all after it, and the last instant before each; `toMs` too. */
export function instantsOf(tap: Approach, { credential, holder }: Found, fromMs: number, toMs: number): number[] {
  const { facts, accessPoint } = tap;
  const moments = new Set<number>([fromMs, toMs]);
  const add = (...ms: readonly (number | null | undefined)[]): void => {
    for (const moment of ms) {
      if (moment == null || !(fromMs < moment && moment <= toMs)) continue;
      moments.add(moment).add(moment - 1);
    }
  };
  add(credential?.credential.validFrom, credential?.credential.expires);
  const space = facts.site.spaces.get(accessPoint.space);
  if (space !== undefined) add(...daysOf(space, fromMs, toMs));
  const lists: (readonly Slot[])[] = [space?.openingHours ?? []];
  if (holder?.kind === 'visitor') add(...windowOf(tap, holder.id));
  const customer = holder?.kind === 'customer' ? facts.customer(holder.id) : undefined;
  if (customer !== undefined && space !== undefined) {
    add(...momentsOf(tap, customer, space, fromMs, toMs));
    for (const rule of facts.site.rulesAt.get(accessPoint.id) ?? []) lists.push(rule.schedule ?? []);
    for (const timePass of timePassesOf(facts, customer, space, fromMs, toMs)) lists.push(timePass.availability);
  }
  if (space !== undefined) for (const list of new Set(lists)) add(...edgesOf(list, space, fromMs, toMs));
  return [...moments].sort((a, b) => a - b);
}

/** Midnights, on which contracts, freezes and closures begin and end; changes of the offset; cut-offs. */
function* daysOf(space: Space, fromMs: number, toMs: number): Generator<number> {
  const zone = zoneOf(space.timeZone);
  for (const { startMs } of zone.spans(fromMs, toMs + 1)) yield startMs;
  for (let day = zone.dayAt(fromMs); day <= zone.dayAt(toMs); day++) yield zone.firstInstant(day, 0);
  for (const { endMs } of businessDays(space, fromMs, toMs)) yield endMs;
}

function* businessDays(space: Space, fromMs: number, toMs: number): Generator<BusinessDay> {
  for (let day = businessDayAt(space, fromMs); day.startMs <= toMs; day = businessDayAt(space, day.endMs)) yield day;
}

function* edgesOf(slots: readonly Slot[], space: Space, fromMs: number, toMs: number): Generator<number> {
  if (slots.length === 0) return;
  const zone = zoneOf(space.timeZone);
  for (let day = zone.dayAt(fromMs); day <= zone.dayAt(toMs); day++) {
    for (const { startMs, endMs } of slotsOfDay(zone, slots, day)) yield* [startMs, endMs];
  }
}

function* windowOf({ facts, settings }: Approach, id: string): Generator<number> {
  const visitor = facts.visitor(id);
  const space = visitor && facts.site.spaces.get(visitor.space);
  if (visitor === undefined) return;
  yield visitor.expected - settings.visitorLeadMs;
  yield space === undefined ? visitor.expected : businessDayAt(space, visitor.expected).endMs;
}

function* momentsOf(tap: Approach, customer: Customer, space: Space, fromMs: number, toMs: number): Generator<number> {
  const { facts, settings, accessPoint } = tap;
  for (const { from, to } of facts.bookings(customer.id)) {
    yield* [from - settings.bookingLeadMs, to + settings.bookingTailMs + 1];
  }
  const passes = facts.passes(customer.id, customer.teams);
  for (const { validFrom, expires } of passes) yield* [validFrom ?? fromMs, expires ?? fromMs];
  const label = businessDayAt(space, fromMs).label;
  for (const { drawn } of heldBeside(facts, facts.site, customer, passes, label)) {
    for (const { startMs, endMs } of drawn) yield* [startMs, endMs];
  }
  // What the cut-off closes there, others have again.
  for (const { closesMs } of visitsBeside(facts, customer)) yield closesMs;
  const presence = facts.presence(customer.id);
  if (presence !== undefined) yield* [presence.untilMs, presence.sinceMs + settings.presumedExitMs + 1];
  const visit = facts.openVisit(customer.id);
  if (visit === undefined) return;
  yield visit.closesMs;
  // The day after it the person is presumed inside.
  const day = businessDayAt(facts.site.spaces.get(visit.space) ?? space, visit.closesMs);
  yield* [day.endMs, visit.closesMs + settings.presumedExitMs + 1, visit.fromMs + accessPoint.toggleMinStayMs];
  // A right through a time pass ends where the visit has drawn all of it.
  if ((facts.site.rulesAt.get(accessPoint.id) ?? []).length > 0) yield* coverageChanges(facts, visit);
  if (visit.space === space.id) return;
  // What a visit elsewhere has used when it is closed (C8) grows, or slides, with each minute until its cut-off.
  for (let ms = fromMs; ms < Math.min(visit.closesMs, toMs); ms += minuteMs) yield ms;
}

/** Time passes of what is held, and of what is proposed for sale; those on sale where closing a visit elsewhere may sell. */
function timePassesOf(facts: Facts, customer: Customer, space: Space, fromMs: number, toMs: number): TimePass[] {
  const { timePasses } = facts.site;
  if (facts.openVisit(customer.id) !== undefined) return [...timePasses.values()];
  const ids = new Set(facts.passes(customer.id, customer.teams).map(({ timePass }) => timePass));
  for (const { label } of businessDays(space, fromMs, toMs)) {
    for (const { timePass } of facts.proposals(customer.id, label)) ids.add(timePass);
  }
  return [...ids].flatMap((id) => timePasses.get(id) ?? []);
}
