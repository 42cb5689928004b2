// What covers whom, from tick to tick: everyone who is inside walks through time together, so that those who draw on one team
// pass empty it together. A tick is a whole minute, or an instant at which something begins, ends or runs out.

import { type Candidate, covering, faultOf, type Ledger, type Proposal, type Terms } from './choose.ts';
import type { Pass, Replica } from './document.ts';
import { inSlots, minuteMs } from './wall.ts';

/** A part of a stay under the terms of one check-in. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly terms: Terms;
  /** Needs no pass: the plan uses none, or the space asks for none. */
  readonly free: boolean;
  /** What was chosen at the check-in, or went on at the last tap; undefined where it is to be chosen. */
  readonly startsOn: string | null | undefined;
}

/** A part of a stay that was decided to be sold, or not to be sold at all. */
export interface Decided {
  readonly from: number;
  readonly to: number;
  readonly proposal: Proposal | null;
}

export interface Rider {
  readonly id: string;
  readonly customer: string;
  readonly segments: readonly Segment[];
  /** The passes that count as held, the check-in's own as it was then. */
  readonly held: readonly Pass[];
  decided: Decided[];
}

/** By: a pass or proposal, nothing (a gap), what was decided for the gap, or free of charge. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly by: Candidate | 'gap' | 'decided' | 'free';
  readonly segment: Segment;
}

export interface Exhausted {
  readonly rider: string;
  readonly pass: string | null;
  readonly at: number;
}

export interface Walked {
  readonly pieces: ReadonlyMap<string, readonly Piece[]>;
  readonly exhausted: readonly Exhausted[];
  /** Milliseconds drawn per key, by everyone. */
  readonly drawn: ReadonlyMap<string, number>;
  /** What a rider is on at the end of the walk. */
  readonly last: ReadonlyMap<string, Piece['by'] | undefined>;
}

interface Seat {
  readonly rider: Rider;
  by: Piece['by'] | undefined;
  segment: Segment | undefined;
  readonly pieces: Piece[];
  readonly usedHere: Map<string, string>;
}

export interface Books {
  readonly now: Replica;
  readonly ledger: Ledger;
}

/** Walks all riders from the first of them to `until`: whoever is on a pass draws on it, however the stay came to it. */
export function walk(books: Books, riders: readonly Rider[], until: number): Walked {
  const drawn = new Map<string, number>();
  const seats = riders.map(
    (rider): Seat => ({ rider, by: undefined, segment: undefined, pieces: [], usedHere: new Map() }),
  );
  const exhausted: Exhausted[] = [];
  const stops = stopsOf(books.now, riders);
  let at = Math.min(until, ...riders.flatMap(({ segments }) => segments.map(({ from }) => from)));
  for (;;) {
    for (const seat of seats) takeSeat(books, seat, at, drawn, exhausted);
    if (at >= until) break;
    const tick = Math.min(until, Math.floor(at / minuteMs) * minuteMs + minuteMs, ...stops.filter((stop) => stop > at));
    const next = Math.min(tick, ...emptyAt(books, seats, at, drawn));
    for (const seat of seats) sit(seat, at, next, drawn);
    at = next;
  }
  return {
    pieces: new Map(seats.map(({ rider, pieces }) => [rider.id, pieces])),
    exhausted,
    drawn,
    last: new Map(seats.map(({ rider, by }) => [rider.id, by])),
  };
}

function stopsOf(now: Replica, riders: readonly Rider[]): readonly number[] {
  const ends = (now.passes ?? []).flatMap(({ validFrom, expires }) => [validFrom, expires]);
  const instants = ends
    .filter((text) => typeof text === 'string' && text.length > 10)
    .map((text) => Date.parse(text ?? ''));
  const bounds = riders.flatMap(({ segments, decided }) =>
    [...segments, ...decided].flatMap(({ from, to }) => [from, to]),
  );
  return [...new Set([...instants, ...bounds])];
}

/** The books as one rider sees them at this moment of the walk. */
function ledgerOf(books: Books, seat: Seat, at: number, drawn: ReadonlyMap<string, number>): Ledger {
  const { ledger } = books;
  const sold = seat.rider.decided.filter(({ proposal, to }) => proposal !== null && to <= at);
  return {
    left: (key) => ledger.left(key) - (drawn.get(key) ?? 0),
    usedDay: (pass) => {
      const businessDay = seat.usedHere.get(pass.id);
      return businessDay === undefined ? ledger.usedDay(pass) : { businessDay, customer: seat.rider.customer };
    },
    proposals: [...ledger.proposals, ...sold.flatMap(({ proposal }) => (proposal === null ? [] : [proposal]))],
  };
}

/** Goes on with what covers, or changes over to what the first section chooses now. */
function takeSeat(books: Books, seat: Seat, at: number, drawn: Map<string, number>, exhausted: Exhausted[]): void {
  const segment = seat.rider.segments.find(({ from, to }) => from <= at && at < to);
  const before = seat.by;
  const ranOut =
    typeof before === 'object' &&
    isMinutes(before) &&
    books.ledger.left(before.key) - (drawn.get(before.key) ?? 0) <= 0;
  const place = segment ?? seat.segment;
  if (place === undefined) return;
  const ledger = ledgerOf(books, seat, at, drawn);
  const by = segment === undefined && !ranOut ? undefined : choose(books, seat, place, ledger, at);
  if (ranOut && typeof by !== 'object' && !isOwnSale(seat.rider, before)) {
    exhausted.push({ rider: seat.rider.id, pass: before.pass?.id ?? null, at });
  }
  seat.by = segment === undefined ? undefined : by;
  seat.segment = segment;
  if (typeof by === 'object' && by.pass !== null && !isMinutes(by) && segment !== undefined) {
    if (books.ledger.usedDay(by.pass) === null) seat.usedHere.set(by.pass.id, segment.terms.businessDay);
  }
}

/** What is only sold on the way out is nothing that could run out before. */
function isOwnSale({ decided }: Rider, { key }: Candidate): boolean {
  return decided.some(({ proposal }) => proposal?.key === key);
}

const isMinutes = (one: Candidate): boolean => typeof one.timePass.minutesIncluded === 'number';

function choose(books: Books, seat: Seat, segment: Segment, ledger: Ledger, at: number): Piece['by'] {
  if (segment.free) return 'free';
  if (seat.rider.decided.some(({ from, to }) => from <= at && at < to)) return 'decided';
  const { held } = seat.rider;
  const isStart = seat.segment !== segment && at === segment.from;
  if (!isStart && typeof seat.by === 'object' && stillCovers(seat, seat.by, segment, ledger, at)) return seat.by;
  const all = covering(held, segment.terms, books.now, ledger, at, isStart);
  if (isStart && segment.startsOn !== undefined) {
    const first = all.find(({ key }) => key === segment.startsOn);
    if (first !== undefined) return first;
  }
  return all[0] ?? 'gap';
}

/** A pass covers until it stops being valid, though a better one may have become valid meanwhile. */
function stillCovers(seat: Seat, by: Candidate, segment: Segment, ledger: Ledger, at: number): boolean {
  if (seat.segment !== segment) return false;
  const { terms } = segment;
  // What was proposed in this stay goes before what is held from its sale on.
  const sold = seat.rider.decided.some(({ proposal, to }) => proposal !== null && to === at);
  if (sold) return false;
  if (by.pass !== null) return faultOf(by.pass, by.timePass, terms, ledger, at) === null;
  return inSlots(by.timePass.availability, terms.space.timeZone, at) && (!isMinutes(by) || ledger.left(by.key) > 0);
}

/** The instants at which the minutes that are being drawn on run out, should nothing else happen before. */
function emptyAt(
  books: Books,
  seats: readonly Seat[],
  at: number,
  drawn: ReadonlyMap<string, number>,
): readonly number[] {
  const keys = seats.flatMap(({ by }) => (typeof by === 'object' && isMinutes(by) ? [by.key] : []));
  return [...new Set(keys)].map((key) => {
    const together = keys.filter((other) => other === key).length;
    return at + Math.ceil((books.ledger.left(key) - (drawn.get(key) ?? 0)) / together);
  });
}

function sit(seat: Seat, from: number, to: number, drawn: Map<string, number>): void {
  const { by, segment } = seat;
  if (by === undefined || segment === undefined || from === to) return;
  if (typeof by === 'object' && isMinutes(by)) drawn.set(by.key, (drawn.get(by.key) ?? 0) + to - from);
  const last = seat.pieces.at(-1);
  const same = last !== undefined && last.to === from && last.segment === segment && sameBy(last.by, by);
  if (last !== undefined && same) seat.pieces[seat.pieces.length - 1] = { ...last, to };
  else seat.pieces.push({ from, to, by, segment });
}

function sameBy(a: Piece['by'], b: Piece['by']): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.key === b.key : a === b;
}
