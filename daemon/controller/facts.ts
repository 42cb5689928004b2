// Both halves of what a decision may ask as one: the replica's answers and the journal's.

import type { Facts, LocalFacts, ReplicaFacts } from '../../access/facts.ts';

export function joinFacts(replica: ReplicaFacts, local: LocalFacts): Facts {
  return {
    site: replica.site,
    credential: (hash) => replica.credential(hash),
    customer: (id) => replica.customer(id),
    contracts: (customer, teams) => replica.contracts(customer, teams),
    passes: (customer, teams) => replica.passes(customer, teams),
    bookings: (customer) => replica.bookings(customer),
    visitor: (id) => replica.visitor(id),
    planUsage: (customer) => replica.planUsage(customer),
    openVisit: (customer) => local.openVisit(customer),
    catalogueOf: (visit) => local.catalogueOf(visit),
    presence: (customer) => local.presence(customer),
    visitorInside: (visitor) => local.visitorInside(visitor),
    localUse: (passes) => local.localUse(passes),
    planUse: (customer) => local.planUse(customer),
    proposals: (customer, day) => local.proposals(customer, day),
    insideOnPasses: () => local.insideOnPasses(),
    whereabouts: (holder) => local.whereabouts(holder),
    attempts: (reader) => local.attempts(reader),
    waitingAt: (accessPoint) => local.waitingAt(accessPoint),
    peopleInside: (space) => local.peopleInside(space),
  };
}
