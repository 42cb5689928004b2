// One person as all controllers' records have them, as changes of this controller's state: what was used, which visit is open,
// whether they are inside without one. Where a visit has ended and no check-out says so yet, the controller of its check-in
// records it; all others settle it in the meantime as it would, and keep that until they hear the record.

import type { Catalogue } from '../catalogue.ts';
import type { StateChange } from '../change.ts';
import type { EventDraft } from '../event.ts';
import type { Facts, Presence, Visit } from '../facts.ts';
import { factsWith } from '../facts-with.ts';
import type { Pass } from '../model.ts';
import { businessDayAt } from '../time/business-day.ts';
import { checkOut, checkOutAtCutOff, type Settlement } from '../visit/settle.ts';
import { type AccessData, type CheckInData, type CheckOutData, dataOf } from './data.ts';
import { dayEnd, endSaid } from './day-end.ts';
import { type PassOwner, passesBelieved } from './owned.ts';
import type { RecordPlace, SharedRecord } from './record.ts';
import { type KnownTimes, timed } from './times.ts';
import { tellPeers } from './told.ts';
import { passesIn, type UseContext, usesOf, visitsTold } from './use.ts';
import { type MergedPresence, type MergedVisit, type MergedVisits, mergeVisits } from './visits.ts';

export interface MergeContext extends KnownTimes {
  /** This controller. */
  readonly controller: string;
  /** As they stand before the changes. */
  readonly facts: Facts;
  readonly includes: UseContext['includes'];
  /** Whose a pass is; undefined: the replica does not list it. */
  readonly ownerOf: (pass: string) => PassOwner | undefined;
  /** Up to when the replica counts what a controller recorded, UTC milliseconds; null: that is not known. */
  readonly coveredMs: (controller: string) => number | null;
  /** The catalogue of a revision, or the nearest that is known. */
  readonly catalogueOf: (revision: number) => Catalogue | undefined;
  /** UTC milliseconds. */
  readonly nowMs: number;
  /** Visits that began elsewhere are made anew: another replica says of them more. */
  readonly renew: boolean;
}

export interface MergePlan {
  readonly changes: readonly StateChange[];
  /** Visits that have ended and of which no record says so, in order. To be settled once the changes are written. */
  readonly unsettled: readonly MergedVisit[];
  /** Something was not believed that another replica may bear out: with that it is looked at anew. */
  readonly doubted: boolean;
  /** When records are to be looked at that lie ahead, UTC milliseconds; null: there are none. */
  readonly againMs: number | null;
}

export function planCustomer(customer: string, known: readonly SharedRecord[], context: MergeContext): MergePlan {
  const { records, againMs } = timed(known, context);
  const believes = passesBelieved(customer, passesIn(records), context);
  const merged = mergeVisits(records, (checkIn) => closesOf(checkIn, context.facts));
  const held = context.facts.passes(customer, context.facts.customer(customer)?.teams ?? []);
  const passes = [...new Set([...passesIn(records), ...held.map(({ id }) => id)])];
  const visits = [...new Set(records.flatMap(visitIn))];
  const told = visitsTold(records);
  const uses = usesOf(customer, records, merged, {
    includes: context.includes,
    believes,
    timePasses: context.facts.site.timePasses,
    isDayPass: (checkIn) => isDayPass(passIn(checkIn, context), context.facts),
    businessDayOf: (checkIn) => businessDayOf(checkIn, context.facts),
  });
  const changes: StateChange[] = [{ do: 'take-back', customer, visits, passes, told }, ...uses];
  changes.push(...openVisit(customer, merged, visits, context), ...presence(customer, merged.presence, context));
  const unsettled = merged.visits.filter(({ end }) => end !== null && end.record === null);
  return { changes, unsettled, doubted: !passes.every(believes), againMs };
}

function visitIn({ type, data }: SharedRecord): string[] {
  const named = type === 'checkin.recorded' || type === 'checkout.recorded' || type === 'pass.oversold';
  return named && typeof data.visit === 'string' ? [data.visit] : [];
}

function openVisit(
  customer: string,
  { visits }: MergedVisits,
  known: readonly string[],
  context: MergeContext,
): StateChange[] {
  const { facts, renew } = context;
  const now = facts.openVisit(customer);
  const last = visits.at(-1);
  const open = last?.end === null ? last : undefined;
  if (
    now !== undefined &&
    open !== undefined &&
    idOf(open) === now.id &&
    !(now.owner !== undefined && (renew || now.fromMs !== open.checkIn.timeMs))
  ) {
    const { lastSeenMs: wallMs } = open;
    return wallMs > now.lastSeenMs ? [{ do: 'seen', visit: now.id, at: { wallMs, boot: '', sinceBootMs: 0 } }] : [];
  }
  const changes: StateChange[] = [];
  if (now !== undefined && (open !== undefined || known.includes(now.id))) {
    changes.push({ do: 'close-visit', visit: now.id, ...sharing(customer, facts) });
  }
  if (open !== undefined) changes.push(opening(open, context));
  return changes;
}

function opening(merged: MergedVisit, context: MergeContext): StateChange {
  const catalogue = catalogueFor(merged.checkIn, context);
  const visit = visitOf(merged, context);
  return { do: 'open-visit', visit, catalogue, exhaustsMs: null, ...sharing(visit.customer, context.facts) };
}

/** Teams on whose minutes somebody may draw. */
function sharing(customer: string, facts: Facts): { readonly shares?: readonly string[] } {
  const teams = facts.customer(customer)?.teams ?? [];
  if (teams.length === 0) return {};
  const { timePasses } = facts.site;
  const shared = facts.passes(customer, teams).flatMap(({ team, timePass }) => {
    return team !== null && timePasses.get(timePass)?.minutesIncluded !== null ? [team] : [];
  });
  return shared.length > 0 ? { shares: [...new Set(shared)] } : {};
}

function presence(customer: string, merged: MergedPresence | null, context: MergeContext): StateChange[] {
  const now = context.facts.presence(customer);
  const next = merged === null ? null : presenceOf(customer, merged, context);
  if (next === null || next.untilMs <= context.nowMs) return now === undefined ? [] : [{ do: 'absent', customer }];
  if (now !== undefined && isSame(now, next) && !context.renew) return [];
  const present: StateChange = { do: 'present', presence: next };
  if (merged?.kind !== 'presumed') return [present];
  // Opened and closed in one: the presence keeps the catalogue of the visit.
  const { visit } = merged;
  const open = context.facts.openVisit(customer);
  if (open !== undefined && open.id !== idOf(visit)) return [present];
  return [...(open === undefined ? [opening(visit, context)] : []), { do: 'close-visit', visit: idOf(visit) }, present];
}

/** What this controller closed itself it knows better than its record says: of another's the record holds. */
function isSame(now: Presence, next: Presence): boolean {
  if (now.kind !== next.kind || now.space !== next.space || now.untilMs !== next.untilMs) return false;
  if (now.closed?.id !== next.closed?.id) return false;
  if (now.closed?.owner === undefined) return true;
  if (now.closed.fromMs !== next.closed?.fromMs) return false;
  return now.closed.lastSeenMs === next.closed?.lastSeenMs && now.closed.goesOnWith === next.closed?.goesOnWith;
}

function presenceOf(customer: string, merged: MergedPresence, context: MergeContext): Presence {
  if (merged.kind === 'no-visit') {
    const { space = '', until = '' } = dataOf<AccessData>(merged.record).present ?? {};
    const { timeMs: sinceMs, movedMs = 0 } = merged.record;
    const { site } = context.facts;
    // Past the night, up to the cut-off after it, as its own controller has it.
    const endMs = dayEnd(site, space, dayEnd(site, space, sinceMs - Math.min(movedMs, 0)));
    return { customer, space, kind: 'no-visit', sinceMs, untilMs: endSaid(until, endMs), closed: null };
  }
  const { visit, record } = merged;
  const { space, presumed } = dataOf<CheckOutData>(record);
  const lastSeenMs = presumed === undefined ? visit.lastSeenMs : Date.parse(presumed.lastSeen);
  const sinceMs = Math.max(visit.closesMs, lastSeenMs);
  const untilMs = endSaid(presumed?.until, dayEnd(context.facts.site, space, sinceMs));
  const { goesOnWith, countedSeconds = 0 } = presumed ?? {};
  const closed = {
    ...visitOf(visit, context),
    lastSeenMs,
    ...(goesOnWith === undefined ? {} : { goesOnWith }),
    countedSeconds,
  };
  return { customer, space, kind: 'presumed', sinceMs, untilMs, closed };
}

/** The visit as its own controller keeps it, as far as that can be known here. */
function visitOf({ checkIn, closesMs, lastSeenMs }: MergedVisit, context: MergeContext): Visit {
  const { facts, controller } = context;
  const { visit, customer, space, coverage, plans = [], businessDay } = dataOf<CheckInData>(checkIn);
  return {
    id: visit,
    customer,
    space,
    businessDay: businessDay ?? businessDayOf(checkIn, facts),
    fromMs: checkIn.timeMs,
    boot: checkIn.boot,
    fromSinceBootMs: checkIn.sinceBootMs,
    coverage,
    pass: passIn(checkIn, context),
    plans,
    lastSeenMs,
    closesMs,
    ...(checkIn.controller === controller ? {} : { owner: checkIn.controller }),
  };
}

function businessDayOf(checkIn: SharedRecord, { site }: Facts): string {
  const space = site.spaces.get(dataOf<CheckInData>(checkIn).space);
  return space === undefined ? '' : businessDayAt(space, checkIn.timeMs).label;
}

/** One that the replica does not have is held all the same: it is the check-in's own (O4a). Somebody else's is not. */
function passIn(checkIn: SharedRecord, context: MergeContext): Pass | null {
  const { facts } = context;
  const { pass, customer, timePass = '' } = dataOf<CheckInData>(checkIn);
  if (pass === null || !passesBelieved(customer, [pass], context)(pass)) return null;
  const known = facts.passes(customer, facts.customer(customer)?.teams ?? []).find(({ id }) => id === pass);
  const nothing = { team: null, remainingMinutes: null, usedOn: null, usedBy: null, validFrom: null, expires: null };
  return known ?? { ...nothing, id: pass, timePass, customer, source: 'manual', createdAt: null };
}

function isDayPass(pass: Pass | null, { site }: Facts): boolean {
  return pass !== null && site.timePasses.get(pass.timePass)?.minutesIncluded === null;
}

function catalogueFor(checkIn: SharedRecord, { facts, catalogueOf }: MergeContext): Catalogue {
  const { revision } = dataOf<CheckInData>(checkIn);
  return revision === undefined || revision === facts.site.revision
    ? facts.site
    : (catalogueOf(revision) ?? facts.site);
}

function closesOf(checkIn: SharedRecord, { site }: Facts): number {
  const { until, space } = dataOf<CheckInData>(checkIn);
  // A cut-off is never moved: of a clock that was set back since it is the one of the day that it showed.
  const fromMs = checkIn.timeMs - Math.min(checkIn.movedMs ?? 0, 0);
  return endSaid(until, dayEnd(site, space, fromMs));
}

function idOf({ checkIn }: MergedVisit): string {
  return dataOf<CheckInData>(checkIn).visit;
}

/** What is to be recorded of an unsettled visit by its own controller, or kept by another one until that is heard. */
export interface Settled {
  readonly drafts: readonly EventDraft[];
  readonly changes: readonly StateChange[];
}

/** @param context its facts are as the changes of the plan left them */
export function settleMerged(merged: MergedVisit, context: MergeContext): Settled {
  const visit = visitOf(merged, context);
  const catalogue = catalogueFor(merged.checkIn, context);
  const facts = factsWith(context.facts, {
    catalogueOf: (id) => (id === visit.id ? catalogue : context.facts.catalogueOf(id)),
  });
  const { atMs: wallMs, how } = merged.end ?? { atMs: merged.closesMs, how: 'cut-off' };
  const settled =
    how === 'cut-off'
      ? checkOutAtCutOff(facts, visit)
      : checkOut(facts, visit, { wallMs, boot: '', sinceBootMs: 0, synchronised: true });
  if (visit.owner !== undefined)
    return { drafts: [], changes: assumed(visit, settled, context.coveredMs(visit.owner)).changes };
  const drafts = tellPeers(settled.drafts, settled.changes).map((draft) =>
    how === 'tap' && draft.type === 'checkout.recorded' ? { ...draft, data: { ...draft.data, merged: true } } : draft,
  );
  return { drafts, changes: [] };
}

/**
 * What another controller will record, without a record: it stands under the visit's cut-off until that is heard, or counted.
 * @param coveredMs up to when the replica counts what that one recorded: it has said by then what it will say of the visit
 */
export function assumed({ owner, closesMs }: Visit, { changes }: Settlement, coveredMs: number | null): Settled {
  const counted = coveredMs !== null && coveredMs > closesMs;
  const seq = Math.trunc(closesMs);
  const of: RecordPlace = { controller: owner ?? '', epoch: '', seq, timeMs: seq };
  const kept = changes.flatMap((change): StateChange[] => {
    const uses = change.do === 'use' || change.do === 'plan-use' || change.do === 'propose';
    if (!uses) return [change];
    return counted ? [] : [{ ...change, of }];
  });
  return { drafts: [], changes: kept };
}
