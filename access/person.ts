// A customer's standing at an instant: which plans hold, whether a contract is frozen (rules.md, head: member, contact).
// Dates of contracts and freezes are civil dates in the zone of the space that asks, both ends included.

import type { ReplicaFacts } from './facts.ts';
import type { Contract, Customer, DateSpan } from './model.ts';
import { isSoundContract } from './sound.ts';
import { dateOfDay } from './time/date.ts';
import type { Zone } from './time/zone.ts';

export interface Person {
  readonly customer: Customer;
  /** Own contracts and those of the person's teams. */
  readonly contracts: readonly Contract[];
}

/** The person as the facts have them; a contract that contradicts itself, or of a plan that nobody knows, is none. */
export function personOf(facts: Pick<ReplicaFacts, 'site' | 'contracts'>, customer: Customer): Person {
  const { plans } = facts.site;
  const contracts = facts.contracts(customer.id, customer.teams);
  return { customer, contracts: contracts.filter((contract) => isSoundContract(contract, plans)) };
}

export type ContractState = 'future' | 'active' | 'frozen' | 'ended';

export function contractState(contract: Contract, zone: Zone, ms: number): ContractState {
  const date = dateOfDay(zone.dayAt(ms));
  if (date < contract.from) return 'future';
  if (contract.to !== null && date > contract.to) return 'ended';
  return contract.frozen.some((span) => holds(span, date)) ? 'frozen' : 'active';
}

function holds(span: DateSpan, date: string): boolean {
  return span.from <= date && (span.to === null || date <= span.to);
}

/** Plans of the person's own contracts that are active: empty for a contact. A team's contract makes nobody a member. */
export function activePlans(person: Person, zone: Zone, ms: number): string[] {
  const plans: string[] = [];
  for (const contract of person.contracts) {
    if (isOwn(contract, person) && contractState(contract, zone, ms) === 'active') plans.push(contract.plan);
  }
  return plans;
}

/** Whether any own contract is frozen, even beside an active one (rules.md section 7, C15). */
export function hasFrozenContract(person: Person, zone: Zone, ms: number): boolean {
  return person.contracts.some((contract) => isOwn(contract, person) && contractState(contract, zone, ms) === 'frozen');
}

function isOwn({ customer }: Contract, person: Person): boolean {
  return customer === person.customer.id;
}
