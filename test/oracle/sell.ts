// O2 and O3 as they are written: what of the catalogue pays for a part of a stay that nothing held covers.

import { minorUnits } from './amount.ts';
import { isForHere, type Terms } from './choose.ts';
import type { TimePass } from './document.ts';
import { inSlots, minuteMs } from './wall.ts';

export interface Sale {
  readonly timePass: TimePass;
  readonly to: number;
}

export type Kind = 'day' | 'minutes' | 'whole';

export function kindOf(timePass: TimePass): Kind {
  if (typeof timePass.minutesIncluded !== 'number') return 'day';
  return timePass.soldWhole === true ? 'whole' : 'minutes';
}

/** The price for this person: the lowest special one of the plans, or the list's. */
export function priceFor(timePass: TimePass, terms: Terms): { price: string; kind: 'standard' | 'special' } {
  const special = (timePass.specialPrices ?? [])
    .filter(({ plan }) => terms.plans.includes(plan))
    .map(({ price }) => price);
  const [lowest] = special.sort((a, b) => Number(a) - Number(b));
  return lowest === undefined ? { price: timePass.price, kind: 'standard' } : { price: lowest, kind: 'special' };
}

/** What so many milliseconds cost, in minor units of the space's currency. */
export function costOf(timePass: TimePass, terms: Terms, ms: number): bigint {
  const { price } = priceFor(timePass, terms);
  const { currency } = terms.space;
  const included = timePass.minutesIncluded ?? 1;
  const minutes = Math.ceil(ms / minuteMs);
  switch (kindOf(timePass)) {
    case 'day':
      return minorUnits(price, 1, 1, currency);
    case 'minutes':
      return minorUnits(price, minutes, included, currency);
    case 'whole':
      return minorUnits(price, Math.ceil(minutes / included), 1, currency);
  }
}

function isOnSale(timePass: TimePass, terms: Terms, at: number): boolean {
  return (
    timePass.onSale === true &&
    timePass.currency === terms.space.currency &&
    isForHere(timePass, terms) &&
    inSlots(timePass.availability, terms.space.timeZone, at)
  );
}

const nextMinute = (at: number, end: number): number => Math.min(end, Math.floor(at / minuteMs) * minuteMs + minuteMs);

/** Up to when a time pass that is valid at `from` stays valid without a break. */
function reachOf(timePass: TimePass, terms: Terms, from: number, to: number): number {
  let at = from;
  while (at < to && isOnSale(timePass, terms, at)) at = nextMinute(at, to);
  return at;
}

/** The sale for the front of [from, to): null up to the instant where one begins to be possible. */
export function sell(terms: Terms, from: number, to: number): { sale: Sale | null; to: number } {
  const catalogue = terms.replica.timePasses ?? [];
  const reaches = catalogue.map((timePass) => ({ timePass, reach: reachOf(timePass, terms, from, to) }));
  const furthest = Math.max(from, ...reaches.map(({ reach }) => reach));
  if (furthest === from) {
    let at = from;
    while (at < to && !catalogue.some((timePass) => isOnSale(timePass, terms, at))) at = nextMinute(at, to);
    return { sale: null, to: at };
  }
  const [best] = reaches
    .filter(({ reach }) => reach === furthest)
    .map(({ timePass }) => ({ timePass, cost: costOf(timePass, terms, furthest - from) }))
    .sort((a, b) => (a.cost < b.cost ? -1 : a.cost > b.cost ? 1 : a.timePass.id < b.timePass.id ? -1 : 1));
  return { sale: best === undefined ? null : { timePass: best.timePass, to: furthest }, to: furthest };
}
