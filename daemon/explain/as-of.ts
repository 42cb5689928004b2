// The facts as they stood, or will stand, at another instant than now: a visit that began later is not open yet, one that
// its cut-off has closed by then is. What was used here counts whatever the instant: nobody knows when a replica included it.

import type { Facts } from '../../access/facts.ts';
import { factsWith } from '../../access/facts-with.ts';
import { standing } from '../../access/visit/facts-at.ts';

export function factsAsOf(facts: Facts, customer: string, ms: number): Facts {
  const begun = factsWith(facts, {
    openVisit: (id) => {
      const visit = facts.openVisit(id);
      return visit !== undefined && visit.fromMs > ms ? undefined : visit;
    },
    presence: (id) => {
      const presence = facts.presence(id);
      return presence !== undefined && presence.sinceMs > ms ? undefined : presence;
    },
  });
  return standing(begun, customer)(ms);
}
