// What of a stay counts toward plan limits (rules.md section 4): stays of C12 as a whole, of others the pieces on passes whose
// time pass counts. The business day counts from the check-in on, minutes at the check-out: whole seconds are summed per
// visit and business day, then rounded up to the minute (O10).

import type { Catalogue } from '../catalogue.ts';
import type { StateChange } from '../change.ts';
import type { Coverage, Visit } from '../facts.ts';
import type { Plan, TimePass } from '../model.ts';
import { contractState, type Person } from '../person.ts';
import type { Zone } from '../time/zone.ts';
import type { Piece, Stay } from './coverage.ts';

/**
 * Whether a plan of one of the person's contracts that are not over limits anything: of all others nothing is noted, so that
 * a customer without limits costs no statement.
 */
export function hasLimits(person: Person, { plans }: Pick<Catalogue, 'plans'>, zone: Zone, ms: number): boolean {
  return person.contracts.some(
    (contract) =>
      contract.customer === person.customer.id &&
      limitsAnything(plans.get(contract.plan)) &&
      contractState(contract, zone, ms) !== 'ended',
  );
}

export function limitsAnything(plan: Plan | undefined): boolean {
  return plan !== undefined && Object.values(plan.limits).some((limit) => limit !== null);
}

/** The check-in's own part: its business day, with no minutes yet. */
export function dayCounts(coverage: Coverage, timePass: TimePass | undefined): boolean {
  return coverage === 'plan' || (coverage === 'pass' && timePass?.countsTowardsPlanLimits === true);
}

/** The minutes of a settled stay, whose pieces these are. */
export function minutesThatCount(visit: Visit, stay: Stay, pieces: readonly Piece[]): StateChange[] {
  const whole = { day: visit.businessDay, startMs: stay.fromMs, endMs: stay.toMs };
  const counting = visit.coverage === 'plan' ? [whole] : pieces.filter(counts);
  const seconds = new Map<string, number>();
  for (const { day, startMs, endMs } of counting) {
    seconds.set(day, (seconds.get(day) ?? 0) + Math.floor((endMs - startMs) / 1000));
  }
  return [...seconds].filter(([, sum]) => sum > 0).map(([day, sum]) => planUse(visit, day, Math.ceil(sum / 60)));
}

export function planUse({ id, customer }: Pick<Visit, 'id' | 'customer'>, day: string, minutes: number): StateChange {
  return { do: 'plan-use', visit: id, use: { customer, day, minutes } };
}

function counts({ by }: Piece): boolean {
  if (by === 'open') return false;
  return ('held' in by ? by.held : by.offer).timePass.countsTowardsPlanLimits;
}
