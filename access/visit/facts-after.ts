// The facts as they will stand once changes that are planned, but not yet written, are done: one settlement of a tap must
// see what another of the same tap has used.

import type { StateChange } from '../change.ts';
import type { Facts } from '../facts.ts';

export function factsAfter(facts: Facts, changes: readonly StateChange[]): Facts {
  const uses = changes.filter((change) => change.do === 'use').map(({ use }) => use);
  const planned = changes.filter((change) => change.do === 'plan-use').map(({ use }) => use);
  const proposed = changes.filter((change) => change.do === 'propose').map(({ proposal }) => proposal);
  const closed = new Set(changes.filter((change) => change.do === 'close-visit').map(({ visit }) => visit));
  return {
    site: facts.site,
    credential: (hash) => facts.credential(hash),
    customer: (id) => facts.customer(id),
    contracts: (customer, teams) => facts.contracts(customer, teams),
    passes: (customer, teams) => facts.passes(customer, teams),
    bookings: (customer) => facts.bookings(customer),
    visitor: (id) => facts.visitor(id),
    planUsage: (customer) => facts.planUsage(customer),
    planUse: (customer) => [...facts.planUse(customer), ...planned.filter((use) => use.customer === customer)],
    openVisit(customer) {
      const visit = facts.openVisit(customer);
      return visit === undefined || closed.has(visit.id) ? undefined : visit;
    },
    catalogueOf: (visit) => facts.catalogueOf(visit),
    presence: (customer) => facts.presence(customer),
    visitorInside: (visitor) => facts.visitorInside(visitor),
    localUse: (passes) => [...facts.localUse(passes), ...uses.filter((use) => passes.includes(use.pass))],
    proposals: (customer, businessDay) => [
      ...facts.proposals(customer, businessDay),
      ...proposed.filter((p) => p.customer === customer && p.businessDay === businessDay),
    ],
    visitsOn: (passes) => facts.visitsOn(passes).filter((visit) => !closed.has(visit.id)),
  };
}
