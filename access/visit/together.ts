// A team's minutes, drawn by several at once (rules.md O4): whatever piece of a stay reaches the pass, check-in's or later,
// counts for everyone else who holds it, so that it runs out for all at one instant, whoever leaves first. Who is inside is
// only asked of someone who holds such a pass.

import type { Catalogue } from '../catalogue.ts';
import type { Facts, Inside, Visit } from '../facts.ts';
import type { Customer, Pass } from '../model.ts';
import { type Held, heldPasses } from '../passes/held.ts';
import { validUntil } from '../passes/validity.ts';
import type { Interval } from '../time/slots.ts';
import { coverStay, type Stay } from './coverage.ts';
import { stayAlone } from './stay.ts';

interface Draw extends Interval {
  readonly pass: string;
}

/** The stay with what others who are inside draw on the passes held, while it draws on them too. */
export function stayTogether(facts: Facts, stay: Stay): Stay {
  const others = staysBeside(facts, stay.held, stay.asker.person.customer.id);
  if (others.length === 0) return stay;
  const draws = settled([stay, ...others]);
  return withDraws(stay, draws.slice(1).flat());
}

/** As `heldPasses`, of someone who draws on nothing: with what those who are inside draw on a team's minutes. */
export function heldBeside(
  facts: Facts,
  catalogue: Catalogue,
  customer: Customer,
  passes: readonly Pass[],
  businessDay: string,
): readonly Held[] {
  const held = heldPasses(facts, catalogue, customer, passes, businessDay);
  const others = staysBeside(facts, held, customer.id);
  if (others.length === 0) return held;
  const draws = settled(others).flat();
  return held.map((h) => drawnBy(h, draws));
}

/** Open visits on passes of all others who are in a team with that customer, or with one of those: what they leave of it is there for all. */
export function visitsBeside(facts: Facts, { id, teams: own }: Customer): readonly Visit[] {
  if (own.length === 0) return [];
  const teams = new Set(own);
  const visits: Visit[] = [];
  const near = ({ customer }: Inside): boolean => isIn(teams, facts, customer);
  forEachBeside(facts, id, near, (visit) => {
    visits.push(visit);
    for (const team of facts.customer(visit.customer)?.teams ?? []) teams.add(team);
  });
  return visits;
}

/** The teams on whose minutes they draw, or may: what is left of those depends on others. */
export function sharedTeams(held: readonly Held[]): readonly string[] {
  const teams = held.filter(isShared).map(({ pass }) => pass.team);
  return [...new Set(teams.filter((team) => team !== null))];
}

function isShared({ pass, remainingMs }: Held): boolean {
  return pass.team !== null && remainingMs !== null;
}

/** Open stays of all others that draw, or may, on a team's minutes held here, or on minutes that such a one shares in turn. */
function staysBeside(facts: Facts, held: readonly Held[], customer: string): readonly Stay[] {
  const shared = held.filter(isShared);
  if (shared.length === 0) return [];
  const teams = new Set<string | null>(shared.map(({ pass }) => pass.team));
  const passes = new Set<string | null>(shared.map(({ pass }) => pass.id));
  const stays: Stay[] = [];
  const near = (one: Inside): boolean => passes.has(one.pass) || isIn(teams, facts, one.customer);
  forEachBeside(facts, customer, near, (visit) => {
    // As a tap on the way out would settle it: what that would sell goes before what is held.
    const stay = stayAlone(facts, visit, visit.fromMs, visit.closesMs, true);
    stays.push(stay);
    for (const { pass } of stay.held.filter(isShared)) {
      teams.add(pass.team);
      passes.add(pass.id);
    }
  });
  return stays;
}

function isIn(teams: ReadonlySet<string | null>, facts: Facts, customer: string): boolean {
  return facts.customer(customer)?.teams.some((team) => teams.has(team)) ?? false;
}

/** Each open visit on passes of somebody else that is near, until none is that was not taken: each that is may bring others near. */
function forEachBeside(
  facts: Facts,
  customer: string,
  isNear: (one: Inside) => boolean,
  take: (visit: Visit) => void,
): void {
  let rest = facts.insideOnPasses().filter((one) => one.customer !== customer);
  for (;;) {
    const near = rest.filter(isNear);
    if (near.length === 0) return;
    rest = rest.filter((one) => !near.includes(one));
    for (const { customer: other } of near) {
      const visit = facts.openVisit(other);
      if (visit !== undefined) take(visit);
    }
  }
}

/**
 * When each stay draws, given all others. Each round is right for longer, up to the next instant at which anyone changes
 * over to another pass; it ends when nothing moves any more.
 */
function settled(stays: readonly Stay[]): readonly (readonly Draw[])[] {
  const draws: (readonly Draw[])[] = stays.map(() => []);
  const maxRounds = 4 + 4 * stays.length;
  for (let round = 0, moved = true; moved && round < maxRounds; round++) {
    moved = false;
    stays.forEach((stay, own) => {
      const found = drawsOf(withDraws(stay, draws.filter((_, index) => index !== own).flat()));
      moved ||= !same(found, draws[own] ?? []);
      draws[own] = found;
    });
  }
  return draws;
}

/** To the end of its validity: that a pass runs out before is for whoever asks to find, of all that draw on it. */
function drawsOf(stay: Stay): readonly Draw[] {
  return coverStay(stay).flatMap(({ by, startMs, endMs, exhausted }) => {
    if (by === 'open' || !('held' in by) || !isShared(by.held)) return [];
    const validMs = Math.min(validUntil(by.held, stay.asker, startMs, stay.day), stay.toMs);
    return [{ pass: by.held.pass.id, startMs, endMs: exhausted ? validMs : endMs }];
  });
}

function withDraws(stay: Stay, draws: readonly Draw[]): Stay {
  const held = stay.held.map((h) => drawnBy(h, draws));
  const first = stay.first === null ? null : (held[stay.held.indexOf(stay.first)] ?? stay.first);
  return { ...stay, held, first };
}

function drawnBy(held: Held, draws: readonly Draw[]): Held {
  if (!isShared(held)) return held;
  return { ...held, drawn: draws.filter(({ pass }) => pass === held.pass.id) };
}

function same(a: readonly Draw[], b: readonly Draw[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ pass, startMs, endMs }, index) => {
      const other = b[index];
      return other?.pass === pass && other.startMs === startMs && other.endMs === endMs;
    })
  );
}
