// What of a stay counts toward plan limits (rules.md section 4): stays of C12 as a whole, of others the pieces on passes whose
// time pass counts, even where no plan limits anything today: a newer replica may bring the limit, and the stay still counts.
// The business day counts from the check-in on, minutes at the check-out: whole seconds are summed per visit and business
// day, then rounded up to the minute (O10).

import type { StateChange } from '../change.ts';
import type { Coverage, Visit } from '../facts.ts';
import type { Plan, TimePass } from '../model.ts';
import type { Piece, Stay } from './coverage.ts';

export function limitsAnything(plan: Plan | undefined): boolean {
  if (plan === undefined) return false;
  const { daysPerWeek, daysPerMonth, minutesPerWeek, minutesPerMonth } = plan.limits;
  return daysPerWeek !== null || daysPerMonth !== null || minutesPerWeek !== null || minutesPerMonth !== null;
}

/** The check-in's own part: its business day, with no minutes yet. */
export function dayCounts(coverage: Coverage, timePass: TimePass | undefined): boolean {
  return coverage === 'plan' || (coverage === 'pass' && timePass?.countsTowardsPlanLimits === true);
}

/** Whole seconds of a settled stay, whose pieces these are. */
export function secondsThatCount({ coverage }: Visit, { fromMs, toMs }: Stay, pieces: readonly Piece[]): number {
  const counting = coverage === 'plan' ? [{ startMs: fromMs, endMs: toMs }] : pieces.filter(counts);
  return counting.reduce((sum, { startMs, endMs }) => sum + Math.floor((endMs - startMs) / 1000), 0);
}

/** The minutes of so many seconds of the visit, on its business day; of `before` seconds of it they are counted already. */
export function minutesThatCount(visit: Visit, seconds: number, before = 0): StateChange[] {
  const minutes = Math.ceil((before + seconds) / 60) - Math.ceil(before / 60);
  return minutes > 0 ? [planUse(visit, visit.businessDay, minutes)] : [];
}

export function planUse({ id, customer }: Pick<Visit, 'id' | 'customer'>, day: string, minutes: number): StateChange {
  return { do: 'plan-use', visit: id, use: { customer, day, minutes } };
}

function counts({ by }: Piece): boolean {
  if (by === 'open') return false;
  return ('held' in by ? by.held : by.offer).timePass.countsTowardsPlanLimits;
}
