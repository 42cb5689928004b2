// The passes that a person holds, as they stand now: what the replica says less what was used here and no replica includes
// yet (rules.md section 5), and passes proposed for sale earlier in the business day (section 1.0).

import type { Catalogue } from '../catalogue.ts';
import type { Facts, LocalUse, Proposal } from '../facts.ts';
import type { Customer, Pass, TimePass } from '../model.ts';
import { isSoundPass } from '../sound.ts';
import type { Interval } from '../time/slots.ts';

const minuteMs = 60_000;

export interface Held {
  readonly pass: Pass;
  readonly timePass: TimePass;
  /** Of a minute pass, before what open visits draw; null: a day pass. */
  readonly remainingMs: number | null;
  /** When other open visits draw on it, one interval or more for each; empty for all but a team's minute pass. */
  readonly drawn: readonly Interval[];
  /** Of a day pass: label of the business day, and by whom. */
  readonly usedOn: string | null;
  readonly usedBy: string | null;
  /** Proposed for sale, not held by hand: it has no pass of its own. */
  readonly proposed: boolean;
}

/**
 * Passes with their time pass and what is left of them. One of an unknown time pass, or that contradicts itself, is nothing
 * that could be used. What others draw at the same time on a team's is not in it.
 * @param catalogue of the check-in, where there is one (O4a); a time pass that it does not have is taken as it is now.
 */
export function heldPasses(
  facts: Facts,
  catalogue: Catalogue,
  customer: Customer,
  passes: readonly Pass[],
  businessDay: string,
): Held[] {
  const uses = passes.length === 0 ? [] : facts.localUse(passes.map((pass) => pass.id));
  const held: Held[] = [];
  for (const pass of passes) {
    const timePass = catalogue.timePasses.get(pass.timePass) ?? facts.site.timePasses.get(pass.timePass);
    if (timePass !== undefined && isSoundPass(pass)) held.push(standing(pass, timePass, uses));
  }
  return [...held, ...proposedPasses(facts, catalogue, customer, businessDay)];
}

/** What was proposed for sale on a business day, as passes that are held and used on it. */
export function proposedPasses(facts: Facts, catalogue: Catalogue, customer: Customer, businessDay: string): Held[] {
  return summed(facts.proposals(customer.id, businessDay)).flatMap((proposal) => {
    const timePass = catalogue.timePasses.get(proposal.timePass) ?? facts.site.timePasses.get(proposal.timePass);
    return timePass === undefined ? [] : [proposedPass(proposal, timePass)];
  });
}

/** One proposal per time pass: the minutes of its sales less those drawn since. */
function summed(proposals: readonly Proposal[]): readonly Proposal[] {
  if (proposals.length === 0) return proposals;
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
  const remainingMs = timePass.minutesIncluded === null ? null : minutes > 0 ? Math.round(minutes * minuteMs) : 0;
  return { pass, timePass, remainingMs, drawn: [], usedOn, usedBy, proposed: false };
}

/** What is left at that instant of a minute pass that others draw on as well. */
export function remainingAt({ remainingMs, drawn }: Held, ms: number): number | null {
  if (remainingMs === null) return null;
  const left = drawn.reduce(
    (rest, { startMs, endMs }) => rest - Math.max(Math.min(ms, endMs) - startMs, 0),
    remainingMs,
  );
  return Math.max(left, 0);
}

/** When the pass runs out for someone who draws on it from `startMs`, others beside: the joint instant (O4). */
export function runsOutAt(held: Held, startMs: number): number {
  let left = remainingAt(held, startMs);
  if (left === null) return Number.POSITIVE_INFINITY;
  const moments = held.drawn.flatMap((draw) => [draw.startMs, draw.endMs]).filter((ms) => ms > startMs);
  let atMs = startMs;
  for (const untilMs of [...moments.sort((a, b) => a - b), Number.POSITIVE_INFINITY]) {
    const fromMs = atMs;
    const drawing = 1 + held.drawn.filter((draw) => draw.startMs <= fromMs && fromMs < draw.endMs).length;
    if (left <= (untilMs - fromMs) * drawing) return fromMs + Math.ceil(left / drawing);
    left -= (untilMs - fromMs) * drawing;
    atMs = untilMs;
  }
  return atMs;
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
  return { pass, timePass, remainingMs, drawn: [], usedOn, usedBy, proposed: true };
}
