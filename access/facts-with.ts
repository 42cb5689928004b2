// The facts with some answers that take the place of theirs. Nothing is written anywhere.

import type { Facts } from './facts.ts';

/** Answers of the facts that another answer takes the place of. */
export type Answers = Partial<Omit<Facts, 'site'>>;

export function factsWith(facts: Facts, answers: Answers): Facts {
  return {
    site: facts.site,
    credential: (hash) => facts.credential(hash),
    customer: (id) => facts.customer(id),
    contracts: (customer, teams) => facts.contracts(customer, teams),
    passes: (customer, teams) => facts.passes(customer, teams),
    bookings: (customer) => facts.bookings(customer),
    visitor: (id) => facts.visitor(id),
    planUsage: (customer) => facts.planUsage(customer),
    openVisit: (customer) => facts.openVisit(customer),
    catalogueOf: (visit) => facts.catalogueOf(visit),
    presence: (customer) => facts.presence(customer),
    visitorInside: (visitor) => facts.visitorInside(visitor),
    localUse: (passes) => facts.localUse(passes),
    planUse: (customer) => facts.planUse(customer),
    proposals: (customer, day) => facts.proposals(customer, day),
    insideOnPasses: () => facts.insideOnPasses(),
    whereabouts: (holder) => facts.whereabouts(holder),
    attempts: (reader) => facts.attempts(reader),
    waitingAt: (accessPoint) => facts.waitingAt(accessPoint),
    peopleInside: (space) => facts.peopleInside(space),
    ...answers,
  };
}
