// What happens to the parts of stays that nothing held covers, for all who are inside: a tap on the way out proposes something
// for sale, and from its sale on that goes before what is held. So everybody else's part of a team's minutes depends on it.

import { type Candidate, covering, type Proposal, passesOf, type Terms } from './choose.ts';
import type { TimePass } from './document.ts';
import { kindOf, sell } from './sell.ts';
import { type Books, type Decided, type Piece, type Rider, type Walked, walk } from './walk.ts';
import { minuteMs, wholeMinutes } from './wall.ts';

export interface SoldPart extends Decided {
  readonly timePass: TimePass | null;
}

export interface Inside {
  readonly walked: Walked;
  /** What was sold of each stay, by rider. */
  readonly sold: ReadonlyMap<string, readonly SoldPart[]>;
}

type Naming = (rider: Rider) => string;

/** Walks all riders together up to `until`; the gaps of those who buy are decided from the front, whoever they belong to. */
export function walkInside(
  books: Books,
  riders: readonly Rider[],
  until: number,
  buys: (rider: Rider) => boolean = () => true,
  naming: Naming = namesOf(),
): Inside {
  const sold = new Map<string, readonly SoldPart[]>();
  let walked = walk(books, riders, until);
  for (let gap = firstGap(walked, riders, buys); gap !== undefined; gap = firstGap(walked, riders, buys)) {
    const { rider, piece } = gap;
    const parts = [...(sold.get(rider.id) ?? []), soldOf(piece, () => naming(rider))];
    sold.set(rider.id, parts);
    rider.decided = parts;
    walked = walk(withProposals(books, [...sold.values()].flat()), riders, until);
  }
  return { walked, sold };
}

function namesOf(): Naming {
  let named = 0;
  return ({ id }) => {
    named += 1;
    return `of ${id}: ${named}`;
  };
}

function firstGap(walked: Walked, riders: readonly Rider[], buys: (rider: Rider) => boolean) {
  const gaps = riders.filter(buys).flatMap((rider) => {
    const piece = walked.pieces.get(rider.id)?.find(({ by }) => by === 'gap');
    return piece === undefined ? [] : [{ rider, piece }];
  });
  return gaps.sort((a, b) => a.piece.from - b.piece.from)[0];
}

function soldOf({ from, to, segment }: Piece, name: () => string): SoldPart {
  const { sale, to: end } = sell(segment.terms, from, to);
  const timePass = sale?.timePass ?? null;
  const kept = timePass !== null && kindOf(timePass) !== 'minutes';
  const proposal = kept ? propose(name(), timePass, segment.terms, end - from) : null;
  return { from, to: end, proposal, timePass };
}

function propose(key: string, timePass: TimePass, terms: Terms, ms: number): Proposal {
  const { customer, businessDay } = terms;
  const included = timePass.minutesIncluded ?? 1;
  const boughtMinutes = Math.ceil(wholeMinutes(ms) / included) * included;
  return { key, customer, timePass, businessDay, boughtMinutes };
}

/** Whole passes that were just proposed have what their own piece leaves of them. */
function withProposals(books: Books, sold: readonly SoldPart[]): Books {
  const rest = restOf(sold);
  return { ...books, ledger: { ...books.ledger, left: (key) => rest.get(key) ?? books.ledger.left(key) } };
}

function restOf(sold: readonly SoldPart[]): ReadonlyMap<string, number> {
  const rest = new Map<string, number>();
  for (const { from, to, proposal, timePass } of sold) {
    if (proposal !== null && timePass !== null && kindOf(timePass) === 'whole') {
      rest.set(proposal.key, proposal.boughtMinutes * minuteMs - (to - from));
    }
  }
  return rest;
}

/** What someone who is not inside could enter on: best first. */
export function enterOn(books: Books, riders: readonly Rider[], terms: Terms, at: number): readonly Candidate[] {
  const { drawn } = walkInside(books, riders, at).walked;
  const ledger = { ...books.ledger, left: (key: string) => books.ledger.left(key) - (drawn.get(key) ?? 0) };
  return covering(passesOf(books.now, terms.customer), terms, books.now, ledger, at, true);
}

/** What those who are inside have drawn by then, by key. */
export function drawnOf(books: Books, riders: readonly Rider[], at: number): ReadonlyMap<string, number> {
  return walkInside(books, riders, at).walked.drawn;
}
