// The visits of one person out of all controllers' records: a function of the set of them, whatever order they came in. A check-in
// ends the visit before it (C8), also where two controllers were cut off from each other; an exit tap ends what is open in its
// space, whatever visit its door knew of; of several the last one before the next check-in holds, rather one of that very visit.
// What the cut-off closed is presumed inside. So no minute is part of two visits.

import { type AccessData, type CheckInData, type CheckOutData, dataOf } from './data.ts';
import { provedDay } from './follow-on.ts';
import { byTimeAndPlace, type SharedRecord } from './record.ts';

/** Clocks of two controllers may differ by as much: nearer records of two journals are in no order. */
export const skewMs = 10_000;

export interface VisitEnd {
  readonly atMs: number;
  readonly how: 'tap' | 'cut-off';
  /** The check-out that says so; null: none does yet. The controller of the check-in will. */
  readonly record: SharedRecord | null;
}

export interface MergedVisit {
  readonly checkIn: SharedRecord;
  readonly closesMs: number;
  readonly lastSeenMs: number;
  /** null: it is open. */
  readonly end: VisitEnd | null;
}

/** Inside without a visit, by the last record that says anything of it. */
export type MergedPresence =
  | { readonly kind: 'no-visit'; readonly record: SharedRecord }
  | { readonly kind: 'presumed'; readonly visit: MergedVisit; readonly record: SharedRecord };

export interface MergedVisits {
  /** In order of their beginning: only the last can be open. */
  readonly visits: readonly MergedVisit[];
  /** Check-outs of which no check-in is known. */
  readonly ends: readonly SharedRecord[];
  /** Ids of visits that another one stands for: what they used is not counted. */
  readonly absorbed: ReadonlySet<string>;
  readonly presence: MergedPresence | null;
}

interface Leaving {
  readonly atMs: number;
  readonly space: string;
  /** null: no visit was known at that door. */
  readonly visit: string | null;
  readonly record: SharedRecord;
}

/** @param closesOf the cut-off of a check-in, UTC milliseconds */
export function mergeVisits(
  records: readonly SharedRecord[],
  closesOf: (checkIn: SharedRecord) => number,
): MergedVisits {
  const ordered = [...records].sort(byTimeAndPlace);
  const { checkIns, absorbed } = firstOfEach(ordered.filter(({ type }) => type === 'checkin.recorded'));
  const outs = new Map<string, SharedRecord[]>();
  for (const record of ordered) {
    if (record.type !== 'checkout.recorded') continue;
    const { visit } = dataOf<CheckOutData>(record);
    outs.set(visit, [...(outs.get(visit) ?? []), record]);
  }
  const leavings = ordered.flatMap(leavingOf);
  const visits = checkIns.map((checkIn, index): MergedVisit => {
    const { visit } = dataOf<CheckInData>(checkIn);
    const closesMs = closesOf(checkIn);
    const lastSeenMs = lastSeen(ordered, checkIn, closesMs);
    const end = endOf(checkIn, closesMs, checkIns[index + 1], leavings, outs.get(visit) ?? []);
    return { checkIn, closesMs, lastSeenMs, end };
  });
  const known = new Set([...checkIns.map((record) => dataOf<CheckInData>(record).visit), ...absorbed]);
  const ends = [...outs].flatMap(([visit, of]) => (known.has(visit) ? [] : (holding(of, null) ?? [])));
  return { visits, ends, absorbed, presence: presenceOf(ordered, visits, leavings) };
}

/** Of each visit, and of each day that ways out after the cut-off proved. */
function firstOfEach(ordered: readonly SharedRecord[]): {
  readonly checkIns: readonly SharedRecord[];
  readonly absorbed: ReadonlySet<string>;
} {
  const seen = new Set<string>();
  const proved = new Set<string>();
  const absorbed = new Set<string>();
  const checkIns = ordered.filter((record) => {
    const data = dataOf<CheckInData>(record);
    if (seen.has(data.visit)) return false;
    seen.add(data.visit);
    const day = provedDay(data);
    if (day !== null && proved.has(day)) absorbed.add(data.visit);
    else if (day !== null) proved.add(day);
    return !absorbed.has(data.visit);
  });
  return { checkIns, absorbed };
}

function leavingOf(record: SharedRecord): Leaving[] {
  if (record.type === 'checkout.orphan') {
    const { space } = record.data as { space: string };
    return [{ atMs: record.timeMs, space, visit: null, record }];
  }
  if (record.type !== 'checkout.recorded') return [];
  const { visit, space, to, auto, merged } = dataOf<CheckOutData>(record);
  return auto || merged === true ? [] : [{ atMs: Date.parse(to) + (record.movedMs ?? 0), space, visit, record }];
}

function endOf(
  checkIn: SharedRecord,
  closesMs: number,
  next: SharedRecord | undefined,
  leavings: readonly Leaving[],
  outs: readonly SharedRecord[],
): VisitEnd | null {
  const held = holding(outs, checkIn.controller) ?? null;
  const nextMs = next?.timeMs ?? Number.POSITIVE_INFINITY;
  const untilMs = Math.min(nextMs, closesMs) + skewMs;
  const left = waysOut(checkIn, leavings, untilMs);
  if (left.length === 0 && nextMs > closesMs) {
    if (held !== null) return endBy(checkIn, held);
    return next === undefined ? null : { atMs: closesMs, how: 'cut-off', record: null };
  }
  const atMs = left.reduce((latest, leaving) => Math.max(latest, leaving.atMs), Number.NEGATIVE_INFINITY);
  const endMs = left.length === 0 ? nextMs : atMs;
  if (held !== null && Math.abs(toOf(held) - endMs) <= skewMs) return endBy(checkIn, held);
  return { atMs: Math.max(endMs, checkIn.timeMs), how: 'tap', record: null };
}

/** Those of this very visit, where there are any: who taps out once more is no part of it. */
function waysOut(checkIn: SharedRecord, leavings: readonly Leaving[], untilMs: number): readonly Leaving[] {
  const left = leavings.filter((leaving) => leaves(checkIn, leaving) && leaving.atMs <= untilMs);
  const own = left.filter(({ visit }) => visit === dataOf<CheckInData>(checkIn).visit);
  return own.length > 0 ? own : left;
}

function endBy(checkIn: SharedRecord, record: SharedRecord): VisitEnd {
  const { auto } = dataOf<CheckOutData>(record);
  return { atMs: toOf(record), how: auto ? 'cut-off' : 'tap', record: knewBegin(checkIn, record) ? record : null };
}

/** Whether that is a way out of what this check-in began. */
function leaves(checkIn: SharedRecord, { atMs, space, visit, record }: Leaving): boolean {
  const own = dataOf<CheckInData>(checkIn);
  if (visit === own.visit) return true;
  if (space !== own.space) return false;
  const sameJournal = record.controller === checkIn.controller && record.epoch === checkIn.epoch;
  return sameJournal ? atMs > checkIn.timeMs && record.seq > checkIn.seq : atMs > checkIn.timeMs + skewMs;
}

/**
 * Of the check-outs of one visit the one that holds: the last that its own controller settled anew; else a tap says more than a
 * cut-off, and of two taps the later one.
 * @param owner the controller of the check-in: nobody else settles anew or records a cut-off; null: it is not known
 */
export function holding<Record extends { readonly controller: string; readonly data: unknown }>(
  outs: readonly Record[],
  owner: string | null,
): Record | undefined {
  let best: Record | undefined;
  for (const next of outs) {
    const { auto, merged } = dataIn(next);
    if ((auto || merged === true) && owner !== null && next.controller !== owner) continue;
    if (best === undefined || holdsOver(dataIn(next), dataIn(best))) best = next;
  }
  return best;
}

function dataIn({ data }: { readonly data: unknown }): CheckOutData {
  return data as CheckOutData;
}

/** @param next comes behind `best` in the order of all records */
function holdsOver(next: CheckOutData, best: CheckOutData): boolean {
  const [again, before] = [next.merged === true, best.merged === true];
  if (again || before) return again;
  if (next.auto !== best.auto) return best.auto;
  return Date.parse(next.to) > Date.parse(best.to);
}

/** A way out is when it was recorded; any other end was reckoned. */
function toOf(checkOut: SharedRecord): number {
  const { to, auto, merged } = dataOf<CheckOutData>(checkOut);
  return Date.parse(to) + (auto || merged === true ? 0 : (checkOut.movedMs ?? 0));
}

/** Whether the check-out knew when the visit began: the clock of the check-in was set since, and another door did not know of it. */
function knewBegin(checkIn: SharedRecord, held: SharedRecord): boolean {
  if (checkIn.movedMs === undefined || held.controller === checkIn.controller) return true;
  return Math.abs(Date.parse(dataOf<CheckOutData>(held).from) - checkIn.timeMs) <= skewMs;
}

function lastSeen(ordered: readonly SharedRecord[], checkIn: SharedRecord, closesMs: number): number {
  const { visit } = dataOf<CheckInData>(checkIn);
  return ordered.reduce((latest, record) => {
    const seen = record.type.startsWith('access.') && dataOf<AccessData>(record).visit === visit;
    return seen && record.timeMs < closesMs ? Math.max(latest, record.timeMs) : latest;
  }, checkIn.timeMs);
}

/** By what came last: a check-in and an exit leave nobody presumed inside. */
function presenceOf(
  ordered: readonly SharedRecord[],
  visits: readonly MergedVisit[],
  leavings: readonly Leaving[],
): MergedPresence | null {
  let latestMs = Number.NEGATIVE_INFINITY;
  let presence: MergedPresence | null = null;
  const says = (atMs: number, what: MergedPresence | null): void => {
    if (atMs < latestMs) return;
    latestMs = atMs;
    presence = what;
  };
  for (const visit of visits) {
    const { end, closesMs } = visit;
    if (end?.how === 'cut-off' && end.record !== null) says(closesMs, { kind: 'presumed', visit, record: end.record });
  }
  for (const { atMs } of leavings) says(atMs, null);
  for (const record of ordered) {
    if (record.type === 'checkin.recorded') says(record.timeMs, null);
    if (!record.type.startsWith('access.')) continue;
    const { absent, present } = dataOf<AccessData>(record);
    if (absent === true) says(record.timeMs, null);
    if (present !== undefined) says(record.timeMs, { kind: 'no-visit', record });
  }
  return presence;
}
