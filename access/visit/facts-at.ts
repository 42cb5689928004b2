// The facts as they would stand at a later instant with nobody tapping in between: the cut-off has closed the holder's visit,
// and a presence has ended. The visits of others stay as they are: what they will draw is in the facts already.

import type { Facts, Presence } from '../facts.ts';
import { factsAfter } from './facts-after.ts';
import { checkOutAtCutOff } from './settle.ts';

/** @returns the facts of that customer at an instant, UTC milliseconds; the visit is settled once, whatever is asked. */
export function standing(facts: Facts, customer: string): (ms: number) => Facts {
  const visit = facts.openVisit(customer);
  const before = facts.presence(customer);
  const open = factsAfter(facts, []);
  if (visit === undefined) return (ms) => ({ ...open, presence: () => lasting(before, ms) });
  const { changes } = checkOutAtCutOff(facts, visit);
  const closed = factsAfter(facts, changes);
  const presumed = changes.find((change) => change.do === 'present')?.presence;
  return (ms) =>
    ms < visit.closesMs
      ? { ...open, presence: () => lasting(before, ms) }
      : { ...closed, presence: () => lasting(presumed, ms) };
}

function lasting(presence: Presence | undefined, ms: number): Presence | undefined {
  return presence !== undefined && presence.untilMs > ms ? presence : undefined;
}
