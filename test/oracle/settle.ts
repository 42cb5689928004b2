// Section 3's money: the pieces of a stay, what they use, what is proposed for sale, what stays uncovered.

import { decimal } from './amount.ts';
import { type Proposal, timePassOf } from './choose.ts';
import type { Pass } from './document.ts';
import { type SoldPart, walkInside } from './gaps.ts';
import { costOf, kindOf, priceFor } from './sell.ts';
import type { Books, Piece, Rider, Walked } from './walk.ts';
import { minuteMs, wholeMinutes } from './wall.ts';

export interface Charge {
  readonly timePass: string;
  readonly from: number;
  readonly to: number;
  readonly amount: string;
  readonly currency: string;
  readonly taxRate: string;
  readonly account: string | null;
  readonly price: 'standard' | 'special';
}

export type Usage =
  | { readonly pass: string; readonly businessDay: string }
  | { readonly pass: string; readonly minutes: number };

export interface Settled {
  readonly usage: readonly Usage[];
  readonly uncoveredMinutes: number;
  readonly invoiced: boolean;
  readonly charges: readonly Charge[];
  /** Day passes that this stay used first, with the business day. */
  readonly newDays: readonly { readonly pass: Pass; readonly businessDay: string }[];
  readonly proposals: readonly Proposal[];
  /** Minutes that become used, by key: of held passes, and of whole passes that were proposed. */
  readonly minutes: ReadonlyMap<string, number>;
  readonly pieces: readonly Piece[];
  readonly last: Piece['by'] | undefined;
  readonly sold: readonly SoldPart[];
}

/** Settles one rider up to `to` beside the others that are inside; `sells` is false for an automatic check-out. */
export function settle(
  books: Books,
  rider: Rider,
  others: readonly Rider[],
  to: number,
  sells: boolean,
  nameProposal: () => string,
): Settled {
  const buys = (one: Rider) => one !== rider || sells;
  const naming = (one: Rider) => (one === rider ? nameProposal() : `of ${one.id}: ${nameProposal()}`);
  const inside = walkInside(books, [rider, ...others], to, buys, naming);
  const sold = inside.sold.get(rider.id) ?? [];
  return accountOf(books, rider, inside.walked, sold);
}

function accountOf(books: Books, rider: Rider, walked: Walked, sold: readonly SoldPart[]): Settled {
  const pieces = walked.pieces.get(rider.id) ?? [];
  const byKey = new Map<string, number>();
  for (const { from, to, by } of pieces) {
    if (typeof by === 'object') byKey.set(by.key, (byKey.get(by.key) ?? 0) + to - from);
  }
  const usage: Usage[] = [];
  const newDays: { pass: Pass; businessDay: string }[] = [];
  const minutes = new Map<string, number>();
  const seen = new Set<string>();
  for (const { by, segment } of listed(books, rider, pieces, walked)) {
    if (typeof by !== 'object') continue;
    const isMinutes = typeof by.timePass.minutesIncluded === 'number';
    if (isMinutes && !minutes.has(by.key)) {
      const used = Math.min(wholeMinutes(byKey.get(by.key) ?? 0), Math.ceil(books.ledger.left(by.key) / minuteMs));
      minutes.set(by.key, by.pass === null ? wholeMinutes(byKey.get(by.key) ?? 0) : used);
      if (by.pass !== null) usage.push({ pass: by.pass.id, minutes: used });
    }
    const { businessDay } = segment.terms;
    if (!isMinutes && by.pass !== null && !seen.has(`${by.key} ${businessDay}`)) {
      seen.add(`${by.key} ${businessDay}`);
      // A day pass that the check-out before the cut-off used stands there.
      const isLater = segment !== rider.segments.at(-1);
      if (!isLater || books.ledger.usedDay(by.pass) === null) usage.push({ pass: by.pass.id, businessDay });
      if (books.ledger.usedDay(by.pass) === null) newDays.push({ pass: by.pass, businessDay });
    }
  }
  const gaps = pieces.filter(({ by }) => by === 'gap').reduce((sum, { from, to }) => sum + to - from, 0);
  for (const part of sold) {
    const key = part.proposal?.key;
    if (key === undefined || part.timePass === null || kindOf(part.timePass) !== 'whole') continue;
    // The rest of a whole pass is what its whole minutes leave.
    minutes.set(key, wholeMinutes(part.to - part.from + (byKey.get(key) ?? 0)));
  }
  return {
    usage,
    ...uncovered(sold, gaps),
    charges: chargesOf(rider, sold),
    newDays,
    proposals: sold.flatMap(({ proposal }) => (proposal === null ? [] : [proposal])),
    minutes,
    pieces,
    last: walked.last.get(rider.id),
    sold,
  };
}

type Listed = Pick<Piece, 'by' | 'segment'>;

/** The pieces, and, where the check-in's own pass covers none, that pass; of a stay of no length what it would have been on. */
function listed(books: Books, rider: Rider, pieces: readonly Piece[], walked: Walked): readonly Listed[] {
  const own = rider.segments.at(-1);
  if (own === undefined || own.startsOn === null) return pieces;
  const { ownPass } = own.terms;
  const timePass = ownPass === null ? null : timePassOf(own.terms, books.now, ownPass.timePass);
  if (own.startsOn !== undefined && ownPass !== null && timePass !== null) {
    const key = own.startsOn;
    if (pieces.some(({ by, segment }) => segment === own && typeof by === 'object' && by.key === key)) return pieces;
    const by = { key, pass: ownPass, timePass, again: false, ends: Number.POSITIVE_INFINITY };
    const earlier = pieces.filter(({ segment }) => segment !== own);
    return [...earlier, { by, segment: own }, ...pieces.filter(({ segment }) => segment === own)];
  }
  const last = walked.last.get(rider.id);
  if (last === undefined || pieces.some(({ segment }) => segment === own)) return pieces;
  return [...pieces, { by: last, segment: own }];
}

function uncovered(sold: readonly SoldPart[], gaps: number): { uncoveredMinutes: number; invoiced: boolean } {
  const lengthOf = (parts: readonly SoldPart[]) => parts.reduce((sum, { from, to }) => sum + to - from, 0);
  const unsold = gaps + lengthOf(sold.filter(({ timePass }) => timePass === null));
  const uncoveredMinutes = wholeMinutes(gaps + lengthOf(sold));
  return { uncoveredMinutes, invoiced: unsold === 0 };
}

/** One charge per piece; pieces sold on one minute pass are rounded together, and the last takes the rounding. */
function chargesOf(rider: Rider, sold: readonly SoldPart[]): readonly Charge[] {
  const before = new Map<string, bigint>();
  const parts = sold.flatMap((part) => (part.timePass === null ? [] : [{ ...part, timePass: part.timePass }]));
  const priced = parts.map(({ timePass, from, to }) => {
    const segment = rider.segments.find((one) => one.from <= from && from < one.to);
    if (segment === undefined) throw new Error('the oracle sold something outside the stay');
    const { price, kind } = priceFor(timePass, segment.terms);
    return { timePass, from, to, kind, together: `${timePass.id} ${price}`, terms: segment.terms };
  });
  return priced.map(({ timePass, from, to, kind, together, terms }, index) => {
    const earlier = before.get(together) ?? 0n;
    const isLast = !priced.slice(index + 1).some((later) => later.together === together);
    const alike = priced.filter((one) => one.together === together);
    const whole = alike.reduce((sum, one) => sum + one.to - one.from, 0);
    const own = costOf(timePass, terms, to - from);
    const rest = costOf(timePass, terms, whole) - earlier;
    // Nor is any piece less than nothing.
    const isSummed = kindOf(timePass) === 'minutes' && (isLast || own > rest);
    const units = isSummed ? rest : own;
    before.set(together, earlier + units);
    const { currency } = terms.space;
    const { id, taxRate = '0', account = null } = timePass;
    return { timePass: id, from, to, amount: decimal(units, currency), currency, taxRate, account, price: kind };
  });
}
