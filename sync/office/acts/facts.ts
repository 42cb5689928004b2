// What the office knows of a customer at an instant, as a controller would: the current document, and what the journals say of the
// customer, and of all who share a team's passes with them, that the document does not count yet. Made of their records by the
// rules by which controllers merge each other's (access/merge).

import type { StateChange } from '../../../access/change.ts';
import type { Facts } from '../../../access/facts.ts';
import { factsWith } from '../../../access/facts-with.ts';
import { type MergeContext, planCustomer, settleMerged } from '../../../access/merge/plan.ts';
import { officeName } from '../../../access/merge/record.ts';
import type { MergedVisit } from '../../../access/merge/visits.ts';
import type { PlanUsage } from '../../../access/model.ts';
import { factsAfter } from '../../../access/visit/facts-after.ts';
import { customerFacts } from '../merge/facts.ts';
import { RevisionFacts } from '../merge/revisions.ts';
import { currentSite } from '../merge/site.ts';
import type { OfficeStore } from '../store/open.ts';
import { customersInTeam } from '../visits/filter.ts';
import { mergeSettings } from './settings.ts';
import { presenceMs, sharedRecords } from './shared.ts';

export interface Known {
  readonly facts: Facts;
  readonly context: MergeContext;
  /** Visits of the customer that began here and have ended, and of which no record says so. */
  readonly unsettled: readonly MergedVisit[];
}

/** @param without a visit of the customer that is settled anew: it is as if it had never been */
export function knownOf(store: OfficeStore, customer: string, nowMs: number, without?: string): Known {
  const site = currentSite(store);
  const document = customerFacts({ store, site, usesOf: () => [], proposals: [] });
  const base = factsWith(document, { planUsage: (id) => planUsageOf(store, id) });
  const revisions = new RevisionFacts(store);
  const context: MergeContext = {
    controller: officeName,
    facts: factsAfter(base, []),
    ...mergeSettings(store, nowMs, nowMs - presenceMs),
    catalogueOf: (revision) => {
      const then = revisions.site(revision);
      return then.spaces.size === 0 ? undefined : then;
    },
    nowMs,
    renew: false,
  };
  const changes: StateChange[] = [];
  const unsettled: MergedVisit[] = [];
  for (const id of [customer, ...sharing(store, document, customer)]) {
    const records = sharedRecords(store, id, nowMs).filter(
      ({ data }) => without === undefined || data.visit !== without,
    );
    const planned = planCustomer(id, records, context);
    changes.push(...planned.changes);
    for (const visit of planned.unsettled) {
      const own = visit.checkIn.controller === officeName;
      if (own && id === customer) unsettled.push(visit);
      // Until its record comes it counts as it would be settled.
      else changes.push(...usesIn(settleMerged(visit, { ...context, facts: factsAfter(base, changes) }).changes));
    }
  }
  const facts = factsAfter(base, changes);
  return { facts, context: { ...context, facts }, unsettled };
}

function usesIn(changes: readonly StateChange[]): StateChange[] {
  return changes.filter((change) => change.do === 'use' || change.do === 'plan-use' || change.do === 'propose');
}

/** Who else may draw on passes of the customer's teams. */
function sharing({ db }: OfficeStore, facts: Facts, id: string): string[] {
  const teams = facts.customer(id)?.teams ?? [];
  const shares = facts.passes(id, teams).some(({ team }) => team !== null);
  if (!shares) return [];
  const members = db.prepare<[string], string>(customersInTeam).pluck();
  const all = new Set(teams.flatMap((team) => members.all(team)));
  all.delete(id);
  return [...all];
}

/** Their key is the customer and the day; what follows `/` is `0`. */
function planUsageOf({ db }: OfficeStore, customer: string): PlanUsage[] {
  return db
    .prepare<[string, string], string>(
      "SELECT body FROM records WHERE kind = 'planUsage' AND id > ? AND id < ? ORDER BY id",
    )
    .pluck()
    .all(`${customer}/`, `${customer}0`)
    .map((body) => JSON.parse(body) as PlanUsage);
}
