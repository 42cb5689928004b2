// What a covered stay comes to (rules.md O10): whole seconds are summed per pass, or time pass sold, and rounded up to the
// minute; a piece of 0 minutes is listed only for the check-in pass.

import { decimal } from '../money.ts';
import type { Held } from '../passes/held.ts';
import { type Piece, wholeSecondsOf } from './coverage.ts';
import { type Offer, totalOf } from './sale.ts';

export interface UsedPass {
  readonly held: Held;
  /** null: a day pass, used for its business day. */
  readonly minutes: number | null;
  /** Of a day pass: the business day that it was used for. */
  readonly businessDay: string;
}

export interface Charge {
  readonly offer: Offer;
  readonly startMs: number;
  readonly endMs: number;
  readonly businessDay: string;
  /** Decimal string in the time pass's currency. */
  readonly amount: string;
}

export interface Bill {
  readonly used: readonly UsedPass[];
  readonly charges: readonly Charge[];
  readonly uncoveredMinutes: number;
  /** Nothing is uncovered that has no proposed charge. */
  readonly invoiced: boolean;
}

/**
 * @param first the check-in pass, listed even for a stay of no length.
 * @param day label of the business day that the stay began on.
 */
export function billOf(pieces: readonly Piece[], first: Held | null, day: string): Bill {
  return { used: usedPasses(pieces, first, day), charges: chargesOf(pieces), ...uncoveredOf(pieces) };
}

/** A day pass counts per business day, a minute pass once whatever days the pieces belong to. */
function usedPasses(pieces: readonly Piece[], first: Held | null, firstDay: string): UsedPass[] {
  const sums = new Map<string, { held: Held; businessDay: string; seconds: number }>();
  const keyOf = (held: Held, day: string) => `${held.pass.id} ${held.remainingMs === null ? day : ''}`;
  for (const piece of pieces) {
    if (piece.by === 'open' || !('held' in piece.by) || piece.by.held.proposed) continue;
    const { held } = piece.by;
    const key = keyOf(held, piece.day);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { held, businessDay: piece.day, seconds: wholeSecondsOf(piece) });
    else sum.seconds += wholeSecondsOf(piece);
  }
  const firstKey = first === null || first.proposed ? null : keyOf(first, firstDay);
  const used = [...sums].filter(([key, { seconds }]) => seconds > 0 || key === firstKey).map(([, sum]) => sum);
  if (first !== null && firstKey !== null && !sums.has(firstKey)) {
    used.unshift({ held: first, businessDay: firstDay, seconds: 0 });
  }
  return used.map(({ held, businessDay, seconds }) => ({
    held,
    businessDay,
    minutes: held.remainingMs === null ? null : Math.ceil(seconds / 60),
  }));
}

/**
 * One charge per piece; pieces sold by the minute on one time pass at one price are rounded together, the last takes the
 * rounding (section 7), and none is less than nothing. Whole passes are bought for each piece: the next is only sold once the
 * one before is used up.
 */
function chargesOf(pieces: readonly Piece[]): Charge[] {
  const sold = pieces.filter((piece) => piece.by !== 'open' && 'offer' in piece.by && wholeSecondsOf(piece) > 0);
  const together = ({ timePass, price }: Offer): string => `${timePass.id} ${price}`;
  const seconds = new Map<string, number>();
  for (const piece of sold) {
    const key = together(offerOf(piece));
    seconds.set(key, (seconds.get(key) ?? 0) + wholeSecondsOf(piece));
  }
  const last = new Map(sold.map((piece, index) => [together(offerOf(piece)), index]));
  const billed = new Map<string, bigint>();
  return sold.map((piece, index) => {
    const offer = offerOf(piece);
    const { minutesIncluded, soldWhole, currency } = offer.timePass;
    const key = together(offer);
    const before = billed.get(key) ?? 0n;
    const own = totalOf(offer, wholeSecondsOf(piece));
    const rest = totalOf(offer, seconds.get(key) ?? 0) - before;
    const alone = minutesIncluded === null || soldWhole;
    const minor = alone || (last.get(key) !== index && own < rest) ? own : rest;
    billed.set(key, before + minor);
    return {
      offer,
      startMs: piece.startMs,
      endMs: piece.endMs,
      businessDay: piece.day,
      amount: decimal(minor, currency),
    };
  });
}

function offerOf(piece: Piece): Offer {
  if (piece.by === 'open' || !('offer' in piece.by)) throw new TypeError('a piece that was not sold has no offer');
  return piece.by.offer;
}

function uncoveredOf(pieces: readonly Piece[]): { uncoveredMinutes: number; invoiced: boolean } {
  let seconds = 0;
  let open = 0;
  for (const piece of pieces) {
    if (piece.by !== 'open' && 'held' in piece.by) continue;
    seconds += wholeSecondsOf(piece);
    if (piece.by === 'open') open += wholeSecondsOf(piece);
  }
  return { uncoveredMinutes: Math.ceil(seconds / 60), invoiced: open === 0 };
}
