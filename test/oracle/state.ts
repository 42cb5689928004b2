// What the oracle remembers between two steps: who is inside, what was used, in which mode the doors are.

import { type Ledger, type Proposal, passesOf, passKey, type Terms } from './choose.ts';
import type { Mode, Pass, Replica, ScenarioFile, Space } from './document.ts';
import type { Settled } from './settle.ts';
import type { Rider } from './walk.ts';
import { minuteMs } from './wall.ts';

export interface Line {
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Of what happened at a door. */
  readonly accessPoint?: string;
  readonly reader?: string;
}

export interface Visit {
  readonly id: string;
  readonly customer: string;
  readonly space: Space;
  readonly from: number;
  /** The cut-off that closes it. */
  readonly end: number;
  readonly terms: Terms;
  readonly coverage: string;
  readonly startsOn: string | null;
  /** The check-in's pass as it was then. */
  readonly pass: Pass | null;
  /** What the clock on the wall showed at the check-in: nobody's rule, but in this order visits end that end at once. */
  readonly shown: number;
  lastSeen: number;
}

export interface Presumed {
  readonly customer: string;
  readonly space: Space;
  readonly since: number;
  readonly until: number;
  readonly visit: Visit;
  readonly goesOnWith: string | null | undefined;
  /** Milliseconds up to the last tap that counted toward the limits of plans. */
  readonly counted: number;
}

export interface Guest {
  readonly visitor: string;
  readonly host: string;
  readonly space: string;
  readonly since: number;
  readonly until: number;
}

/** One command `mode` that a door took. */
export interface Setting {
  readonly mode: Mode;
  readonly by: string;
  readonly until: number;
}

export interface Door {
  /** What was set since somebody last gave the door back, in order. */
  set: Setting[];
  /** Granted entries inside the hours of a schedule that waits for one. */
  readonly entries: number[];
  /** What was in force when it was last looked at. */
  seen: string;
  /** How often that has changed. */
  changes: number;
}

/** What was used, apart from what those who are inside draw. */
export interface Used {
  readonly days: Map<string, { businessDay: string; customer: string | null }>;
  readonly minutes: Map<string, number>;
  readonly proposals: Proposal[];
  readonly stays: { customer: string; space: string; businessDay: string; minutes: number }[];
}

export interface World {
  readonly file: ScenarioFile;
  replica: Replica;
  used: Used;
  visits: Visit[];
  presumed: Presumed[];
  guests: Guest[];
  /** Who went in with no visit: remembered as long as someone is presumed inside. */
  readonly without: Map<string, { space: string; until: number }>;
  readonly doors: Map<string, Door>;
  readonly decided: Map<string, { at: number; changes: number; replica: Replica; data: Record<string, unknown> }>;
  readonly told: Set<string>;
  readonly lines: Line[];
  synchronised: boolean;
  /** How far the clock on the wall is ahead of the time that is the least that it can be. */
  aheadMs: number;
  now: number;
  named: number;
}

export function copyOf(used: Used): Used {
  return {
    days: new Map(used.days),
    minutes: new Map(used.minutes),
    proposals: [...used.proposals],
    stays: [...used.stays],
  };
}

/** The books of passes: what the replica says, less what was used here. */
export function ledgerOf(world: World, used: Used): Ledger {
  return {
    left: (key) => {
      const proposal = used.proposals.find((one) => one.key === key);
      const bought = proposal?.boughtMinutes ?? boughtOf(world, key);
      return (bought - (used.minutes.get(key) ?? 0)) * minuteMs;
    },
    usedDay: (pass) => {
      if (typeof pass.usedOn === 'string') return { businessDay: pass.usedOn, customer: pass.usedBy ?? null };
      return used.days.get(pass.id) ?? null;
    },
    proposals: used.proposals,
  };
}

function boughtOf(world: World, key: string): number {
  const stays = [...world.visits, ...world.presumed.map(({ visit }) => visit)];
  const passes = [...(world.replica.passes ?? []), ...stays.flatMap(({ pass }) => (pass === null ? [] : [pass]))];
  const pass = passes.find(({ id }) => passKey(id) === key);
  if (pass === undefined) return 0;
  if (typeof pass.remainingMinutes === 'number') return pass.remainingMinutes;
  const timePass = (world.replica.timePasses ?? []).find(({ id }) => id === pass.timePass);
  return timePass?.minutesIncluded ?? 0;
}

export function use(used: Used, settled: Settled, customer: string): void {
  for (const { pass, businessDay } of settled.newDays) used.days.set(pass.id, { businessDay, customer });
  for (const [key, minutes] of settled.minutes) used.minutes.set(key, (used.minutes.get(key) ?? 0) + minutes);
  used.proposals.push(...settled.proposals);
}

export function riderOf(world: World, visit: Visit): Rider {
  const { customer, terms, startsOn, from } = visit;
  const free = isFree(visit.coverage);
  const held = heldWith(world, customer, visit.pass);
  const segment = { from, to: Number.POSITIVE_INFINITY, terms, free, startsOn };
  return { id: visit.id, customer, segments: [segment], held, decided: [] };
}

/** Covered without a pass. */
export const isFree = (coverage: string): boolean => coverage === 'plan' || coverage === 'none-needed';

/** The passes that someone holds now, with the check-in's own as it was then. */
export function heldWith(world: World, customer: string, own: Pass | null): readonly Pass[] {
  const held = passesOf(world.replica, customer);
  return own === null ? held : [...held.filter(({ id }) => id !== own.id), own];
}

export function tell(
  world: World,
  at: number,
  type: string,
  data: Record<string, unknown>,
  where: { accessPoint?: string; reader?: string } = {},
): void {
  world.lines.push({ type, time: new Date(at + world.aheadMs).toISOString(), ...where, data });
}

export function spaceOf(world: World, id: string): Space {
  const space = world.replica.spaces.find((one) => one.id === id);
  if (space === undefined) throw new Error(`the oracle knows no space ${id}`);
  return space;
}
