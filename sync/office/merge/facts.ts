// What the office can say of a customer when it looks for what covers a stay in the place of a pass that was oversold: the current
// document, less what all journals used. Nobody is inside here, and nobody waits.

import type { Site } from '../../../access/catalogue.ts';
import type { Facts, LocalUse, Proposal } from '../../../access/facts.ts';
import type { PassOwner } from '../../../access/merge/owned.ts';
import type { Contract, Customer, Pass } from '../../../access/model.ts';
import type { OfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';

export interface CustomerParts {
  readonly store: OfficeStore;
  readonly site: Site;
  /** Uses of these passes that no document counts yet. */
  readonly usesOf: (passes: readonly string[]) => readonly LocalUse[];
  readonly proposals: readonly Proposal[];
}

export function customerFacts({ store, site, usesOf, proposals }: CustomerParts): Facts {
  const records = new Records(store);
  const customer = (id: string): Customer | undefined => {
    const body = records.body('customers', id);
    return body === undefined ? undefined : (JSON.parse(body) as Customer);
  };
  return {
    site,
    customer,
    credential: () => undefined,
    contracts: (id, teams) => of<Contract>(store, 'contracts', id, teams),
    passes: (id, teams) =>
      of<Pass>(
        store,
        'passes',
        id,
        teams.filter((team) => site.teams.get(team)?.sharesPasses === true),
      ),
    bookings: () => [],
    visitor: () => undefined,
    planUsage: () => [],
    openVisit: () => undefined,
    catalogueOf: () => undefined,
    presence: () => undefined,
    visitorInside: () => undefined,
    localUse: usesOf,
    planUse: () => [],
    proposals: (id, day) => proposals.filter((one) => one.customer === id && one.businessDay === day),
    insideOnPasses: () => [],
    whereabouts: () => undefined,
    attempts: () => undefined,
    waitingAt: () => undefined,
    peopleInside: () => [],
  };
}

/** Whose pass it is by the document; undefined where it is not listed. */
export function ownerOf(records: Records, pass: string): PassOwner | undefined {
  const body = records.body('passes', pass);
  if (body === undefined) return undefined;
  const { customer, team } = JSON.parse(body) as Pass;
  if (customer !== null) return { customer };
  return team === null ? undefined : { team };
}

/** Whether the document leaves it open that somebody used that pass: it is theirs, or one of their teams', or not listed. */
export function canHold(records: Records, customer: string, pass: string): boolean {
  const owner = ownerOf(records, pass);
  if (owner === undefined) return true;
  if ('customer' in owner) return owner.customer === customer;
  const holder = records.body('customers', customer);
  return holder !== undefined && (JSON.parse(holder) as Customer).teams.includes(owner.team);
}

/** In order of their ids: own ones, then those of the teams. */
function of<Record>(store: OfficeStore, kind: 'contracts' | 'passes', id: string, teams: readonly string[]): Record[] {
  const owned = (owner: 'customer' | 'team', value: string): Record[] =>
    store.db
      .prepare<[string], string>(
        `SELECT body FROM records WHERE kind IN ('contracts', 'passes') AND kind = '${kind}'
         AND json_extract(body, '$.${owner}') = ? ORDER BY id`,
      )
      .pluck()
      .all(value)
      .map((body) => JSON.parse(body) as Record);
  return [...owned('customer', id), ...teams.flatMap((team) => owned('team', team))];
}
