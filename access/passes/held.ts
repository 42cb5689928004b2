// The passes that a person holds, as they stand now: what the replica says less what was used here and no replica includes
// yet (rules.md section 5), and passes proposed for sale earlier in the business day (section 1.0).

import type { Catalogue } from '../catalogue.ts';
import type { LocalFacts, LocalUse, Proposal } from '../facts.ts';
import type { Customer, Pass, TimePass } from '../model.ts';

const minuteMs = 60_000;

export interface Held {
  readonly pass: Pass;
  readonly timePass: TimePass;
  /** Of a minute pass; null: a day pass. */
  readonly remainingMs: number | null;
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
  at: { readonly ms: number; readonly businessDay: string },
): Held[] {
  const uses = passes.length === 0 ? [] : facts.localUse(passes.map((pass) => pass.id));
  const held: Held[] = [];
  for (const pass of passes) {
    const timePass = catalogue.timePasses.get(pass.timePass);
    if (timePass !== undefined) held.push(standing(pass, timePass, uses));
  }
  const shared = held.filter((h) => h.pass.team !== null && h.remainingMs !== null);
  const all = shared.length === 0 ? held : drawnTogether(facts, held, customer.id, at.ms);
  for (const proposal of facts.proposals(customer.id, at.businessDay)) {
    const timePass = catalogue.timePasses.get(proposal.timePass);
    if (timePass !== undefined) all.push(proposedPass(proposal, timePass));
  }
  return all;
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
  const remainingMs = timePass.minutesIncluded === null ? null : Math.max(minutes, 0) * minuteMs;
  return { pass, timePass, remainingMs, usedOn, usedBy, proposed: false };
}

/** Visits of others that are open on one team pass draw on it together (O4): what they have drawn so far is gone. */
function drawnTogether(facts: LocalFacts, held: readonly Held[], customer: string, nowMs: number): Held[] {
  const others = facts.visitsOn(held.map((h) => h.pass.id)).filter((visit) => visit.customer !== customer);
  return held.map((h) => {
    if (h.remainingMs === null || h.pass.team === null) return h;
    const drawnMs = others
      .filter((visit) => visit.pass?.id === h.pass.id)
      .reduce((sum, visit) => sum + Math.max(nowMs - visit.fromMs, 0), 0);
    return { ...h, remainingMs: Math.max(h.remainingMs - drawnMs, 0) };
  });
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
  return { pass, timePass, remainingMs, usedOn: proposal.businessDay, usedBy: proposal.customer, proposed: true };
}
