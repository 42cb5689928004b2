// A visit from its records. Pure, and the same whatever order they arrived in: they are ordered by time and place first.
// Two controllers that were cut off from each other may both end one visit: a tap says more than a cut-off, of two taps the
// later one holds, and over both what the controller of the check-in settled anew once it knew of the other. Only the check-out
// that holds may charge; what the office found oversold is taken from it, with what the office charges in its place.

import type { z } from 'zod';
import { byTimeAndPlace, compareText, officeName } from '../../../access/merge/record.ts';
import { holding } from '../../../access/merge/visits.ts';
import { chargeData, checkinData, checkoutData, oversoldData, passUsedData } from '../ingest/event-data.ts';

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
type Flag = Of<typeof oversoldData>;

/** null while neither the check-in nor a check-out is known. */
export function foldVisit(visit: string, events: readonly VisitEvent[]): Visit | null {
  const ordered = withoutForeign([...events].sort(byTimeAndPlace));
  const checkin = only(ordered, 'checkin.recorded', checkinData)[0];
  const outs = only(ordered, 'checkout.recorded', checkoutData);
  const checkout = checkoutOf(ordered);
  const first = checkin ?? checkout;
  if (first === undefined) return null;
  const flags = flagsOf(ordered);
  const oversold = new Set(flags.map(({ data }) => data.pass));
  const charged = [
    ...chargesOf(ordered.filter((event) => checkout === undefined || followsOn(event, checkout, outs))),
    ...flags.flatMap((flag) => chargesOf(ordered.filter((event) => belongsTo(event, flag)))),
  ].sort((a, b) => compareText(a.from, b.from));
  const passes = passesOf(ordered, checkin, checkout).filter((pass) => !oversold.has(pass));
  passes.push(...flags.flatMap(({ data }) => data.usage.map(({ pass }) => pass)));
  const unpaid = flags.some(({ data }) => !data.invoiced);
  const coverage = checkin?.data.coverage ?? null;
  return {
    visit,
    customer: first.data.customer,
    space: first.data.space,
    fromMs: checkout?.data.from ?? checkin?.event.timeMs ?? 0,
    toMs: checkout?.data.to ?? null,
    source: checkin?.data.source ?? null,
    coverage: coverage === 'pass' && flags.length > 0 && passes.length === 0 ? 'pay-as-you-go' : coverage,
    auto: checkout?.data.auto ?? false,
    review: (checkout?.data.review ?? false) || unpaid,
    invoiced: (checkout?.data.invoiced ?? false) && !unpaid,
    uncoveredMinutes: flags.reduce(
      (sum, { data }) => sum + data.uncoveredMinutes,
      checkout?.data.uncoveredMinutes ?? 0,
    ),
    passes: [...new Set(passes)],
    charges: charged,
    controller: first.event.controller,
    accessPoint: first.event.accessPoint,
  };
}

/** The check-out that holds. */
export function checkoutOf(ordered: readonly VisitEvent[]): Of<typeof checkoutData> | undefined {
  const owner = ordered.find(({ type }) => type === 'checkin.recorded')?.controller ?? null;
  const outs = withoutForeign(ordered).filter(({ type }) => type === 'checkout.recorded');
  const held = holding(outs, owner);
  return held === undefined ? undefined : { event: held, data: checkoutData.parse(held.data) };
}

/** A check-out of somebody else's visit is none of it, nor is what it charges. */
function withoutForeign(ordered: readonly VisitEvent[]): readonly VisitEvent[] {
  const begun = ordered.find(({ type }) => type === 'checkin.recorded');
  if (begun === undefined) return ordered;
  const { customer } = checkinData.parse(begun.data);
  return ordered.filter(({ type, data }) => {
    if (type !== 'checkout.recorded' && type !== 'charge.proposed') return true;
    return (data as { readonly customer: string }).customer === customer;
  });
}

/** Of each pass of the visit that is oversold, the office's last word. */
export function flagsOf(ordered: readonly VisitEvent[]): Flag[] {
  const latest = new Map<string, Flag>();
  for (const flag of only(ordered.filter(ofOffice), 'pass.oversold', oversoldData)) {
    if (flag.data.withdrawn) latest.delete(flag.data.pass);
    else latest.set(flag.data.pass, flag);
  }
  return [...latest.values()];
}

function ofOffice({ controller }: VisitEvent): boolean {
  return controller === officeName;
}

function passesOf(
  ordered: readonly VisitEvent[],
  checkin: Of<typeof checkinData> | undefined,
  checkout: Of<typeof checkoutData> | undefined,
): string[] {
  const used = only(ordered, 'pass.used', passUsedData).filter(
    ({ event }) =>
      checkout === undefined ||
      (sameJournal(event, checkout.event) && event.seq <= checkout.event.seq) ||
      (checkin !== undefined && sameJournal(event, checkin.event) && event.seq <= checkin.event.seq + 1),
  );
  const passes = [
    checkin?.data.pass ?? null,
    ...used.map(({ data }) => data.pass),
    ...(checkout?.data.usage ?? []).map(({ pass }) => pass),
  ];
  return passes.filter((pass) => pass !== null);
}

/** Its charges follow a check-out, before any other check-out of the visit. */
function followsOn(
  event: VisitEvent,
  checkout: Of<typeof checkoutData>,
  outs: readonly Of<typeof checkoutData>[],
): boolean {
  if (!sameJournal(event, checkout.event) || event.seq < checkout.event.seq) return false;
  return !outs.some(
    ({ event: other }) => sameJournal(other, event) && other.seq > checkout.event.seq && other.seq < event.seq,
  );
}

/** What the office charges in the place of a pass follows what it says of it. */
function belongsTo(event: VisitEvent, flag: Flag): boolean {
  const behind = event.seq - flag.event.seq;
  return sameJournal(event, flag.event) && behind > 0 && behind <= flag.data.charges;
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

function sameJournal(a: VisitEvent, b: VisitEvent): boolean {
  return a.controller === b.controller && a.epoch === b.epoch;
}
