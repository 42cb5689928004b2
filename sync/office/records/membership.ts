// Who is a member now (rules.md, head): a customer with a contract of their own that is active, by the dates of the space that they
// are registered with, else of the site's first.

import type { Contract, Customer, Space } from '../../../access/model.ts';
import { contractState } from '../../../access/person.ts';
import { type Zone, zoneOf } from '../../../access/time/zone.ts';
import type { OfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';

/** @returns for the body of a customer, whether it is a member's at `ms`. */
export function membersAt(store: OfficeStore, ms: number): (customerBody: string) => boolean {
  const zones = new Map<string, Zone>();
  for (const body of new Records(store).bodies('spaces')) {
    const { id, timeZone } = JSON.parse(body) as Space;
    zones.set(id, zoneOf(timeZone));
  }
  const [first] = zones.values();
  const contracts = store.db
    .prepare<[string], string>(
      `SELECT body FROM records WHERE kind IN ('contracts', 'passes') AND kind = 'contracts'
       AND json_extract(body, '$.customer') = ?`,
    )
    .pluck();
  const planned = store.db.prepare<[string], unknown>("SELECT 1 FROM records WHERE kind = 'plans' AND id = ?");
  return (body) => {
    const { id, registeredWith } = JSON.parse(body) as Customer;
    const zone =
      registeredWith.map((space) => zones.get(space)).find((one) => one !== undefined) ?? first ?? zoneOf('UTC');
    return contracts.all(id).some((text) => {
      const contract = JSON.parse(text) as Contract;
      return contractState(contract, zone, ms) === 'active' && planned.get(contract.plan) !== undefined;
    });
  };
}
