// A customer's tap with what the rows share: each is asked for when a row first needs it, and once.

import type { Facts, HeldCredential, Visit } from '../facts.ts';
import type { Customer, Space } from '../model.ts';
import type { Held } from '../passes/held.ts';
import { activePlans, type Person, personOf } from '../person.ts';
import { type BusinessDay, businessDayAt } from '../time/business-day.ts';
import { zoneOf } from '../time/zone.ts';
import { factsAfter } from '../visit/facts-after.ts';
import { closedElsewhere } from '../visit/late.ts';
import type { Settlement } from '../visit/settle.ts';
import { heldBeside } from '../visit/together.ts';
import type { Approach, Case } from './tap.ts';

/** What the rows share. undefined: the replica names a customer or a space that it does not have; nothing is granted on such a record. */
export function caseOf(tap: Approach, credential: HeldCredential | null, id: string): Case | undefined {
  const customer = tap.facts.customer(id);
  const space = tap.facts.site.spaces.get(tap.accessPoint.space);
  return customer === undefined || space === undefined ? undefined : new AskedCase(tap, credential, customer, space);
}

class AskedCase implements Case {
  readonly tap: Approach;
  readonly credential: HeldCredential | null;
  readonly customer: Customer;
  readonly person: Person;
  readonly space: Space;
  readonly day: BusinessDay;
  /** null in each of these: not asked yet. */
  #openVisit: { readonly is: Visit | undefined } | null = null;
  #elsewhere: { readonly is: Settlement | null } | null = null;
  #factsThen: Facts | null = null;
  #held: readonly Held[] | null = null;
  #plansNow: readonly string[] | null = null;

  constructor(tap: Approach, credential: HeldCredential | null, customer: Customer, space: Space) {
    this.tap = tap;
    this.credential = credential;
    this.customer = customer;
    this.space = space;
    this.day = businessDayAt(space, tap.at.wallMs);
    this.person = personOf(tap.facts, customer);
  }

  openVisit(): Visit | undefined {
    this.#openVisit ??= { is: this.tap.facts.openVisit(this.customer.id) };
    return this.#openVisit.is;
  }

  elsewhere(): Settlement | null {
    this.#elsewhere ??= { is: this.#closedElsewhere() };
    return this.#elsewhere.is;
  }

  #closedElsewhere(): Settlement | null {
    const { facts, accessPoint, at } = this.tap;
    const visit = accessPoint.kind === 'entrance' ? this.openVisit() : undefined;
    return visit === undefined || visit.space === this.space.id ? null : closedElsewhere(facts, visit, at);
  }

  factsThen(): Facts {
    this.#factsThen ??= this.#afterElsewhere();
    return this.#factsThen;
  }

  #afterElsewhere(): Facts {
    const { facts } = this.tap;
    const closed = this.elsewhere();
    return closed === null ? facts : factsAfter(facts, closed.changes);
  }

  held(): readonly Held[] {
    this.#held ??= this.#heldThen();
    return this.#held;
  }

  #heldThen(): readonly Held[] {
    const { facts } = this.tap;
    const { id, teams } = this.customer;
    return heldBeside(this.factsThen(), facts.site, this.customer, facts.passes(id, teams), this.day.label);
  }

  plansNow(): readonly string[] {
    this.#plansNow ??= activePlans(this.person, zoneOf(this.space.timeZone), this.tap.at.wallMs);
    return this.#plansNow;
  }
}
