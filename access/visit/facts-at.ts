// The facts as they would stand at a later instant with nobody tapping in between: the cut-off has closed the holder's visit, and
// those of others in a team with the holder, whose minutes since their last tap are there for all again; a presence has ended.

import type { StateChange } from '../change.ts';
import type { Facts, Presence, Visit } from '../facts.ts';
import { factsAfter } from './facts-after.ts';
import { checkOutAtCutOff } from './settle.ts';
import { visitsBeside } from './together.ts';

interface Standing {
  readonly fromMs: number;
  readonly facts: Facts;
  /** Of the holder. */
  readonly presence: Presence | undefined;
}

/** @returns the facts of that customer at an instant, UTC milliseconds; each visit is settled once, whatever is asked. */
export function standing(facts: Facts, customer: string): (ms: number) => Facts {
  const stages = stagesOf(facts, customer);
  return (ms) => {
    const stage = stages.findLast(({ fromMs }) => fromMs <= ms);
    return { ...(stage?.facts ?? facts), presence: () => lasting(stage?.presence, ms) };
  };
}

function stagesOf(facts: Facts, id: string): readonly Standing[] {
  const start = { fromMs: Number.NEGATIVE_INFINITY, facts: factsAfter(facts, []), presence: facts.presence(id) };
  const stages: Standing[] = [start];
  const changes: StateChange[] = [];
  let last: Standing = start;
  for (const visit of closing(facts, id)) {
    const closed = checkOutAtCutOff(last.facts, visit).changes;
    changes.push(...closed);
    const presumed = closed.find((change) => change.do === 'present')?.presence;
    const presence = visit.customer === id ? presumed : last.presence;
    last = { fromMs: visit.closesMs, facts: factsAfter(facts, changes), presence };
    stages.push(last);
  }
  return stages;
}

/** In the order in which their cut-offs close them. */
function closing(facts: Facts, id: string): readonly Visit[] {
  const own = facts.openVisit(id);
  const customer = facts.customer(id);
  const others = customer === undefined ? [] : visitsBeside(facts, customer);
  const visits = own === undefined ? [...others] : [own, ...others];
  return visits.sort((a, b) => a.closesMs - b.closesMs || (a.id < b.id ? -1 : 1));
}

function lasting(presence: Presence | undefined, ms: number): Presence | undefined {
  return presence !== undefined && presence.untilMs > ms ? presence : undefined;
}
