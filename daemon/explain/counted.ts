// On what an explained decision stands: which replica revision, and which local use it counted (rules.md section 5).

import type { JsonObject } from '../../access/event.ts';
import type { Facts } from '../../access/facts.ts';
import { businessDayAt } from '../../access/time/business-day.ts';
import { iso } from '../../access/visit/settle.ts';
import type { Subject } from './subject.ts';

/** The journal that local use was read from; null: a replica document, which has none. */
export interface LocalSource {
  readonly file: string;
  readonly controller: string;
  readonly epoch: string;
  /** Sequence number of its last record. */
  readonly through: number;
}

export interface Counted {
  readonly revision: number;
  readonly journal: LocalSource | null;
  readonly passUse: readonly JsonObject[];
  readonly planUse: readonly JsonObject[];
  readonly proposals: readonly JsonObject[];
  readonly visit: JsonObject | null;
  readonly presence: JsonObject | null;
}

/** @param facts as they are now, whatever instant was asked about. */
export function countedOf(facts: Facts, journal: LocalSource | null, { c }: Subject): Counted {
  const none = { passUse: [], planUse: [], proposals: [], visit: null, presence: null };
  const base = { revision: facts.site.revision, journal };
  if (c === undefined) return { ...base, ...none };
  const { id, teams } = c.customer;
  const visit = facts.openVisit(id);
  const presence = facts.presence(id);
  const { label } = businessDayAt(c.space, c.tap.at.wallMs);
  return {
    ...base,
    passUse: facts.localUse(facts.passes(id, teams).map((pass) => pass.id)).map((use) => ({ ...use })),
    planUse: facts.planUse(id).map(({ day, minutes }) => ({ day, minutes })),
    proposals: facts.proposals(id, label).map(({ timePass, businessDay }) => ({ timePass, businessDay })),
    visit: visit === undefined ? null : { id: visit.id, space: visit.space, from: iso(visit.fromMs) },
    presence:
      presence === undefined ? null : { kind: presence.kind, space: presence.space, since: iso(presence.sinceMs) },
  };
}

export function countedInWords({ revision, journal, passUse, planUse, proposals, visit }: Counted): string[] {
  const from = `Counted: replica revision ${revision}`;
  if (journal === null) return [`${from}; no local use, for a document has none.`];
  const uses = [
    ...passUse.map(({ pass, businessDay, minutes, customer }) =>
      businessDay === null ? `${minutes} min of pass ${pass}` : `pass ${pass} for ${businessDay} (${customer})`,
    ),
    ...planUse.map(({ day, minutes }) => `${day} toward plan limits (${minutes} min)`),
    ...proposals.map(({ timePass, businessDay }) => `${timePass} proposed for sale on ${businessDay}`),
    ...(visit === null ? [] : [`the visit open at ${visit.space} since ${visit.from}`]),
  ];
  const used = uses.length === 0 ? 'none of this holder' : uses.join('; ');
  return [`${from}, and local use up to record ${journal.through} of ${journal.controller}: ${used}.`];
}
