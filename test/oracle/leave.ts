// Section 3 as it is written: how a visit ends, by a tap, by a visit elsewhere, or at the cut-off.

import { termsAt } from './choose.ts';
import type { TimePass } from './document.ts';
import { hasFreePlan } from './enter.ts';
import { type Settled, settle } from './settle.ts';
import {
  heldWith,
  isFree,
  ledgerOf,
  type Presumed,
  riderOf,
  tell,
  type Used,
  use,
  type Visit,
  type World,
} from './state.ts';
import type { Piece, Rider } from './walk.ts';
import { businessDayOf, nextCutOff } from './wall.ts';

const nameIn = (world: World) => (): string => {
  world.named += 1;
  return `sale:${world.named}`;
};

function settleVisit(world: World, used: Used, visit: Visit, to: number, sells: boolean): Settled {
  const books = { now: world.replica, ledger: ledgerOf(world, used) };
  const others = world.visits.filter(({ id }) => id !== visit.id).map((one) => riderOf(world, one));
  return settle(books, riderOf(world, visit), others, to, sells, nameIn(world));
}

/** What closing a visit at an instant would come to; `used` takes it up. */
export function closing(world: World, used: Used, visit: Visit, at: number): Settled {
  const settled = settleVisit(world, used, visit, at, true);
  use(used, settled, visit.customer);
  countStay(visit, settled, used);
  return settled;
}

const counts = (timePass: TimePass): boolean => timePass.countsTowardsPlanLimits === true;

/** Milliseconds of a stay that count toward the limits of a plan: on counting passes, or under a plan that uses none. */
function countedOf(visit: Visit, settled: Settled): number {
  const isCounted = ({ by }: Piece) =>
    typeof by === 'object' ? counts(by.timePass) : by === 'free' && visit.coverage === 'plan';
  const sold = settled.sold.filter(({ timePass }) => timePass !== null && counts(timePass));
  return [...settled.pieces.filter(isCounted), ...sold].reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Notes it, in whole minutes of the visit's day; `before` of it was noted earlier. */
function countStay(visit: Visit, settled: Settled, used: Used, before = 0): void {
  const ms = countedOf(visit, settled);
  if (ms === 0) return;
  const { businessDay } = visit.terms;
  const minutes = Math.ceil((before + ms) / 60_000) - Math.ceil(before / 60_000);
  used.stays.push({ customer: visit.customer, space: visit.space.id, businessDay, minutes });
}

/** Records a visit as closed. */
export function record(world: World, visit: Visit, settled: Settled, to: number, auto: boolean, at: number): void {
  world.visits = world.visits.filter(({ id }) => id !== visit.id);
  tellOfEnd(
    world,
    settled,
    { visit: visit.id, customer: visit.customer, space: visit.space.id },
    visit.from,
    to,
    auto,
    at,
  );
}

function tellOfEnd(
  world: World,
  settled: Settled,
  whose: { visit: string; customer: string; space: string },
  from: number,
  to: number,
  auto: boolean,
  at: number,
): void {
  for (const { pass, businessDay } of settled.newDays) {
    tell(world, at, 'pass.used', { pass: pass.id, businessDay, visit: whose.visit });
  }
  const { usage, uncoveredMinutes, invoiced } = settled;
  const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  tell(world, at, 'checkout.recorded', { ...whose, ...span, auto, usage, uncoveredMinutes, invoiced, review: auto });
  for (const charge of settled.charges) {
    const { timePass, amount, currency, taxRate, account, price } = charge;
    const part = { from: new Date(charge.from).toISOString(), to: new Date(charge.to).toISOString() };
    tell(world, at, 'charge.proposed', {
      visit: whose.visit,
      customer: whose.customer,
      timePass,
      ...part,
      amount,
      currency,
      taxRate,
      account,
      price,
    });
  }
}

/** O6: at the cut-off, with the minutes up to the last tap, and nothing sold. */
export function closeAtCutOff(world: World, visit: Visit): void {
  const at = visit.end;
  const settled = settleVisit(world, world.used, visit, visit.lastSeen, false);
  use(world.used, settled, visit.customer);
  countStay(visit, settled, world.used);
  record(world, visit, settled, at, true, at);
  const { customer, space } = visit;
  world.presumed = world.presumed.filter((one) => one.customer !== customer);
  world.presumed.push({
    customer,
    space,
    since: at,
    until: nextCutOff(space, at),
    visit,
    goesOnWith: keyOf(settled.last),
    counted: countedOf(visit, settled),
  });
}

function keyOf(by: Piece['by'] | undefined): string | null | undefined {
  return typeof by === 'object' ? by.key : undefined;
}

/** An exit tap of someone who is presumed inside: a visit of its own from the cut-off, and the evening before it. */
export function leaveAfterCutOff(world: World, presumed: Presumed, at: number): void {
  const { customer, visit, since, space } = presumed;
  const terms = termsAt(world.replica, customer, space, businessDayOf(space, since), since);
  const withoutPass = space.checkInRequiresPass === false ? 'none-needed' : hasFreePlan(terms) ? 'plan' : null;
  const evening = {
    from: visit.lastSeen,
    to: since,
    terms: visit.terms,
    free: isFree(visit.coverage),
    startsOn: presumed.goesOnWith,
  };
  const own = { from: since, to: Number.POSITIVE_INFINITY, terms, free: withoutPass !== null, startsOn: undefined };
  const id = `late:${visit.id}`;
  const rider: Rider = {
    id,
    customer,
    segments: [evening, own],
    held: heldWith(world, customer, visit.pass),
    decided: [],
  };
  const books = { now: world.replica, ledger: ledgerOf(world, world.used) };
  const others = world.visits.map((one) => riderOf(world, one));
  const settled = settle(books, rider, others, at, true, nameIn(world));
  const first = settled.pieces.find(({ segment }) => segment === own)?.by ?? settled.last;
  const on = typeof first === 'object' ? first : null;
  const coverage = withoutPass ?? (on === null ? 'pay-as-you-go' : 'pass');
  const whose = { visit: id, customer, space: space.id };
  tell(world, at, 'checkin.recorded', { ...whose, source: 'door', pass: on?.pass?.id ?? null, coverage });
  tellOfEnd(world, settled, whose, since, at, false, at);
  use(world.used, settled, customer);
  countStay(visit, partOf(settled, Number.NEGATIVE_INFINITY, since), world.used, presumed.counted);
  countStay({ ...visit, terms, coverage }, partOf(settled, since, Number.POSITIVE_INFINITY), world.used);
  world.presumed = world.presumed.filter((one) => one !== presumed);
}

/** What of a settled stay lies between two instants. */
function partOf(settled: Settled, from: number, to: number): Settled {
  const lies = (part: { from: number }) => part.from >= from && part.from < to;
  return { ...settled, pieces: settled.pieces.filter(lies), sold: settled.sold.filter(lies) };
}

/** The next instant up to `to` at which somebody's day ends. */
export function nextEnd(world: World, to: number): number {
  const ends = [
    ...world.visits.map(({ end }) => end),
    ...world.guests.map(({ until }) => until),
    ...world.presumed.map(({ until }) => until),
  ];
  return Math.min(to, ...ends);
}

/** Ends what ends at an instant. False where nothing did. */
export function endAt(world: World, at: number): boolean {
  const [visits, guests] = [
    world.visits.filter(({ end }) => end <= at),
    world.guests.filter(({ until }) => until <= at),
  ];
  const presumed = world.presumed.filter(({ until }) => until > at);
  const ended = visits.length + guests.length + world.presumed.length - presumed.length;
  world.presumed = presumed;
  for (const visit of visits) closeAtCutOff(world, visit);
  // Of those who depart at one instant no rule says who is first.
  const inOrder = guests.toSorted((a, b) => (a.visitor < b.visitor ? -1 : 1));
  for (const { visitor, host } of inOrder) tell(world, at, 'visitor.departed', { visitor, host });
  world.guests = world.guests.filter((guest) => !guests.includes(guest));
  return ended > 0;
}
