// What merged visits used, as changes that take the place of what is known of them: each use once, named by the record that says
// it, and none that the replica counts already.

import type { StateChange } from '../change.ts';
import type { TimePass } from '../model.ts';
import {
  type CheckInData,
  type CheckOutData,
  dataOf,
  type OversoldData,
  type ProposedData,
  type UsageData,
} from './data.ts';
import { byTimeAndPlace, officeName, type RecordPlace, type SharedRecord } from './record.ts';
import type { MergedVisits } from './visits.ts';

export interface UseContext {
  /** Whether the replica counts what a record of that journal says. */
  readonly includes: (epoch: string, seq: number) => boolean;
  /** Whether the pass is one that the customer can have used. */
  readonly believes: (pass: string) => boolean;
  readonly timePasses: ReadonlyMap<string, Pick<TimePass, 'minutesIncluded'>>;
  /** Whether the check-in's pass is a day pass, of a record that does not say what it used. */
  readonly isDayPass: (checkIn: SharedRecord) => boolean;
  /** Label of the business day of the check-in, of a record that does not say it. */
  readonly businessDayOf: (checkIn: SharedRecord) => string;
}

/** @param records all of the customer */
export function usesOf(
  customer: string,
  records: readonly SharedRecord[],
  { visits, ends, absorbed }: MergedVisits,
  context: UseContext,
): StateChange[] {
  const oversold = oversoldBy(records);
  const changes: StateChange[] = [];
  for (const { checkIn, end } of visits) {
    if (!context.includes(checkIn.epoch, checkIn.seq)) changes.push(...ofCheckIn(checkIn, oversold, context));
    if (end?.record != null) changes.push(...ofCheckOut(end.record, oversold, context));
  }
  for (const end of ends) changes.push(...ofCheckOut(end, oversold, context));
  for (const record of oversold.values()) {
    const { visit, usage = [] } = dataOf<OversoldData>(record);
    if (absorbed.has(visit)) continue;
    changes.push(...proposals(customer, record, context));
    if (context.includes(record.epoch, record.seq)) continue;
    const of = placeOf(record);
    changes.push(...usage.flatMap((used) => ofUsage(used, visit, customer, of, oversold)));
  }
  return changes.filter((change) => change.do !== 'use' || context.believes(change.use.pass));
}

/** Ids of all passes that the records name. */
export function passesIn(records: readonly SharedRecord[]): string[] {
  const passes = new Set<string>();
  for (const record of records) {
    if (record.type === 'checkin.recorded') {
      const { pass } = dataOf<CheckInData>(record);
      if (pass !== null) passes.add(pass);
    } else if (record.type === 'checkout.recorded' || record.type === 'pass.oversold') {
      for (const { pass } of dataOf<Partial<CheckOutData>>(record).usage ?? []) passes.add(pass);
    }
  }
  return [...passes];
}

type Oversold = ReadonlyMap<string, SharedRecord>;

/**
 * Ids of the visits of which the records say all that counts. Of a visit from before there was a peer they do not: what is
 * known of it stays.
 */
export function visitsTold(records: readonly SharedRecord[]): string[] {
  const silent = new Set<string>();
  const told = new Set<string>();
  for (const record of records) {
    if (record.type === 'checkin.recorded') {
      const { visit, until } = dataOf<CheckInData>(record);
      (until === undefined ? silent : told).add(visit);
    } else if (record.type === 'checkout.recorded') {
      const { visit, counted, proposed } = dataOf<CheckOutData>(record);
      if (counted !== undefined || proposed !== undefined || !silent.has(visit)) told.add(visit);
    }
  }
  return [...told];
}

/** By visit and pass, what the office said last; nothing where it was withdrawn. */
function oversoldBy(records: readonly SharedRecord[]): Oversold {
  const ofOffice = ({ type, controller }: SharedRecord): boolean =>
    type === 'pass.oversold' && controller === officeName;
  const said = records.filter(ofOffice).sort(byPlace);
  const latest = new Map<string, SharedRecord>();
  for (const record of said) {
    const { visit, pass, withdrawn } = dataOf<OversoldData>(record);
    if (withdrawn === true) latest.delete(`${visit} ${pass}`);
    else latest.set(`${visit} ${pass}`, record);
  }
  return latest;
}

/** The office has one journal, or one after the other: its own order is the order of what it said. */
function byPlace(a: SharedRecord, b: SharedRecord): number {
  return a.epoch === b.epoch ? a.seq - b.seq : byTimeAndPlace(a, b);
}

function ofCheckIn(checkIn: SharedRecord, oversold: Oversold, context: UseContext): StateChange[] {
  const { visit, customer, pass, uses, counts, ...said } = dataOf<CheckInData>(checkIn);
  const changes: StateChange[] = [];
  const of = placeOf(checkIn);
  const businessDay = said.businessDay ?? context.businessDayOf(checkIn);
  const used = uses === true || (said.until === undefined && context.isDayPass(checkIn));
  if (pass !== null && used && !oversold.has(`${visit} ${pass}`)) {
    changes.push({ do: 'use', visit, use: { pass, customer, businessDay, minutes: 0 }, of });
  }
  if (counts === true) changes.push({ do: 'plan-use', visit, use: { customer, day: businessDay, minutes: 0 }, of });
  return changes;
}

function ofCheckOut(record: SharedRecord, oversold: Oversold, context: UseContext): StateChange[] {
  const { visit, customer, usage, counted = [] } = dataOf<CheckOutData>(record);
  const sold = proposals(customer, record, context);
  if (context.includes(record.epoch, record.seq)) return sold;
  const of = placeOf(record);
  const changes: StateChange[] = usage.flatMap((used) => ofUsage(used, visit, customer, of, oversold));
  for (const { day, minutes } of counted) changes.push({ do: 'plan-use', visit, use: { customer, day, minutes }, of });
  return [...changes, ...sold];
}

function ofUsage(
  { pass, businessDay, minutes = 0 }: UsageData,
  visit: string,
  customer: string,
  of: RecordPlace,
  oversold: Oversold,
): StateChange[] {
  const flagged = oversold.get(`${visit} ${pass}`);
  if (businessDay !== undefined) {
    if (flagged !== undefined) return [];
    return [{ do: 'use', visit, use: { pass, customer, businessDay, minutes: 0 }, of }];
  }
  const had = flagged === undefined ? minutes : minutes - (dataOf<OversoldData>(flagged).minutes ?? 0);
  return had > 0 ? [{ do: 'use', visit, use: { pass, customer, businessDay: null, minutes: had }, of }] : [];
}

/**
 * They are held for the rest of their business day (O2), whether or not a replica counts that they were sold. Of whole passes less
 * than one can be left.
 */
function proposals(customer: string, record: SharedRecord, { timePasses }: UseContext): StateChange[] {
  const { visit, proposed = [] } = dataOf<Pick<CheckOutData, 'visit' | 'proposed'>>(record);
  const of = placeOf(record);
  const can = ({ timePass, remainingMinutes: left }: ProposedData): boolean => {
    const listed = timePasses.get(timePass);
    if (listed === undefined) return true;
    return listed.minutesIncluded === null ? left === null : left !== null && left <= listed.minutesIncluded;
  };
  return proposed.filter(can).map((one) => ({ do: 'propose', visit, proposal: { customer, ...one }, of }));
}

export function placeOf({ controller, epoch, seq, timeMs }: SharedRecord): RecordPlace {
  return { controller, epoch, seq, timeMs };
}
