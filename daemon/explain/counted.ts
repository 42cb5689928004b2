// On what an explained decision stands: which replica revision, and which local use it counted (rules.md section 5).

import type { JsonObject } from '../../access/event.ts';
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
  /** When that was recorded; null: it has none. */
  readonly lastAt: string | null;
}

export interface Counted {
  readonly revision: number;
  readonly journal: LocalSource | null;
  /**
   * Whether the journal has later records than the instant that was asked about: it is answered with what is counted
   * today (use, visits that are over, modes), and the door may have answered otherwise then.
   */
  readonly past: boolean;
  readonly passUse: readonly JsonObject[];
  readonly planUse: readonly JsonObject[];
  readonly proposals: readonly JsonObject[];
  readonly visit: JsonObject | null;
  readonly presence: JsonObject | null;
}

/** What the answer stands on: the facts that the tap was decided by. */
export function countedOf(journal: LocalSource | null, { c, tap: { facts, at } }: Subject): Counted {
  const none = { passUse: [], planUse: [], proposals: [], visit: null, presence: null };
  const past = journal !== null && at.wallMs < Date.parse(journal.lastAt ?? '');
  const base = { revision: facts.site.revision, journal, past };
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

/** @param local an instant (ISO 8601) as staff read it. */
export function countedInWords(
  { revision, journal, past, passUse, planUse, proposals, visit }: Counted,
  local: (at: string) => string,
): string[] {
  const from = `Counted: replica revision ${revision}`;
  if (journal === null) return [`${from}; no local use, for a document has none.`];
  const uses = [
    ...passUse.map(({ pass, businessDay, minutes, customer }) =>
      businessDay === null ? `${minutes} min of pass ${pass}` : `pass ${pass} for ${businessDay} (${customer})`,
    ),
    ...planUse.map(({ day, minutes }) => `${day} toward plan limits (${minutes} min)`),
    ...proposals.map(({ timePass, businessDay }) => `${timePass} proposed for sale on ${businessDay}`),
    ...(visit === null ? [] : [`the visit open at ${visit.space} since ${local(String(visit.from))}`]),
  ];
  const used = uses.length === 0 ? 'none of this holder' : uses.join('; ');
  const counted = `${from}, and local use up to record ${journal.through} of ${journal.controller}: ${used}.`;
  return past ? [counted, ...pastWords(journal)] : [counted];
}

function pastWords({ file, lastAt }: LocalSource): string[] {
  return [
    `That instant is past, and this is NOT what was known then: use, visits and modes are those of today (${lastAt ?? ''}).`,
    `What the door did answer then: cardea events --db ${file}`,
  ];
}
