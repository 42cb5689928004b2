// Section 1 of the rules as it is written: which of the passes that someone holds covers an instant, and why another does not.
// Nothing is indexed or remembered; every question walks through the whole document again.

import { comparePrices } from './amount.ts';
import type { Contract, Pass, Replica, Space, TimePass } from './document.ts';
import { addDays, cutOffOf, dateAt, hasBegun, hasEnded, inSlots } from './wall.ts';

/** A day pass or whole pass that was proposed for sale: held and used for the rest of its business day. */
export interface Proposal {
  readonly key: string;
  readonly customer: string;
  readonly timePass: TimePass;
  readonly businessDay: string;
  /** Of a whole minute pass: the minutes that were bought. */
  readonly boughtMinutes: number;
}

/** Who someone is at a check-in: it holds for the visit. */
export interface Terms {
  readonly replica: Replica;
  readonly customer: string;
  readonly space: Space;
  readonly businessDay: string;
  /** The instant of the check-in. */
  readonly since: number;
  readonly member: boolean;
  readonly plans: readonly string[];
  /** The check-in's own pass, once there is one. */
  readonly ownPass: Pass | null;
}

/** What was used so far. */
export interface Ledger {
  /** Milliseconds left of a minute pass or of a whole pass that was proposed. */
  left(key: string): number;
  /** By whom and for which business day a day pass was used. */
  usedDay(pass: Pass): { readonly businessDay: string; readonly customer: string | null } | null;
  readonly proposals: readonly Proposal[];
}

export interface Candidate {
  readonly key: string;
  /** Null for a proposal. */
  readonly pass: Pass | null;
  readonly timePass: TimePass;
  /** Already used on this business day, or proposed: using it again uses nothing. */
  readonly again: boolean;
  /** The instant at which it expires. */
  readonly ends: number;
}

export type PassFault = 'pass-exhausted' | 'pass-expired' | 'pass-not-valid-here' | 'pass-outside-timeslot';

const never = Number.POSITIVE_INFINITY;

export const passKey = (id: string): string => `pass:${id}`;

export function contractsOf(replica: Replica, holder: { customer?: string; team?: string }): readonly Contract[] {
  return (replica.contracts ?? []).filter((contract) =>
    holder.team !== undefined ? contract.team === holder.team : contract.customer === holder.customer,
  );
}

export function isFrozen(contract: Contract, zone: string, at: number): boolean {
  const date = dateAt(zone, at);
  return (contract.frozen ?? []).some(({ from, to }) => from <= date && date <= to);
}

function runs(contract: Contract, zone: string, at: number): boolean {
  return hasBegun(contract.from, zone, at) && !hasEnded(contract.to, zone, at);
}

export function isActive(contract: Contract, zone: string, at: number): boolean {
  return runs(contract, zone, at) && !isFrozen(contract, zone, at);
}

export function hasFrozenContract(replica: Replica, customer: string, zone: string, at: number): boolean {
  return contractsOf(replica, { customer }).some((one) => runs(one, zone, at) && isFrozen(one, zone, at));
}

export function termsAt(replica: Replica, customer: string, space: Space, businessDay: string, at: number): Terms {
  const active = contractsOf(replica, { customer }).filter((contract) => isActive(contract, space.timeZone, at));
  const plans = active.map(({ plan }) => plan);
  return { replica, customer, space, businessDay, since: at, member: active.length > 0, plans, ownPass: null };
}

/** Own passes, and those of the customer's teams that share theirs. */
export function passesOf(replica: Replica, customer: string): readonly Pass[] {
  const teams = (replica.customers ?? []).find(({ id }) => id === customer)?.teams ?? [];
  const sharing = (replica.teams ?? []).filter((team) => team.sharesPasses === true && teams.includes(team.id));
  return (replica.passes ?? []).filter(
    (pass) => pass.customer === customer || sharing.some(({ id }) => pass.team === id),
  );
}

/** A definition as it was at the check-in, or, where it did not exist then, as it is now. */
export function timePassOf(terms: Terms, now: Replica, id: string): TimePass | null {
  const find = (replica: Replica) => (replica.timePasses ?? []).find((one) => one.id === id);
  return find(terms.replica) ?? find(now) ?? null;
}

/** Valid in this space, for this kind of person. */
export function isForHere(timePass: TimePass, terms: Terms): boolean {
  const validIn = timePass.validIn ?? [];
  const registered = (terms.replica.customers ?? []).find(({ id }) => id === terms.customer)?.registeredWith ?? [];
  if (validIn.length > 0 ? !validIn.includes(terms.space.id) : !registered.includes(terms.space.id)) return false;
  const plans = timePass.onlyForPlans ?? [];
  if (plans.length > 0 && !plans.some((plan) => terms.plans.includes(plan))) return false;
  if (timePass.onlyFor === 'members') return terms.member;
  if (timePass.onlyFor === 'contacts') return !terms.member;
  return true;
}

/** What the holder's contracts make of a pass that is included in a plan. */
function planFault(pass: Pass, terms: Terms, at: number): PassFault | null {
  // The check-in's own pass holds for the visit.
  if (pass.source !== 'plan' || pass === terms.ownPass) return null;
  const holder = pass.team !== undefined ? { team: pass.team } : { customer: terms.customer };
  const contracts = contractsOf(terms.replica, holder);
  const zone = terms.space.timeZone;
  if (contracts.some((contract) => isActive(contract, zone, at))) return null;
  return contracts.some((contract) => !hasEnded(contract.to, zone, at)) ? 'pass-outside-timeslot' : 'pass-expired';
}

/** The first thing that keeps a pass from covering this instant; null where it covers it. */
export function faultOf(pass: Pass, timePass: TimePass, terms: Terms, ledger: Ledger, at: number): PassFault | null {
  const zone = terms.space.timeZone;
  const isMinutes = typeof timePass.minutesIncluded === 'number';
  if (isMinutes ? ledger.left(passKey(pass.id)) <= 0 : isSpent(pass, terms, ledger)) return 'pass-exhausted';
  const plan = planFault(pass, terms, at);
  if (hasEnded(pass.expires, zone, at) || plan === 'pass-expired') return 'pass-expired';
  if (!isForHere(timePass, terms)) return 'pass-not-valid-here';
  if (plan !== null || !hasBegun(pass.validFrom, zone, at)) return 'pass-outside-timeslot';
  return inSlots(timePass.availability, zone, at) ? null : 'pass-outside-timeslot';
}

/** A day pass is used up, but not for the person and the business day that it was used on. */
function isSpent(pass: Pass, terms: Terms, ledger: Ledger): boolean {
  const use = ledger.usedDay(pass);
  return use !== null && !isOwnUse(use, terms);
}

function isOwnUse(use: { businessDay: string; customer: string | null }, terms: Terms): boolean {
  return use.businessDay === terms.businessDay && (use.customer === null || use.customer === terms.customer);
}

/** Everything that covers this instant, best first: what was proposed first, but for a check-in. */
export function covering(
  held: readonly Pass[],
  terms: Terms,
  now: Replica,
  ledger: Ledger,
  at: number,
  isCheckIn: boolean,
): readonly Candidate[] {
  const proposed = ledger.proposals
    .filter((one) => one.customer === terms.customer && one.businessDay === terms.businessDay)
    .filter(({ timePass }) => isForHere(timePass, terms) && inSlots(timePass.availability, terms.space.timeZone, at))
    .filter(({ key, timePass }) => typeof timePass.minutesIncluded !== 'number' || ledger.left(key) > 0)
    .map(({ key, timePass }): Candidate => ({ key, pass: null, timePass, again: true, ends: never }));
  const passes: Candidate[] = [];
  for (const pass of held) {
    const timePass = timePassOf(terms, now, pass.timePass);
    if (timePass === null || faultOf(pass, timePass, terms, ledger, at) !== null) continue;
    const again = typeof timePass.minutesIncluded !== 'number' && ledger.usedDay(pass) !== null;
    passes.push({ key: passKey(pass.id), pass, timePass, again, ends: endOf(pass, terms.space) });
  }
  const better = terms.space.passOrder === 'priority' ? byPriority : classic;
  const order = (a: Candidate, b: Candidate) => Number(b.again) - Number(a.again) || better(a, b, ledger);
  return isCheckIn ? [...proposed, ...passes].sort(order) : [...proposed.sort(order), ...passes.sort(order)];
}

function endOf(pass: Pass, space: Space): number {
  if (pass.expires === null || pass.expires === undefined) return never;
  if (pass.expires.length > 10) return Date.parse(pass.expires);
  return cutOffOf({ ...space, dailyCutOff: '00:00' }, addDays(pass.expires, 1));
}

const isDay = (one: Candidate): boolean => typeof one.timePass.minutesIncluded !== 'number';
const yes = (a: boolean, b: boolean): number => Number(b) - Number(a);

/** Fewer spaces first; valid in none in particular comes last. */
function bySpaces(a: Candidate, b: Candidate): number {
  const count = (one: Candidate) => one.timePass.validIn?.length || never;
  const [first, second] = [count(a), count(b)];
  return first === second ? 0 : first - second;
}

function byRest(a: Candidate, b: Candidate, ledger: Ledger): number {
  return isDay(a) || isDay(b) ? 0 : ledger.left(b.key) - ledger.left(a.key);
}

function byOwner(a: Candidate, b: Candidate): number {
  return yes(a.pass?.team === undefined, b.pass?.team === undefined);
}

/** Earliest expiry, oldest, lowest id. */
function byAge(a: Candidate, b: Candidate): number {
  const made = (one: Candidate) => (one.pass?.createdAt ? Date.parse(one.pass.createdAt) : never);
  const [madeA, madeB] = [made(a), made(b)];
  if (a.ends !== b.ends) return a.ends - b.ends;
  if (madeA !== madeB) return madeA - madeB;
  return (a.pass?.id ?? '') < (b.pass?.id ?? '') ? -1 : 1;
}

function classic(a: Candidate, b: Candidate, ledger: Ledger): number {
  return (
    yes(a.pass?.source === 'plan', b.pass?.source === 'plan') ||
    bySpaces(a, b) ||
    yes(isDay(a), isDay(b)) ||
    byRest(a, b, ledger) ||
    byOwner(a, b) ||
    byAge(a, b)
  );
}

const ranks = { high: 0, normal: 1, low: 2 };

function byPriority(a: Candidate, b: Candidate, ledger: Ledger): number {
  const rank = (one: Candidate) => ranks[one.timePass.priority ?? 'normal'];
  const isIncluded = (one: Candidate) => one.pass?.source === 'plan' || one.pass?.source === 'product';
  return (
    rank(a) - rank(b) ||
    yes(isDay(a), isDay(b)) ||
    comparePrices(a.timePass.price, b.timePass.price) ||
    yes(isIncluded(a), isIncluded(b)) ||
    bySpaces(a, b) ||
    byRest(a, b, ledger) ||
    byOwner(a, b) ||
    byAge(a, b)
  );
}
