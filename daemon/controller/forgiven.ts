// The command `forgive` (rules.md C6a): what it changes, or why there is nothing to forgive of that name.

import type { StateChange } from '../../access/change.ts';
import type { Forgive } from '../../access/command/command.ts';
import type { CommandReason } from '../../access/command/outcome.ts';
import type { Facts } from '../../access/facts.ts';
import type { ControllerConfig } from '../../config/types.ts';

export interface Forgiven {
  /** null: it is done. */
  readonly reason: CommandReason | null;
  readonly changes: readonly StateChange[];
}

export function forgiven({ customer, area, reader }: Forgive, config: ControllerConfig, facts: Facts): Forgiven {
  if (reader !== undefined) {
    const known = config.readers.some(({ id }) => id === reader);
    return known ? done({ do: 'attempts', reader, attempts: null }) : refused('unknown-reader');
  }
  if (area !== undefined) {
    const found = config.accessPoints.find(({ siteRules }) => siteRules.area?.id === area)?.siteRules.area;
    if (found == null) return refused('unknown-area');
    // Whoever is in an area inside it is in it, too.
    const areas = [area, ...found.inner];
    return { reason: null, changes: areas.map((one) => ({ do: 'forgive', holder: null, area: one })) };
  }
  if (customer === undefined || facts.customer(customer) === undefined) return refused('unknown-customer');
  return done({ do: 'forgive', holder: { kind: 'customer', id: customer }, area: null });
}

function done(change: StateChange): Forgiven {
  return { reason: null, changes: [change] };
}

function refused(reason: CommandReason): Forgiven {
  return { reason, changes: [] };
}
