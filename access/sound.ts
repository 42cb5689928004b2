// Which records hold together in themselves. An import refuses contradictory data; where some got in anyway (an older
// store, a hand-edited database), the rules take what it stands in as not there: it crashes no decision and grants nothing.

import type { Contract, DateSpan, Pass, PassOrder, PassSource, PlanLimits, Space, TimePass } from './model.ts';
import { isTimeOfDay } from './time/date.ts';
import { ZoneError, zoneOf } from './time/zone.ts';

const datePattern = /^\d{4}-\d{2}-\d{2}$/;
const decimalPattern = /^\d{1,9}(?:\.\d{1,4})?$/;
/** The end of the year 9999, UTC milliseconds: no file that is read names a later instant. */
const beyondMs = 253_402_300_800_000;
const currencyPattern = /^[A-Z]{3}$/;

const passOrders: readonly unknown[] = ['classic', 'priority'] satisfies readonly PassOrder[];
const sources: readonly unknown[] = ['plan', 'product', 'sold', 'manual'] satisfies readonly PassSource[];
const kinds: readonly unknown[] = [null, 'members', 'contacts'] satisfies readonly TimePass['onlyFor'][];
const priorities: readonly unknown[] = ['high', 'normal', 'low'] satisfies readonly TimePass['priority'][];

/** Its day can be told: a zone that the calendar knows, and a cut-off that is a time of day; and so can its order of passes. */
export function isSoundSpace({ timeZone, dailyCutOff, currency, passOrder }: Space): boolean {
  if (!knowsZone(timeZone) || !isTimeOfDay(dailyCutOff)) return false;
  return currencyPattern.test(currency) && passOrders.includes(passOrder);
}

function knowsZone(id: string): boolean {
  try {
    zoneOf(id);
    return true;
  } catch (error) {
    if (error instanceof ZoneError) return false;
    throw error;
  }
}

/** Its prices can be reckoned with, its minutes are a number of them, and it says for whom it is. */
export function isSoundTimePass(timePass: TimePass): boolean {
  const { price, currency, minutesIncluded, specialPrices, onlyFor, priority } = timePass;
  if (!kinds.includes(onlyFor) || !priorities.includes(priority)) return false;
  const prices = [price, ...specialPrices.map((special) => special.price)];
  if (!prices.every((written) => decimalPattern.test(written)) || !currencyPattern.test(currency)) return false;
  return minutesIncluded === null || (Number.isSafeInteger(minutesIncluded) && minutesIncluded > 0);
}

export function areSoundLimits(limits: PlanLimits): boolean {
  return Object.values(limits).every((limit) => limit === null || (Number.isSafeInteger(limit) && limit >= 0));
}

/** Somebody holds it, from an instant and until one, and it came from somewhere. */
export function isSoundPass({ customer, team, source, validFrom, expires }: Pass): boolean {
  if ((customer === null) === (team === null) || !sources.includes(source)) return false;
  return isInstantOrNone(validFrom) && isInstantOrNone(expires);
}

function isInstantOrNone(ms: number | null): boolean {
  return ms === null || (typeof ms === 'number' && Math.abs(ms) < beyondMs);
}

/** Somebody has it, of a plan that the site has; its days can be told apart, and none ends before it begins. */
export function isSoundContract(contract: Contract, plans: ReadonlyMap<string, unknown>): boolean {
  const { customer, team, plan, frozen } = contract;
  if ((customer === null) === (team === null) || !plans.has(plan) || !isSoundSpan(contract)) return false;
  return frozen.length === 0 || frozen.every(isSoundSpan);
}

export function isSoundSpan({ from, to }: DateSpan): boolean {
  return datePattern.test(from) && (to === null || (datePattern.test(to) && from <= to));
}
