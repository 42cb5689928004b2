// Which records hold together in themselves. An import refuses contradictory data; where some got in anyway (an older
// store, a hand-edited database), the rules take what it stands in as not there: it crashes no decision and grants nothing.

import type { Contract, DateSpan, Pass, PlanLimits, Space, TimePass } from './model.ts';
import { ZoneError, zoneOf } from './time/zone.ts';

const datePattern = /^\d{4}-\d{2}-\d{2}$/;
const timePattern = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const decimalPattern = /^\d{1,9}(?:\.\d{1,4})?$/;
/** The end of the year 9999, UTC milliseconds: no file that is read names a later instant. */
const beyondMs = 253_402_300_800_000;
const currencyPattern = /^[A-Z]{3}$/;

/** Its day can be told: a zone that the calendar knows, and a cut-off that is a time of day. */
export function isSoundSpace({ timeZone, dailyCutOff, currency }: Space): boolean {
  return knowsZone(timeZone) && timePattern.test(dailyCutOff) && currencyPattern.test(currency);
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

/** Its prices can be reckoned with, and its minutes are a number of them. */
export function isSoundTimePass({ price, currency, minutesIncluded, specialPrices }: TimePass): boolean {
  const prices = [price, ...specialPrices.map((special) => special.price)];
  if (!prices.every((written) => decimalPattern.test(written)) || !currencyPattern.test(currency)) return false;
  return minutesIncluded === null || (Number.isSafeInteger(minutesIncluded) && minutesIncluded > 0);
}

export function areSoundLimits(limits: PlanLimits): boolean {
  return Object.values(limits).every((limit) => limit === null || (Number.isSafeInteger(limit) && limit >= 0));
}

/** Somebody holds it, from an instant and until one. */
export function isSoundPass({ customer, team, validFrom, expires }: Pass): boolean {
  return (customer === null) !== (team === null) && isInstantOrNone(validFrom) && isInstantOrNone(expires);
}

function isInstantOrNone(ms: number | null): boolean {
  return ms === null || (typeof ms === 'number' && Math.abs(ms) < beyondMs);
}

/** Of a plan that the site has; its days can be told apart, and none ends before it begins. */
export function isSoundContract({ plan, from, to, frozen }: Contract, plans: ReadonlyMap<string, unknown>): boolean {
  if (!plans.has(plan) || !isSoundSpan({ from, to })) return false;
  return frozen.length === 0 || frozen.every(isSoundSpan);
}

export function isSoundSpan({ from, to }: DateSpan): boolean {
  return datePattern.test(from) && (to === null || (datePattern.test(to) && from <= to));
}
