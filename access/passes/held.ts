// The passes that a person holds, as they stand now: what the replica says less what was used here and no replica includes
// yet (rules.md section 5), and passes proposed for sale earlier in the business day (section 1.0).

import type { Catalogue } from '../catalogue.ts';
import type { LocalFacts, LocalUse, Proposal } from '../facts.ts';
import type { Customer, Pass, TimePass } from '../model.ts';

const minuteMs = 60_000;

export interface Held {
  readonly pass: Pass;
  readonly timePass: TimePass;
  /** Of a minute pass, before what open visits draw; null: a day pass. */
  readonly remainingMs: number | null;
  /** Since when other open visits draw on it; empty for all but a team's minute pass. */
  readonly drawnSinceMs: readonly number[];
  /** Of a day pass: label of the business day, and by whom. */
  readonly usedOn: string | null;
  readonly usedBy: string | null;
  /** Proposed for sale, not held by hand: it has no pass of its own. */
  readonly proposed: boolean;
}

/** Passes with their time pass and what is left of them. One of an unknown time pass is nothing that could be used. */
export function heldPasses(
  facts: LocalFacts,
  catalogue: Catalogue,
  customer: Customer,
  passes: readonly Pass[],
  businessDay: string,
): Held[] {
  const uses = passes.length === 0 ? [] : facts.localUse(passes.map((pass) => pass.id));
  const held: Held[] = [];
  for (const pass of passes) {
    const timePass = catalogue.timePasses.get(pass.timePass);
    if (timePass !== undefined) held.push(standing(pass, timePass, uses));
  }
  const shared = held.filter((h) => h.pass.team !== null && h.remainingMs !== null);
  const all = shared.length === 0 ? held : drawnTogether(facts, held, customer.id);
  for (const proposal of summed(facts.proposals(customer.id, businessDay))) {
    const timePass = catalogue.timePasses.get(proposal.timePass);
    if (timePass !== undefined) all.push(proposedPass(proposal, timePass));
  }
  return all;
}

/** One proposal per time pass: the minutes of its sales less those drawn since. */
function summed(proposals: readonly Proposal[]): readonly Proposal[] {
  const sums = new Map<string, Proposal>();
  for (const proposal of proposals) {
    const before = sums.get(proposal.timePass);
    const minutes = (before?.remainingMinutes ?? 0) + (proposal.remainingMinutes ?? 0);
    const remainingMinutes = proposal.remainingMinutes === null ? null : Math.max(minutes, 0);
    sums.set(proposal.timePass, { ...proposal, remainingMinutes });
  }
  return [...sums.values()];
}

function standing(pass: Pass, timePass: TimePass, uses: readonly LocalUse[]): Held {
  let usedOn = pass.usedOn;
  let usedBy = pass.usedBy ?? (pass.usedOn === null ? null : pass.customer);
  let minutes = timePass.minutesIncluded === null ? 0 : (pass.remainingMinutes ?? timePass.minutesIncluded);
  for (const use of uses) {
    if (use.pass !== pass.id) continue;
    if (use.businessDay === null) minutes -= use.minutes;
    else {
      usedOn = use.businessDay;
      usedBy = use.customer;
    }
  }
  const remainingMs = timePass.minutesIncluded === null ? null : Math.round(Math.max(minutes, 0) * minuteMs);
  return { pass, timePass, remainingMs, drawnSinceMs: [], usedOn, usedBy, proposed: false };
}

/** Visits of others that are open on one team pass draw on it together (O4). */
function drawnTogether(facts: LocalFacts, held: readonly Held[], customer: string): Held[] {
  const others = facts.visitsOn(held.map((h) => h.pass.id)).filter((visit) => visit.customer !== customer);
  return held.map((h) => {
    if (h.remainingMs === null || h.pass.team === null) return h;
    const drawnSinceMs = others.filter((visit) => visit.pass?.id === h.pass.id).map((visit) => visit.fromMs);
    return { ...h, drawnSinceMs };
  });
}

/** What is left at that instant of a minute pass that others draw on as well. */
export function remainingAt({ remainingMs, drawnSinceMs }: Held, ms: number): number | null {
  if (remainingMs === null) return null;
  return Math.max(
    drawnSinceMs.reduce((left, sinceMs) => left - Math.max(ms - sinceMs, 0), remainingMs),
    0,
  );
}

/** When the pass runs out for someone who draws on it from `startMs`, others beside: the joint instant (O4). */
export function runsOutAt(held: Held, startMs: number): number {
  let left = remainingAt(held, startMs);
  if (left === null) return Number.POSITIVE_INFINITY;
  let drawing = 1 + held.drawnSinceMs.filter((sinceMs) => sinceMs <= startMs).length;
  let atMs = startMs;
  for (const sinceMs of held.drawnSinceMs.filter((ms) => ms > startMs).sort((a, b) => a - b)) {
    if (left <= (sinceMs - atMs) * drawing) break;
    left -= (sinceMs - atMs) * drawing;
    drawing += 1;
    atMs = sinceMs;
  }
  return atMs + Math.ceil(left / drawing);
}

/** A proposed pass as a held and used one. */
export function proposedPass(proposal: Proposal, timePass: TimePass): Held {
  const pass: Pass = {
    id: '',
    timePass: timePass.id,
    customer: proposal.customer,
    team: null,
    source: 'sold',
    remainingMinutes: proposal.remainingMinutes,
    usedOn: proposal.businessDay,
    usedBy: proposal.customer,
    validFrom: null,
    expires: null,
    createdAt: null,
  };
  const remainingMs = timePass.minutesIncluded === null ? null : (proposal.remainingMinutes ?? 0) * minuteMs;
  const { businessDay: usedOn, customer: usedBy } = proposal;
  return { pass, timePass, remainingMs, drawnSinceMs: [], usedOn, usedBy, proposed: true };
}
