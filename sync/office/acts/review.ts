// A visit that is flagged for review, or a pass that was used twice, is dealt with: accepted as it is, or with another end. What is
// settled anew is so by the rules of a tap on the way out at that instant.

import type { EventDraft } from '../../../access/event.ts';
import { settleMerged } from '../../../access/merge/plan.ts';
import { byTimeAndPlace } from '../../../access/merge/record.ts';
import { iso } from '../../../access/visit/settle.ts';
import type { NewRecord } from '../../../db/journal/records.ts';
import { Events } from '../store/events.ts';
import { checkoutOf, flagsOf, type VisitEvent } from '../visits/fold.ts';
import { maxVisitEvents, visitEvent } from '../visits/project.ts';
import { act, type By, byData, type Desk, refusal } from './act.ts';
import { knownOf } from './facts.ts';
import { sharedRecords } from './shared.ts';

type CheckOut = NonNullable<ReturnType<typeof checkoutOf>>;

export interface Review extends By {
  readonly visit: string;
  /** When they left, UTC milliseconds, where the cut-off had to end the visit; left out: it is accepted as it is. */
  readonly toMs?: number;
}

/** @throws OfficeError `act-refused`, `store-*` */
export function reviewVisit(desk: Desk, { visit, toMs, ...by }: Review): readonly NewRecord[] {
  return act(desk, () => {
    const ordered = eventsOf(desk, visit);
    const out = checkoutOf(ordered);
    if (out === undefined) {
      throw ordered.length === 0
        ? refusal(
            'unknown-visit',
            `no visit ${visit} is known: \`cardea office worklist\` lists what is to be looked at`,
          )
        : refusal('still-open', `visit ${visit} has not ended: check the customer out instead`);
    }
    const known = ordered.some(
      ({ type, data }) => type === 'visit.reviewed' && (data as { checkout?: unknown }).checkout === out.event.id,
    );
    if (known) throw refusal('already-reviewed', `somebody has looked at visit ${visit} already`);
    const said = { visit, checkout: out.event.id, ...byData(by) };
    if (toMs === undefined) return { drafts: [{ type: 'visit.reviewed', data: said }] };
    const drafts = endedAt(desk, ordered, out, toMs).map((draft) =>
      draft.type === 'checkout.recorded'
        ? { ...draft, data: { ...draft.data, source: 'manual', ...byData(by) } }
        : draft,
    );
    return { drafts: [...drafts, { type: 'visit.reviewed', data: { ...said, to: iso(toMs) } }] };
  });
}

/** What a tap on the way out at that instant would have come to. */
function endedAt({ store, clock }: Desk, ordered: readonly VisitEvent[], out: CheckOut, toMs: number): EventDraft[] {
  const { visit, customer, auto, from, to: closesMs } = out.data;
  if (!auto) {
    throw refusal(
      'not-automatic',
      `visit ${visit} was ended by whoever left: only an end at the cut-off can be corrected`,
    );
  }
  const nowMs = clock.now().wallMs;
  const checkIn = sharedRecords(store, customer, nowMs).find(
    ({ type, data }) => type === 'checkin.recorded' && data.visit === visit,
  );
  if (checkIn === undefined || !ordered.some(({ type }) => type === 'checkin.recorded')) {
    throw refusal('no-check-in', `the check-in of visit ${visit} has not arrived: it can only be accepted`);
  }
  const mostMs = Math.min(closesMs, nowMs);
  if (toMs < from || toMs > mostMs) {
    throw refusal('outside-visit', `the end of visit ${visit} is an instant from ${iso(from)} to ${iso(mostMs)}`);
  }
  const proved = store.db
    .prepare<[string, number], string>(
      "SELECT visit FROM visits WHERE customer = ? AND from_ms = ? AND source = 'door'",
    )
    .pluck()
    .get(customer, closesMs);
  if (proved !== undefined) {
    throw refusal('proved', `a tap on the way out, visit ${proved}, shows that ${customer} was inside at the cut-off`);
  }
  const { context } = knownOf(store, customer, nowMs, visit);
  const own = { ...context, controller: checkIn.controller };
  const end = { atMs: toMs, how: 'tap', record: null } as const;
  const { drafts } = settleMerged({ checkIn, closesMs, lastSeenMs: toMs, end }, own);
  return drafts.map(({ type, data: { merged: _, ...data } }) => ({ type, data }));
}

/** Takes a pass that was used twice off the list of work. @throws OfficeError `act-refused`, `store-*` */
export function settleOversold(desk: Desk, visit: string, pass: string, by: By): readonly NewRecord[] {
  return act(desk, () => {
    const ordered = eventsOf(desk, visit);
    const flag = flagsOf(ordered).find(({ data }) => data.pass === pass);
    if (flag === undefined) throw refusal('not-oversold', `of visit ${visit} no pass ${pass} is oversold`);
    const known = ordered.some(
      ({ type, data }) => type === 'oversold.settled' && (data as { flag?: unknown }).flag === flag.event.id,
    );
    if (known) throw refusal('already-settled', `pass ${pass} of visit ${visit} is settled already`);
    return { drafts: [{ type: 'oversold.settled', data: { visit, pass, flag: flag.event.id, ...byData(by) } }] };
  });
}

function eventsOf({ store }: Desk, visit: string): VisitEvent[] {
  return new Events(store).ofVisit(visit, maxVisitEvents).map(visitEvent).sort(byTimeAndPlace);
}
