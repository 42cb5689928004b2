// What C16 tells with its denial: the next time that a pass is valid and the space open. Looked for from one quarter of an
// hour to the next (no slot, day or cut-off of the generated sites begins in between), and at each instant that a pass names.

import { faultOf, isForHere, type Ledger, passesOf, type Terms, termsAt, timePassOf } from './choose.ts';
import type { Pass, TimePass } from './document.ts';
import { type Asked, hasAllHours } from './enter.ts';
import { addDays, businessDayOf, dateAt, inSlots, isOpen, quarterMs } from './wall.ts';

const horizonDays = 35;

/** A pass that may be valid some time, and the last date on which it is asked for. */
interface Hope {
  readonly pass: Pass;
  readonly timePass: TimePass;
  readonly until: string;
}

/** Null where it is not within the horizon: so many dates after today's, and after the one on which a pass begins. */
export function nextValid(asked: Asked, customer: string, ledger: Ledger): number | null {
  const { space, at: now } = asked;
  const hopes = hopesOf(asked, customer, ledger);
  if (hopes.length === 0 && ledger.proposals.length === 0) return null;
  const begins = hopes.flatMap(({ pass: { validFrom } }) => (validFrom ? [Date.parse(validFrom)] : []));
  const last = [horizonOf(asked, now), ...hopes.map(({ until }) => until)].sort().at(-1) ?? '';
  const instants = begins.filter((at) => at > now);
  for (let at = (Math.floor(now / quarterMs) + 1) * quarterMs; dateAt(space.timeZone, at) <= last; at += quarterMs) {
    instants.push(at);
  }
  const found = instants
    .sort((a, b) => a - b)
    .find((at) => {
      if (!isOpen(space, at) && !hasAllHours({ ...asked, at }, customer)) return false;
      const terms = termsThen(asked, customer, at);
      return (
        hopes.some((hope) => covers(hope, terms, ledger, at)) ||
        ledger.proposals.some(
          ({ key, timePass, ...of }) =>
            of.customer === customer &&
            (typeof timePass.minutesIncluded !== 'number' || ledger.left(key) > 0) &&
            inSlots(timePass.availability, space.timeZone, at) &&
            isForHere(timePass, terms) &&
            of.businessDay === terms.businessDay,
        )
      );
    });
  return found ?? null;
}

/** Of minutes that are used up there is no hope. */
function hopesOf(asked: Asked, customer: string, ledger: Ledger): readonly Hope[] {
  const { world, at } = asked;
  const terms = termsThen(asked, customer, at);
  return passesOf(world.replica, customer).flatMap((pass) => {
    const timePass = timePassOf(terms, world.replica, pass.timePass);
    if (timePass === null) return [];
    if (typeof timePass.minutesIncluded === 'number' && ledger.left(`pass:${pass.id}`) <= 0) return [];
    return [{ pass, timePass, until: horizonOf(asked, Math.max(at, Date.parse(pass.validFrom ?? '') || 0)) }];
  });
}

function horizonOf({ space }: Asked, start: number): string {
  return addDays(dateAt(space.timeZone, start), horizonDays);
}

/** The business day is asked for by day passes that were used, and by nothing else. */
function termsThen({ world, space }: Asked, customer: string, at: number): Terms {
  const terms = termsAt(world.replica, customer, space, '', at);
  return Object.defineProperty(terms, 'businessDay', { get: () => businessDayOf(space, at) });
}

function covers({ pass, timePass, until }: Hope, terms: Terms, ledger: Ledger, at: number): boolean {
  return dateAt(terms.space.timeZone, at) <= until && faultOf(pass, timePass, terms, ledger, at) === null;
}
