// The same facts, each question asked once: for a decision that is made for many instants.

import type { Facts } from '../facts.ts';

export function remembered(facts: Facts): Facts {
  return {
    site: facts.site,
    credential: once((hash) => facts.credential(hash)),
    customer: once((id) => facts.customer(id)),
    contracts: once((customer, teams) => facts.contracts(customer, teams)),
    passes: once((customer, teams) => facts.passes(customer, teams)),
    bookings: once((customer) => facts.bookings(customer)),
    visitor: once((id) => facts.visitor(id)),
    planUsage: once((customer) => facts.planUsage(customer)),
    openVisit: once((customer) => facts.openVisit(customer)),
    catalogueOf: once((visit) => facts.catalogueOf(visit)),
    presence: once((customer) => facts.presence(customer)),
    visitorInside: once((visitor) => facts.visitorInside(visitor)),
    localUse: once((passes) => facts.localUse(passes)),
    planUse: once((customer) => facts.planUse(customer)),
    proposals: once((customer, day) => facts.proposals(customer, day)),
    insideOnPasses: once(() => facts.insideOnPasses()),
    // Asked once a decision at most, and only where a site rule is switched on.
    whereabouts: (holder) => facts.whereabouts(holder),
    attempts: once((reader) => facts.attempts(reader)),
    waitingAt: once((accessPoint) => facts.waitingAt(accessPoint)),
    peopleInside: once((space) => facts.peopleInside(space)),
  };
}

type Question = string | readonly string[];

function once<Asked extends readonly Question[], Answer>(
  ask: (...asked: Asked) => Answer,
): (...asked: Asked) => Answer {
  const answers = new Map<string, Answer>();
  return (...asked) => {
    const key = asked.length === 1 && typeof asked[0] === 'string' ? asked[0] : JSON.stringify(asked);
    const known = answers.get(key);
    if (known !== undefined || answers.has(key)) return known as Answer;
    const answer = ask(...asked);
    answers.set(key, answer);
    return answer;
  };
}
