// Which visits are asked for. Conditions name columns of the table of visits; a value never stands in the text of a question.

import { activePlans, personOf } from '../../../access/person.ts';
import { zoneOf } from '../../../access/time/zone.ts';
import { OfficeError } from '../error.ts';
import { customerFacts } from '../merge/facts.ts';
import { currentSite } from '../merge/site.ts';
import type { OfficeStore } from '../store/open.ts';

/** What every list of visits, and of what follows from them, can be asked for. */
export interface RangeFilter {
  /** Visits that begin at or after this instant, UTC milliseconds. */
  readonly fromMs?: number;
  /** Visits that begin before this instant, UTC milliseconds. */
  readonly toMs?: number;
  readonly space?: string;
  readonly customer?: string;
  /** Of whoever is in this team by the current document. */
  readonly team?: string;
  /** Only what comes behind this visit: the last one of the page before. */
  readonly after?: string;
  /** At most so many lines. */
  readonly limit?: number;
}

/** By the current document; the team is its one value. */
export const customersInTeam =
  "SELECT r.id FROM records r, json_each(r.body, '$.teams') t WHERE r.kind = 'customers' AND t.value = ?";

export interface Asked {
  readonly conditions: string[];
  readonly values: (string | number)[];
}

export function asked(to: Asked, condition: string, ...values: readonly (string | number)[]): void {
  to.conditions.push(condition);
  to.values.push(...values);
}

/** @throws OfficeError `bad-filter` where the visit to go on behind is not known */
export function conditionsOf(store: OfficeStore, filter: RangeFilter): Asked {
  const to: Asked = { conditions: [], values: [] };
  const { fromMs, toMs, space, customer, team, after } = filter;
  if (fromMs !== undefined) asked(to, 'from_ms >= ?', fromMs);
  if (toMs !== undefined) asked(to, 'from_ms < ?', toMs);
  if (space !== undefined) asked(to, 'space = ?', space);
  if (customer !== undefined) asked(to, 'customer = ?', customer);
  if (team !== undefined) asked(to, `customer IN (${customersInTeam})`, team);
  if (after !== undefined) {
    const begun = store.db.prepare<[string], number>('SELECT from_ms FROM visits WHERE visit = ?').pluck().get(after);
    if (begun === undefined)
      throw new OfficeError('bad-filter', `no visit ${after} is known: name the last one of the page before`);
    asked(to, '(from_ms, visit) > (?, ?)', begun, after);
  }
  return to;
}

export function whereOf({ conditions }: Asked): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

export function limitOf({ limit }: RangeFilter): string {
  return limit === undefined ? '' : `LIMIT ${Math.max(Math.trunc(limit), 0)}`;
}

/** Whether they were a member then, by the contracts of the current document. */
export function membership(store: OfficeStore): (customer: string, space: string, ms: number) => boolean {
  const site = currentSite(store);
  const facts = customerFacts({ store, site, usesOf: () => [], proposals: [] });
  return (id, space, ms) => {
    const customer = facts.customer(id);
    const listed = site.spaces.get(space);
    if (customer === undefined || listed === undefined) return false;
    return activePlans(personOf(facts, customer), zoneOf(listed.timeZone), ms).length > 0;
  };
}
