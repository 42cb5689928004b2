// An open visit as a stay to be covered (rules.md O4a): what its person holds now, the check-in's own pass as it was then,
// catalogue and plans of the check-in. What others draw on a team's pass meanwhile is not in it yet.

import type { Facts, Visit } from '../facts.ts';
import type { Customer, Space } from '../model.ts';
import { type Held, heldPasses } from '../passes/held.ts';
import type { Asker } from '../passes/validity.ts';
import { personOf } from '../person.ts';
import { type BusinessDay, businessDayAt } from '../time/business-day.ts';
import type { Stay } from './coverage.ts';

/** The visit from one instant to another, UTC milliseconds. @param sells whether what no pass covers is proposed for sale */
export function stayAlone(facts: Facts, visit: Visit, fromMs: number, toMs: number, sells: boolean): Stay {
  const catalogue = facts.catalogueOf(visit.id) ?? facts.site;
  const customer: Customer = facts.customer(visit.customer) ?? {
    id: visit.customer,
    name: visit.customer,
    registeredWith: [visit.space],
    teams: [],
    disabled: false,
  };
  const businessDay = dayOfVisit(facts, visit, visit.fromMs);
  // The day of the check-in, even if a newer replica moved the cut-off.
  const day = { ...businessDay, label: visit.businessDay, endMs: visit.closesMs };
  const replicaPasses = facts.passes(customer.id, customer.teams).filter((pass) => pass.id !== visit.pass?.id);
  const passes = visit.pass === null ? replicaPasses : [...replicaPasses, drawn(facts, visit, customer)];
  const held = heldPasses(facts, catalogue, customer, passes, day.label);
  const person = personOf(facts, customer);
  const asker: Asker = { person, space: spaceOf(facts, visit), plans: visit.plans, ownPass: visit.pass?.id ?? null };
  return { asker, day, fromMs, toMs, first: firstOf(visit, held), held, catalogue, sells };
}

export function coversWithoutPass({ coverage }: Pick<Visit, 'coverage'>): boolean {
  return coverage === 'plan' || coverage === 'none-needed';
}

/** The business day, at that instant, of the space that the visit is in. */
export function dayOfVisit(facts: Facts, visit: Visit, ms: number): BusinessDay {
  return businessDayAt(spaceOf(facts, visit), ms);
}

/** The check-in's own pass as it was then; what is left of it follows the replica, if that still knows it (section 7). */
function drawn(facts: Facts, visit: Visit, customer: Customer): NonNullable<Visit['pass']> {
  const pass = visit.pass;
  if (pass === null) throw new TypeError('the visit has no pass');
  const now = facts.passes(customer.id, customer.teams).find((p) => p.id === pass.id);
  // A day pass that the check-in used stays used by it, even where no record of that is left here.
  if (now === undefined) return { ...pass, usedOn: visit.businessDay, usedBy: visit.customer };
  return { ...pass, remainingMinutes: now.remainingMinutes, usedOn: now.usedOn, usedBy: now.usedBy };
}

function firstOf(visit: Visit, held: readonly Held[]): Held | null {
  if (visit.coverage !== 'pass') return null;
  if (visit.pass === null) return held.find((h) => h.proposed) ?? null;
  return held.find((h) => h.pass.id === visit.pass?.id && !h.proposed) ?? null;
}

function spaceOf(facts: Facts, visit: Visit): Space {
  return facts.site.spaces.get(visit.space) ?? unlistedSpace(visit.space);
}

/** A space that a newer replica no longer lists while a visit is open there. */
function unlistedSpace(id: string): Space {
  return {
    id,
    name: id,
    timeZone: 'UTC',
    currency: 'EUR',
    dailyCutOff: '00:00',
    checkInRequiresPass: true,
    passOrder: 'classic',
    openingHours: [],
    closures: [],
    payAsYouGo: { members: false, contacts: false },
  };
}
