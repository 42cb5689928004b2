// A visit from its records. Pure, and the same whatever order they arrived in: they are ordered by time and place first.
// Two controllers that were cut off from each other may both end one visit: a tap says more than a cut-off, of two taps the
// later one holds, and only the journal whose check-out holds may charge for it.

import type { z } from 'zod';
import { chargeData, checkinData, checkoutData, passUsedData } from '../ingest/event-data.ts';

export interface VisitEvent {
  readonly controller: string;
  readonly epoch: string;
  readonly seq: number;
  readonly type: string;
  /** UTC milliseconds. */
  readonly timeMs: number;
  readonly accessPoint: string | null;
  readonly data: unknown;
}

export interface Charge {
  readonly timePass: string;
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly currency: string;
  readonly taxRate: string;
  readonly account: string | null;
  readonly price: string;
}

export interface Visit {
  readonly visit: string;
  readonly customer: string;
  readonly space: string;
  readonly fromMs: number;
  /** null while it is open. */
  readonly toMs: number | null;
  /** null until the check-in is known. */
  readonly source: string | null;
  readonly coverage: string | null;
  readonly auto: boolean;
  readonly review: boolean;
  readonly invoiced: boolean;
  readonly uncoveredMinutes: number;
  /** In the order of their use, each once. */
  readonly passes: readonly string[];
  readonly charges: readonly Charge[];
  /** Where it began, as far as that is known. */
  readonly controller: string;
  readonly accessPoint: string | null;
}

type Of<Schema extends z.ZodType> = { readonly event: VisitEvent; readonly data: z.output<Schema> };

/** null while neither the check-in nor a check-out is known. */
export function foldVisit(visit: string, events: readonly VisitEvent[]): Visit | null {
  const ordered = [...events].sort(byTimeAndPlace);
  const checkin = only(ordered, 'checkin.recorded', checkinData)[0];
  const checkout = only(ordered, 'checkout.recorded', checkoutData).reduce<Of<typeof checkoutData> | undefined>(
    (best, next) => (best === undefined || holdsOver(next, best) ? next : best),
    undefined,
  );
  const first = checkin ?? checkout;
  if (first === undefined) return null;
  const counts = (event: VisitEvent): boolean => checkout === undefined || sameJournal(event, checkout.event);
  const used = only(ordered, 'pass.used', passUsedData).filter(
    ({ event }) => counts(event) || (checkin !== undefined && sameJournal(event, checkin.event)),
  );
  const passes = [
    checkin?.data.pass ?? null,
    ...used.map(({ data }) => data.pass),
    ...(checkout?.data.usage ?? []).map(({ pass }) => pass),
  ];
  return {
    visit,
    customer: first.data.customer,
    space: first.data.space,
    fromMs: checkout?.data.from ?? checkin?.event.timeMs ?? 0,
    toMs: checkout?.data.to ?? null,
    source: checkin?.data.source ?? null,
    coverage: checkin?.data.coverage ?? null,
    auto: checkout?.data.auto ?? false,
    review: checkout?.data.review ?? false,
    invoiced: checkout?.data.invoiced ?? false,
    uncoveredMinutes: checkout?.data.uncoveredMinutes ?? 0,
    passes: [...new Set(passes)].filter((pass) => pass !== null),
    charges: chargesOf(ordered.filter(counts)),
    controller: first.event.controller,
    accessPoint: first.event.accessPoint,
  };
}

function chargesOf(events: readonly VisitEvent[]): Charge[] {
  return only(events, 'charge.proposed', chargeData)
    .sort((a, b) => a.data.from - b.data.from)
    .map(({ data: { timePass, from, to, amount, currency, taxRate, account, price } }) => ({
      timePass,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      amount,
      currency,
      taxRate,
      account,
      price,
    }));
}

function only<Schema extends z.ZodType>(events: readonly VisitEvent[], type: string, schema: Schema): Of<Schema>[] {
  return events.filter((event) => event.type === type).map((event) => ({ event, data: schema.parse(event.data) }));
}

function holdsOver(next: Of<typeof checkoutData>, best: Of<typeof checkoutData>): boolean {
  if (next.data.auto !== best.data.auto) return best.data.auto;
  return next.data.to > best.data.to;
}

function sameJournal(a: VisitEvent, b: VisitEvent): boolean {
  return a.controller === b.controller && a.epoch === b.epoch;
}

function byTimeAndPlace(a: VisitEvent, b: VisitEvent): number {
  return (
    a.timeMs - b.timeMs || compareText(a.controller, b.controller) || compareText(a.epoch, b.epoch) || a.seq - b.seq
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
