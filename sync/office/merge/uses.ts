// What a visit's records say of passes: which it used, and what the office found of them. Pure; the same fold as that of the visits.

import type { PassUse } from '../../../access/merge/oversold.ts';
import { byTimeAndPlace, type RecordPlace } from '../../../access/merge/record.ts';
import { checkinData, passUsedData } from '../ingest/event-data.ts';
import { checkoutOf, flagsOf, type VisitEvent } from '../visits/fold.ts';

export interface VisitUse extends PassUse {
  readonly pass: string;
  /** The office's word on it, canonical JSON of the data; null: none that stands. */
  readonly flag: string | null;
}

type Amount = Pick<PassUse, 'businessDay' | 'minutes'>;

/** One use a pass. */
export function usesOfVisit(events: readonly VisitEvent[], textOf: (data: unknown) => string): VisitUse[] {
  const ordered = [...events].sort(byTimeAndPlace);
  const checkIn = ordered.find(({ type }) => type === 'checkin.recorded');
  const checkOut = checkoutOf(ordered);
  const first = checkIn ?? checkOut?.event;
  if (first === undefined) return [];
  const begun = checkIn === undefined ? undefined : checkinData.parse(checkIn.data);
  const flags = flagsOf(ordered);
  const visit = begun?.visit ?? checkOut?.data.visit ?? '';
  const customer = begun?.customer ?? checkOut?.data.customer ?? '';
  const amounts = new Map<string, Amount>();
  const pass = begun?.pass ?? null;
  if (pass !== null) amounts.set(pass, { businessDay: dayUsed(ordered, first, pass, begun), minutes: 0 });
  for (const used of checkOut?.data.usage ?? []) amounts.set(used.pass, amountOf(used));
  // Who was covered again by a day that they had used before was given nothing anew, whatever the replica counts.
  const isAgain = pass !== null && amounts.get(pass)?.businessDay != null && begun?.uses !== true;
  const of = (id: string, amount: Amount, office: boolean, from: VisitEvent): VisitUse => ({
    pass: id,
    visit,
    customer,
    ...amount,
    place: placeOf(from),
    revision: office || id !== pass || isAgain ? null : (begun?.revision ?? null),
    remaining: office || id !== pass ? null : (begun?.remaining ?? null),
    office,
    flag: office ? null : flagOn(id, flags, textOf),
  });
  const uses = [...amounts].map(([id, amount]) =>
    of(id, amount, false, id === pass ? first : (checkOut?.event ?? first)),
  );
  // Among themselves they stand in the order of the visits that they cover.
  const inPlace = flags.flatMap(({ data }) => data.usage.map((used) => of(used.pass, amountOf(used), true, first)));
  return oneOfEach([...uses, ...inPlace]);
}

/** In the order of the table. */
function oneOfEach(uses: readonly VisitUse[]): VisitUse[] {
  const found = new Map<string, VisitUse>();
  for (const use of uses) {
    const key = `${use.pass} ${Number(use.office)}`;
    const minutes = (found.get(key)?.minutes ?? 0) + use.minutes;
    found.set(key, { ...use, minutes });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use);
}

function flagOn(pass: string, flags: ReturnType<typeof flagsOf>, textOf: (data: unknown) => string): string | null {
  const flag = flags.find(({ data }) => data.pass === pass);
  return flag === undefined ? null : textOf(flag.event.data);
}

/** A day pass that is open since the check-in is used by it. */
function dayUsed(
  ordered: readonly VisitEvent[],
  checkIn: VisitEvent,
  pass: string,
  begun: { readonly uses?: boolean | undefined; readonly businessDay?: string | undefined } | undefined,
): string | null {
  if (begun?.uses === true && begun.businessDay !== undefined) return begun.businessDay;
  for (const event of ordered) {
    if (event.type !== 'pass.used' || event.epoch !== checkIn.epoch) continue;
    const used = passUsedData.parse(event.data);
    if (used.pass === pass && used.businessDay != null) return used.businessDay;
  }
  return null;
}

function amountOf(
  used: { readonly pass: string } & ({ readonly businessDay: string } | { readonly minutes: number }),
): Amount {
  return 'businessDay' in used
    ? { businessDay: used.businessDay, minutes: 0 }
    : { businessDay: null, minutes: used.minutes };
}

function placeOf({ controller, epoch, seq, timeMs }: VisitEvent): RecordPlace {
  return { controller, epoch, seq, timeMs };
}
