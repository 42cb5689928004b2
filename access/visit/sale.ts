// The time pass that is proposed for a part of a stay that nothing held covers (rules.md O2, O3): the cheapest that is
// valid for all of it, else the one that reaches furthest from its start, then the cheapest.

import type { Catalogue } from '../catalogue.ts';
import type { TimePass } from '../model.ts';
import { shareOfPrice } from '../money.ts';
import { comparePrices } from '../passes/order.ts';
import { type Asker, allowedTo, validHere } from '../passes/validity.ts';
import type { BusinessDay } from '../time/business-day.ts';
import { inSlots, slotsEnd } from '../time/slots.ts';
import { zoneOf } from '../time/zone.ts';

export interface Offer {
  readonly timePass: TimePass;
  /** Decimal string, gross: the special price of the customer's plan where there is one. */
  readonly price: string;
  readonly special: boolean;
  /** Where the time pass stops being valid. */
  readonly endMs: number;
}

/** undefined: nothing is on sale at `startMs` for this person, space and time. */
export function offerFor(
  catalogue: Catalogue,
  asker: Asker,
  day: BusinessDay,
  startMs: number,
  endMs: number,
): Offer | undefined {
  let best: Offer | undefined;
  for (const timePass of catalogue.timePasses.values()) {
    const offer = offerOf(timePass, asker, day, startMs);
    if (offer !== undefined && (best === undefined || compareOffers(offer, best, startMs, endMs) < 0)) best = offer;
  }
  return best;
}

function offerOf(timePass: TimePass, asker: Asker, day: BusinessDay, startMs: number): Offer | undefined {
  const { space } = asker;
  // A time pass in another currency than the space's is not on sale there (section 4).
  if (!timePass.onSale || timePass.currency !== space.currency) return undefined;
  if (!validHere(timePass, asker) || !allowedTo(timePass, asker, startMs)) return undefined;
  const zone = zoneOf(space.timeZone);
  if (!inSlots(zone, timePass.availability, startMs)) return undefined;
  const endMs = slotsEnd(zone, timePass.availability, startMs, day.endMs);
  const { price, special } = priceFor(timePass, asker.plans ?? []);
  return { timePass, price, special, endMs };
}

/** Of several special prices the lowest counts (section 7). */
function priceFor(timePass: TimePass, plans: readonly string[]): { price: string; special: boolean } {
  const special = timePass.specialPrices
    .filter((s) => plans.includes(s.plan))
    .map((s) => s.price)
    .sort(comparePrices)[0];
  return special === undefined ? { price: timePass.price, special: false } : { price: special, special: true };
}

function compareOffers(a: Offer, b: Offer, startMs: number, endMs: number): number {
  const aWhole = a.endMs >= endMs;
  if (aWhole !== b.endMs >= endMs) return aWhole ? -1 : 1;
  if (!aWhole && a.endMs !== b.endMs) return b.endMs - a.endMs;
  const seconds = Math.floor((Math.min(a.endMs, endMs) - startMs) / 1000);
  const aTotal = totalOf(a, seconds);
  const bTotal = totalOf(b, seconds);
  if (aTotal !== bTotal) return aTotal < bTotal ? -1 : 1;
  return a.timePass.id < b.timePass.id ? -1 : 1;
}

/** What the offer costs for that many seconds, in minor units (O3): seconds are rounded up to the minute (O10). */
export function totalOf(offer: Offer, seconds: number): bigint {
  const { minutesIncluded, soldWhole, currency } = offer.timePass;
  if (minutesIncluded === null) return shareOfPrice(offer.price, 1, 1, currency);
  const minutes = Math.ceil(seconds / 60);
  if (soldWhole) return shareOfPrice(offer.price, wholePassesFor(seconds, minutesIncluded), 1, currency);
  return shareOfPrice(offer.price, minutes, minutesIncluded, currency);
}

/** How many passes of that many minutes are bought for so many seconds: one at the least. */
export function wholePassesFor(seconds: number, minutesIncluded: number): number {
  return Math.max(Math.ceil(Math.ceil(seconds / 60) / minutesIncluded), 1);
}
