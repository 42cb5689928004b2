// Closing a visit (rules.md section 3): it never holds the door, it only says what was used and what is owed.

import type { StateChange } from '../change.ts';
import type { Moment } from '../clock.ts';
import type { EventDraft } from '../event.ts';
import type { ClosedVisit, Facts, Visit } from '../facts.ts';
import type { Held } from '../passes/held.ts';
import { whyNot } from '../passes/validity.ts';
import { coverStay, exhaustions, heldAfter, type Piece, type Stay } from './coverage.ts';
import { factsAfter } from './facts-after.ts';
import { minutesThatCount, secondsThatCount } from './plan-use.ts';
import { proposalsOf } from './proposals.ts';
import { coversWithoutPass, dayOfVisit, stayAlone } from './stay.ts';
import { sharedTeams, stayTogether } from './together.ts';
import { type Bill, billOf, type UsedPass } from './usage.ts';

export interface Settlement {
  /** `pass.used`, `checkout.recorded`, `charge.proposed`, in that order. */
  readonly drafts: readonly EventDraft[];
  readonly changes: readonly StateChange[];
}

/** A part of yesterday that is settled with today's check-out, and the facts once it has drawn on its passes. */
export interface Evening {
  readonly pieces: readonly Piece[];
  readonly facts: Facts;
  /** What of it counts toward plan limits. */
  readonly planUse: readonly StateChange[];
}

/** Closes the visit at this instant, by a tap: what no pass covers is proposed for sale. */
export function checkOut(
  facts: Facts,
  visit: Visit,
  at: Moment,
  evening: Evening = { pieces: [], facts, planUse: [] },
): Settlement {
  const { fromMs, toMs } = span(visit, at);
  const stay = stayOf(evening.facts, visit, fromMs, toMs, true);
  const pieces = piecesOf(visit, stay);
  const { drafts, changes } = settlement(visit, stay, [...evening.pieces, ...pieces], { auto: false });
  const planUse = minutesThatCount(visit, secondsThatCount(visit, stay, pieces));
  return { drafts, changes: [...changes, ...evening.planUse, ...planUse] };
}

/** Closes the visit at its cut-off (O6): minutes count to the last tap, nothing is sold, and somebody looks at it. */
export function checkOutAtCutOff(facts: Facts, visit: Visit): Settlement {
  const { fromMs, toMs, countedMs } = spanToCutOff(visit);
  const stay = stayOf(facts, visit, fromMs, toMs, false);
  const pieces = piecesOf(visit, stay);
  const settled = settlement(visit, { ...stay, toMs: visit.closesMs }, pieces, { auto: true });
  const countedSeconds = secondsThatCount(visit, stay, pieces);
  const presence: StateChange = {
    do: 'present',
    presence: {
      customer: visit.customer,
      space: visit.space,
      kind: 'presumed',
      sinceMs: Math.max(visit.closesMs, countedMs),
      untilMs: dayOfVisit(facts, visit, Math.max(visit.closesMs, countedMs)).endMs,
      closed: { ...visit, lastSeenMs: countedMs, ...goingOn(pieces.at(-1)), countedSeconds },
    },
  };
  return {
    drafts: settled.drafts,
    changes: [...settled.changes, ...minutesThatCount(visit, countedSeconds), presence],
  };
}

/** What covers the end of a stay, and what follows it; of a stay of no length it is the check-in's pass. */
function goingOn(last: Piece | undefined): Pick<ClosedVisit, 'goesOnWith'> {
  if (last === undefined) return {};
  const held = last.by === 'open' || !('held' in last.by) ? null : last.by.held;
  return { goesOnWith: held === null || held.proposed ? null : held.pass.id };
}

/** When minutes run out, UTC milliseconds, and whose. */
export interface Exhaustion {
  readonly atMs: number;
  readonly pass: string;
}

/** When the visit's minutes run out with nothing held taking over (O4), before its cut-off. */
export function exhaustionsOf(facts: Facts, visit: Visit): readonly Exhaustion[] {
  if (coversWithoutPass(visit)) return [];
  // As a tap on the way out would settle it: what that would sell goes before what is held.
  const stay = stayOf(facts, visit, visit.fromMs, visit.closesMs, true);
  return exhaustions(coverStay(stay)).filter(({ atMs }) => atMs < visit.closesMs);
}

/** The first of them after `afterMs`. */
export function nextExhaustion(facts: Facts, visit: Visit, afterMs: number): Exhaustion | undefined {
  return exhaustionsOf(facts, visit).find(({ atMs }) => atMs > afterMs);
}

/** The instants, UTC milliseconds, at which what covers the visit changes before its cut-off. */
export function coverageChanges(facts: Facts, visit: Visit): readonly number[] {
  if (coversWithoutPass(visit)) return [];
  return coverStay(stayOf(facts, visit, visit.fromMs, visit.closesMs, true)).map(({ endMs }) => endMs);
}

/** The passes held, with what the open visit has drawn on them by now. */
export function heldDuring(facts: Facts, visit: Visit, held: readonly Held[], at: Moment): readonly Held[] {
  if (coversWithoutPass(visit)) return held;
  const { fromMs, toMs } = span(visit, at);
  const then = heldAfter(stayOf(facts, visit, fromMs, toMs, true));
  return held.map((h) => {
    const drawn = then.find(({ pass, proposed }) => pass.id === h.pass.id && proposed === h.proposed);
    if (drawn === undefined || h.proposed) return h;
    return { ...h, remainingMs: drawn.remainingMs, usedOn: drawn.usedOn, usedBy: drawn.usedBy };
  });
}

/** After a step of the wall clock a visit's `to` is the wall time now and its `from` is that minus the monotonic duration. */
function span(visit: Visit, at: Moment): { fromMs: number; toMs: number } {
  const toMs = at.wallMs;
  if (visit.boot === at.boot) return { fromMs: toMs - Math.max(at.sinceBootMs - visit.fromSinceBootMs, 0), toMs };
  return { fromMs: Math.min(visit.fromMs, toMs), toMs };
}

/**
 * What counts by the last tap, and up to where that is on the clock. A visit that a step of the clock shows as begun behind its
 * cut-off is settled as one that ended there: the time that it lasted by then stays, and what follows begins after it.
 */
function spanToCutOff({ fromMs, lastSeenMs, closesMs }: Visit): { fromMs: number; toMs: number; countedMs: number } {
  if (fromMs >= closesMs) {
    const lastedMs = Math.max(lastSeenMs - fromMs, 0);
    return { fromMs: closesMs - lastedMs, toMs: closesMs, countedMs: fromMs + lastedMs };
  }
  const toMs = Math.max(Math.min(lastSeenMs, closesMs), fromMs);
  return { fromMs, toMs, countedMs: toMs };
}

/** With what others draw meanwhile on a team's minutes. */
function stayOf(facts: Facts, visit: Visit, fromMs: number, toMs: number, sells: boolean): Stay {
  const stay = stayAlone(facts, visit, fromMs, toMs, sells);
  return coversWithoutPass(visit) ? stay : stayTogether(facts, stay);
}

function piecesOf(visit: Visit, stay: Stay): Piece[] {
  return coversWithoutPass(visit) ? [] : coverStay(stay);
}

/** The minutes between the last tap of yesterday and the cut-off, proved by the exit tap that came later (O6). */
export function eveningOf(facts: Facts, closed: ClosedVisit): Evening {
  const since = stayOf(facts, closed, Math.min(closed.lastSeenMs, closed.closesMs), closed.closesMs, true);
  const stay = closed.goesOnWith === undefined ? since : { ...since, first: stillCovering(closed.goesOnWith, since) };
  const pieces = piecesOf(closed, stay);
  const drawn: StateChange[] = pieces.flatMap((piece) => {
    if (piece.by === 'open' || !('held' in piece.by) || piece.by.held.remainingMs === null) return [];
    const minutes = Math.floor((piece.endMs - piece.startMs) / 1000) / 60;
    const use = { pass: piece.by.held.pass.id, customer: closed.customer, businessDay: null, minutes };
    return [{ do: 'use', visit: closed.id, use }];
  });
  const daysUsed = usesOf(closed, billOf(pieces, null, stay.day.label)).filter(
    (change) => change.do !== 'use' || change.use.businessDay !== null,
  );
  const planUse = minutesThatCount(closed, secondsThatCount(closed, stay, pieces), closed.countedSeconds);
  return { pieces, facts: factsAfter(facts, [...drawn, ...daysUsed]), planUse };
}

/**
 * A pass covers until it stops being valid (O2), though a better one has become valid by the last tap. The check-in's own holds
 * whatever a newer replica says of whom it is for (section 4): of it only its slots, its end and its minutes are looked at.
 */
function stillCovering(pass: string | null, { held, asker, fromMs, day }: Stay): Held | null {
  const last = held.find((h) => h.pass.id === pass && !h.proposed);
  if (last === undefined) return null;
  return pass === asker.ownPass || whyNot(last, asker, fromMs, day) === null ? last : null;
}

function settlement(visit: Visit, stay: Stay, pieces: readonly Piece[], how: { auto: boolean }): Settlement {
  const bill = billOf(pieces, stay.first, stay.day.label);
  const drafts: EventDraft[] = bill.used.filter(isFresh).map((u) => passUsed(u.held.pass.id, u.businessDay, visit.id));
  drafts.push(checkoutRecorded(visit, stay, bill, how.auto), ...charges(visit, bill));
  const shares = coversWithoutPass(visit) ? [] : sharedTeams(stay.held);
  const closes: StateChange = { do: 'close-visit', visit: visit.id, ...(shares.length > 0 ? { shares } : {}) };
  return { drafts, changes: [...usesOf(visit, bill), ...proposalsOf(visit, pieces), closes] };
}

/** A day pass that this stay uses first on that business day. */
function isFresh({ held, minutes, businessDay }: UsedPass): boolean {
  return minutes === null && held.usedOn !== businessDay;
}

export function passUsed(pass: string, businessDay: string, visit: string): EventDraft {
  return { type: 'pass.used', data: { pass, businessDay, visit } };
}

function checkoutRecorded(visit: Visit, stay: Stay, bill: Bill, auto: boolean): EventDraft {
  return {
    type: 'checkout.recorded',
    data: {
      visit: visit.id,
      customer: visit.customer,
      space: visit.space,
      from: iso(stay.fromMs),
      to: iso(stay.toMs),
      auto,
      usage: bill.used
        // A day pass of the evening before stands in that evening's own check-out.
        .filter((u) => u.minutes !== null || u.businessDay === stay.day.label || isFresh(u))
        .map(({ held: { pass }, minutes, businessDay }) =>
          minutes === null ? { pass: pass.id, businessDay } : { pass: pass.id, minutes },
        ),
      uncoveredMinutes: bill.uncoveredMinutes,
      invoiced: bill.invoiced,
      review: auto,
    },
  };
}

function charges(visit: Visit, bill: Bill): EventDraft[] {
  return bill.charges.map(({ offer, startMs, endMs, amount }) => ({
    type: 'charge.proposed',
    data: {
      visit: visit.id,
      customer: visit.customer,
      timePass: offer.timePass.id,
      from: iso(startMs),
      to: iso(endMs),
      amount,
      currency: offer.timePass.currency,
      taxRate: offer.timePass.taxRate,
      account: offer.timePass.account,
      price: offer.special ? 'special' : 'standard',
    },
  }));
}

function usesOf(visit: Visit, bill: Bill): StateChange[] {
  return bill.used
    .filter((u) => (u.minutes === null ? isFresh(u) : u.minutes > 0))
    .map((u) => ({
      do: 'use',
      visit: visit.id,
      use: {
        pass: u.held.pass.id,
        customer: visit.customer,
        businessDay: u.minutes === null ? u.businessDay : null,
        minutes: u.minutes ?? 0,
      },
    }));
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
