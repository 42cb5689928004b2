// Who pays for which part of a stay (rules.md O1, O2, O4): a stay is cut, from the front, into pieces that touch each other
// and tile it exactly, each covered by one pass, sold, or open.

import type { Catalogue } from '../catalogue.ts';
import { choosePass } from '../passes/choose.ts';
import { type Held, proposedPass, runsOutAt } from '../passes/held.ts';
import { type Asker, validUntil, whyNot } from '../passes/validity.ts';
import type { BusinessDay } from '../time/business-day.ts';
import { slotsOfDay } from '../time/slots.ts';
import { zoneOf } from '../time/zone.ts';
import { type Offer, offerFor, wholePassesFor } from './sale.ts';

export interface Piece {
  readonly startMs: number;
  readonly endMs: number;
  /** Label of the business day that it belongs to. */
  readonly day: string;
  /** `open`: nothing held covers it and nothing is on sale, or nothing may be sold. */
  readonly by: { readonly held: Held } | { readonly offer: Offer } | 'open';
  /** The pass's minutes ran out at `endMs`. */
  readonly exhausted: boolean;
}

export interface Stay {
  readonly asker: Asker;
  readonly day: BusinessDay;
  readonly fromMs: number;
  readonly toMs: number;
  /** The check-in's own pass: it covers the front whatever else is held (O4a); null: none. */
  readonly first: Held | null;
  readonly held: readonly Held[];
  readonly catalogue: Catalogue;
  /** Whether what no pass covers is proposed for sale; an automatic check-out never sells (O6). */
  readonly sells: boolean;
}

/** The pieces of the stay in order of time; none for an empty stay. */
export function coverStay(stay: Stay): Piece[] {
  return walk(stay).pieces;
}

/** What is held at the end of the stay: less what it drew, day passes used by it. */
export function heldAfter(stay: Stay): readonly Held[] {
  return walk(stay).held;
}

function walk(stay: Stay): { readonly pieces: Piece[]; readonly held: readonly Held[] } {
  const pieces: Piece[] = [];
  let held = [...stay.held];
  let atMs = stay.fromMs;
  while (atMs < stay.toMs) {
    // Beyond its business day (the cut-off could not close it in time) nothing of that day covers a visit.
    if (atMs >= stay.day.endMs) return { pieces: [...pieces, openUntilEnd(stay, atMs)], held };
    const proposed = held.filter((h) => h.proposed);
    const chosen =
      (atMs === stay.fromMs ? stay.first : null) ??
      choosePass(proposed, stay.asker, atMs, stay.day) ??
      choosePass(held, stay.asker, atMs, stay.day);
    const piece = chosen === null || chosen === undefined ? uncovered(stay, held, atMs) : covered(stay, chosen, atMs);
    if (piece.endMs > piece.startMs) pieces.push(piece);
    held = after(stay, held, piece);
    if (piece.endMs === piece.startMs) {
      // A first pass with nothing left covers nothing: the front falls to the others. Nothing else may stand still.
      if (stay.first === null || atMs !== stay.fromMs) return { pieces: [...pieces, openUntilEnd(stay, atMs)], held };
      return walk({ ...stay, first: null, held });
    }
    atMs = piece.endMs;
  }
  return { pieces, held };
}

function openUntilEnd(stay: Stay, startMs: number): Piece {
  return { startMs, endMs: stay.toMs, day: stay.day.label, by: 'open', exhausted: false };
}

function covered(stay: Stay, held: Held, startMs: number): Piece {
  const validMs = Math.min(validUntil(held, stay.asker, startMs, stay.day), stay.toMs);
  const runsOutMs = runsOutAt(held, startMs);
  const endMs = Math.max(Math.min(validMs, runsOutMs), startMs);
  return { startMs, endMs, day: stay.day.label, by: { held }, exhausted: runsOutMs <= validMs };
}

function uncovered(stay: Stay, held: readonly Held[], startMs: number): Piece {
  const untilMs = nextMoment(stay, startMs, stay.toMs, (ms) =>
    held.some((h) => whyNot(h, stay.asker, ms, stay.day) === null),
  );
  const day = stay.day.label;
  if (!stay.sells) return { startMs, endMs: untilMs, day, by: 'open', exhausted: false };
  const offer = offerFor(stay.catalogue, stay.asker, stay.day, startMs, untilMs);
  if (offer !== undefined) {
    return { startMs, endMs: Math.min(offer.endMs, untilMs), day, by: { offer }, exhausted: false };
  }
  const onSaleMs = nextMoment(
    stay,
    startMs,
    untilMs,
    (ms) => offerFor(stay.catalogue, stay.asker, stay.day, ms, ms + 1) !== undefined,
  );
  return { startMs, endMs: onSaleMs, day, by: 'open', exhausted: false };
}

/** What is held once the piece is over: minutes drawn, a day pass used, a sold day pass or whole pass held and used. */
function after(stay: Stay, held: readonly Held[], piece: Piece): Held[] {
  if (piece.by === 'open') return [...held];
  const lengthMs = piece.endMs - piece.startMs;
  const customer = stay.asker.person.customer.id;
  if ('offer' in piece.by) {
    const { timePass } = piece.by.offer;
    if (timePass.minutesIncluded !== null && !timePass.soldWhole) return [...held];
    const proposal = { customer, businessDay: stay.day.label, timePass: timePass.id, remainingMinutes: null };
    const pass = proposedPass(proposal, timePass);
    if (timePass.minutesIncluded === null) return [...held, pass];
    const boughtMs =
      wholePassesFor(wholeSecondsOf(piece), timePass.minutesIncluded) * timePass.minutesIncluded * 60_000;
    return [...held, { ...pass, remainingMs: Math.max(boughtMs - lengthMs, 0) }];
  }
  const { held: used } = piece.by;
  return held.map((h) => {
    if (h !== used) return h;
    if (h.remainingMs !== null) return { ...h, remainingMs: Math.max(h.remainingMs - lengthMs, 0) };
    return { ...h, usedOn: stay.day.label, usedBy: customer };
  });
}

/** What is billed of a piece (O10). */
export function wholeSecondsOf({ startMs, endMs }: Piece): number {
  return Math.floor((endMs - startMs) / 1000);
}

/** The first moment after `afterMs` at which the test holds, of all at which anything can begin; else `limitMs`. */
function nextMoment(stay: Stay, afterMs: number, limitMs: number, holds: (ms: number) => boolean): number {
  const moments = new Set<number>();
  const zone = zoneOf(stay.asker.space.timeZone);
  const lists = [...stay.held.map((h) => h.timePass), ...stay.catalogue.timePasses.values()];
  for (const h of stay.held) if (h.pass.validFrom !== null) moments.add(h.pass.validFrom);
  for (let day = zone.dayAt(afterMs); day <= zone.dayAt(limitMs); day++) {
    moments.add(zone.firstInstant(day, 0));
    for (const list of lists) for (const slot of slotsOfDay(zone, list.availability, day)) moments.add(slot.startMs);
  }
  const ahead = [...moments].filter((ms) => ms > afterMs && ms < limitMs).sort((a, b) => a - b);
  return ahead.find(holds) ?? limitMs;
}

/** The instants at which a pass runs out of minutes with no other held pass taking over (O4): one that is sold is none yet. */
export function exhaustions(pieces: readonly Piece[]): { readonly atMs: number; readonly pass: string }[] {
  const found: { atMs: number; pass: string }[] = [];
  const sold = new Set<string>();
  pieces.forEach(({ by, endMs, exhausted }, index) => {
    if (by === 'open') return;
    if ('offer' in by) sold.add(by.offer.timePass.id);
    if (!exhausted || !('held' in by) || (by.held.proposed && sold.has(by.held.timePass.id))) return;
    const next = pieces[index + 1]?.by;
    if (next === undefined || next === 'open' || 'offer' in next) found.push({ atMs: endMs, pass: by.held.pass.id });
  });
  return found;
}
