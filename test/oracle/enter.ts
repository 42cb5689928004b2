// Section 2 as it is written: one row after the other, the first that fits wins.

import {
  type Candidate,
  faultOf,
  hasFrozenContract,
  isForHere,
  type Ledger,
  type PassFault,
  passesOf,
  type Terms,
  termsAt,
  timePassOf,
} from './choose.ts';
import type { AccessPoint, Credential, Customer, Space, Visitor } from './document.ts';
import type { InForce } from './doors.ts';
import { drawnOf, enterOn } from './gaps.ts';
import { limitReached } from './limits.ts';
import { nextValid } from './next.ts';
import { ledgerOf, riderOf, spaceOf, type Used, type World } from './state.ts';
import { businessDayOf, hasBegun, hasEnded, inSlots, isOpen, minuteMs, nextCutOff } from './wall.ts';

export type Holder =
  | { readonly kind: 'customer'; readonly id: string; readonly customer: Customer }
  | { readonly kind: 'visitor'; readonly id: string; readonly visitor: Visitor }
  | { readonly kind: 'staff'; readonly id: string };

export type VisitPart =
  | { readonly kind: 'none' }
  | { readonly kind: 'again' }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'arrival'; readonly visitor: Visitor }
  | { readonly kind: 'check-in'; readonly coverage: string; readonly on: Candidate | null; readonly terms: Terms };

export interface Row {
  readonly opens: boolean;
  readonly reason: string;
  readonly visit: VisitPart;
  readonly alarm?: boolean;
  /** Told with a denial: when a pass would be valid and the space open. */
  readonly nextValid?: () => number | null;
  /** An unlocked door lets in whom the row denies: inside without a visit. */
  readonly denied?: boolean;
}

/** Everything that a row may ask for. `used` is what is used once a visit elsewhere is closed. */
export interface Asked {
  readonly world: World;
  readonly point: AccessPoint;
  readonly space: Space;
  readonly at: number;
  readonly mode: InForce;
  readonly used: Used;
  /** Who else is inside: their open visits, without the holder's own elsewhere. */
  readonly others: World['visits'];
}

const none: VisitPart = { kind: 'none' };
const deny = (reason: string, visit: VisitPart = none): Row => ({ opens: false, reason, visit });
const open = (reason: string, visit: VisitPart = none): Row => ({ opens: true, reason, visit });

export function holderOf(world: World, credential: Credential): Holder | null {
  const staff = (world.replica.staff ?? []).find(({ credentials }) => credentials.includes(credential.id));
  if (staff !== undefined) return { kind: 'staff', id: staff.id };
  const visitor = (world.replica.visitors ?? []).find((one) => one.credential === credential.id);
  if (visitor !== undefined) return { kind: 'visitor', id: visitor.id, visitor };
  const customer = (world.replica.customers ?? []).find(({ id }) => id === credential.customer);
  return customer === undefined ? null : { kind: 'customer', id: customer.id, customer };
}

/** C2. */
export function credentialFault(credential: Credential, zone: string, at: number): string | null {
  if (credential.status === 'blocked' || credential.status === 'lost') return 'credential-blocked';
  if (hasEnded(credential.expires, zone, at)) return 'credential-expired';
  return hasBegun(credential.validFrom, zone, at) ? null : 'credential-not-yet-valid';
}

/** What a tap on the way in finds. */
export function enter(asked: Asked, credential: Credential | null, holder: Holder | null): Row {
  const { point, space, at } = asked;
  if (credential === null || holder === null) return deny('unknown-credential');
  const rejected = (reason: string) => deny(reason, refusal(point, holder, reason));
  const fault = credentialFault(credential, space.timeZone, at);
  if (fault !== null) return { ...rejected(fault), alarm: fault === 'credential-blocked' };
  if (holder.kind === 'customer' && holder.customer.disabled === true) return rejected('account-disabled');
  const { mode, reason } = asked.mode;
  const row = holder.kind === 'staff' ? open('staff') : furtherRows(asked, holder, mode);
  if (mode !== 'unlocked') return row;
  const visit = row.visit.kind === 'refused' ? none : row.visit;
  const kept = row.opens || visit.kind === 'rejected' ? visit : none;
  return {
    opens: true,
    reason,
    visit: kept,
    denied: !row.opens && holder.kind === 'customer' && point.kind === 'entrance',
  };
}

/** How a refusal is recorded: interior doors record accesses only, and of visitors there is no check-in. */
export function refusal(point: AccessPoint, holder: Holder, reason: string): VisitPart {
  if (holder.kind === 'visitor') return { kind: 'refused' };
  return holder.kind === 'customer' && point.kind === 'entrance' ? { kind: 'rejected', reason } : none;
}

function furtherRows(asked: Asked, holder: Exclude<Holder, { kind: 'staff' }>, mode: string): Row {
  const { world, point, space, at } = asked;
  const rejected = (reason: string) => deny(reason, refusal(point, holder, reason));
  if (mode === 'lockdown' || mode === 'locked') return rejected(mode);
  if (!isOpen(space, at) && !(holder.kind === 'customer' && hasAllHours(asked, holder.id))) return rejected('closed');
  if (holder.kind === 'visitor') return visitorRows(asked, holder.visitor);
  const booked = hasBooking(asked, holder.id);
  if (!booked && !hasRight(asked, holder.customer)) return deny('not-authorised');
  if (point.kind === 'interior') return open(booked ? 'booking' : 'no-pass-needed');
  if (world.visits.some((visit) => visit.customer === holder.id && visit.space.id === space.id)) {
    return open('re-entry', { kind: 'again' });
  }
  const row = checkInRows(asked, holder.id);
  if (row.opens) return row;
  if (booked) return { ...row, opens: true, reason: 'booking' };
  return point.policy === 'open-and-flag' ? { ...row, opens: true, reason: 'flagged' } : row;
}

export function hasAllHours(asked: Asked, customer: string): boolean {
  const { replica } = asked.world;
  const { plans } = termsAt(replica, customer, asked.space, '', asked.at);
  return (replica.plans ?? []).some(({ id, allHours }) => allHours === true && plans.includes(id));
}

/** C6, C9 and C10. */
function visitorRows(asked: Asked, visitor: Visitor): Row {
  const { world, point, space, at } = asked;
  const refused = (reason: string) => deny(reason, { kind: 'refused' });
  const isRuled = (world.replica.accessRules ?? []).some((rule) => rule.accessPoint === point.id);
  if (visitor.space !== space.id || isRuled) return refused('not-authorised');
  const approval = visitor.approval ?? 'not-required';
  if (approval !== 'approved' && approval !== 'not-required') return refused('visitor-not-approved');
  const expected = Date.parse(visitor.expected);
  if (at < expected - 30 * minuteMs || at >= nextCutOff(spaceOf(world, visitor.space), expected)) {
    return refused('visitor-outside-window');
  }
  return open('visitor', point.kind === 'interior' ? none : { kind: 'arrival', visitor });
}

/** An own, confirmed booking of a resource behind this door, from 10 minutes before it to 10 minutes after. */
function hasBooking(asked: Asked, customer: string): boolean {
  const { replica } = asked.world;
  return (replica.bookings ?? []).some((booking) => {
    const resource = (replica.resources ?? []).find(({ id }) => id === booking.resource);
    if (resource === undefined || !resource.accessPoints.includes(asked.point.id)) return false;
    if (booking.customer !== customer || (booking.status ?? 'confirmed') !== 'confirmed') return false;
    return asked.at >= Date.parse(booking.from) - 10 * minuteMs && asked.at <= Date.parse(booking.to) + 10 * minuteMs;
  });
}

function hasRight(asked: Asked, customer: Customer): boolean {
  const { world, point, space, at } = asked;
  const rules = (world.replica.accessRules ?? []).filter((rule) => rule.accessPoint === point.id);
  if (rules.length === 0) return true;
  const { plans } = termsAt(world.replica, customer.id, space, '', at);
  return rules.some(({ allow, schedule }) => {
    if (schedule !== null && schedule !== undefined && !inSlots(schedule, space.timeZone, at)) return false;
    if (allow.customers?.includes(customer.id)) return true;
    if (allow.teams?.some((team) => customer.teams?.includes(team))) return true;
    if (allow.plans?.some((plan) => plans.includes(plan))) return true;
    const wanted = allow.timePasses ?? [];
    return wanted.length > 0 && candidatesOf(asked, customer.id).some(({ timePass }) => wanted.includes(timePass.id));
  });
}

function candidatesOf(asked: Asked, customer: string): readonly Candidate[] {
  return enterOn(
    booksOf(asked),
    asked.others.map((visit) => riderOf(asked.world, visit)),
    termsOf(asked, customer),
    asked.at,
  );
}

const booksOf = (asked: Asked) => ({ now: asked.world.replica, ledger: ledgerOf(asked.world, asked.used) });

function termsOf(asked: Asked, customer: string): Terms {
  const { world, space, at } = asked;
  return termsAt(world.replica, customer, space, businessDayOf(space, at), at);
}

/** C11 to C17. */
function checkInRows(asked: Asked, customer: string): Row {
  const { world, space, at } = asked;
  const terms = termsOf(asked, customer);
  const checkIn = (coverage: string, on: Candidate | null): VisitPart => ({ kind: 'check-in', coverage, on, terms });
  const rejected = (reason: string) => deny(reason, { kind: 'rejected', reason });
  if (space.checkInRequiresPass === false) return open('no-pass-needed', checkIn('none-needed', null));
  if (limitReached(asked, terms)) return rejected('plan-limit');
  const plans = (world.replica.plans ?? []).filter(({ id }) => terms.plans.includes(id));
  if (plans.some(({ usesTimePasses }) => usesTimePasses === false)) return open('plan', checkIn('plan', null));
  const [best] = candidatesOf(asked, customer);
  if (best !== undefined) return open('pass', checkIn('pass', best));
  const pays = terms.member ? space.payAsYouGo?.members : space.payAsYouGo?.contacts;
  if (pays === true) return open('pay-as-you-go', checkIn('pay-as-you-go', null));
  if (hasFrozenContract(world.replica, customer, space.timeZone, at)) return rejected('contract-frozen');
  const ledger = ledgerWithOthers(asked);
  const fault = passFault(asked, terms, ledger);
  if (fault === null) return rejected('no-pass');
  // The tap that lets in later closes the visit elsewhere: what that sells is held then.
  const { proposals } = asked.used;
  return { ...rejected(fault), nextValid: () => nextValid(asked, customer, { ...ledger, proposals }) };
}

/** What is held by somebody whose tap is denied. It closes no visit elsewhere: what that would sell is not held. */
function ledgerWithOthers(asked: Asked): Ledger {
  const { world, at } = asked;
  const books = booksOf(asked);
  const riders = asked.others.map((visit) => riderOf(world, visit));
  const drawn = drawnOf(books, riders, at);
  return {
    ...books.ledger,
    left: (key) => books.ledger.left(key) - (key.startsWith('pass:') ? (drawn.get(key) ?? 0) : 0),
    proposals: world.used.proposals,
  };
}

const order: readonly PassFault[] = ['pass-exhausted', 'pass-expired', 'pass-not-valid-here', 'pass-outside-timeslot'];

/** C16: of every pass the first fault, of all passes the last in that order. */
function passFault(asked: Asked, terms: Terms, ledger: Ledger): PassFault | null {
  const { world, at } = asked;
  const faults = passesOf(world.replica, terms.customer).flatMap((pass) => {
    const timePass = timePassOf(terms, world.replica, pass.timePass);
    const fault = timePass === null ? null : faultOf(pass, timePass, terms, ledger, at);
    return fault === null ? [] : [fault];
  });
  // What was proposed counts as held.
  const proposed = ledger.proposals.filter(
    ({ customer, businessDay }) => customer === terms.customer && businessDay === terms.businessDay,
  );
  for (const { key, timePass } of proposed) {
    const isEmpty = typeof timePass.minutesIncluded === 'number' && ledger.left(key) <= 0;
    faults.push(
      isEmpty ? 'pass-exhausted' : isForHere(timePass, terms) ? 'pass-outside-timeslot' : 'pass-not-valid-here',
    );
  }
  return order.findLast((fault) => faults.includes(fault)) ?? null;
}

/** The plans that hold at an instant and use no time passes. */
export function hasFreePlan({ replica, plans }: Terms): boolean {
  return (replica.plans ?? []).some(({ id, usesTimePasses }) => usesTimePasses === false && plans.includes(id));
}
