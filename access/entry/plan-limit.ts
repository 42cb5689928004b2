// Plan limits (rules.md C11, section 4): distinct business days, and minutes, per week and per month. What counts is what
// the replica says, and what was used here since and no replica includes yet (section 5).

import type { PlanLimits, PlanUsage } from '../model.ts';
import { activePlans } from '../person.ts';
import { holdsDate, monthOf, type Period, weekOf } from '../time/period.ts';
import { zoneOf } from '../time/zone.ts';
import { limitsAnything } from '../visit/plan-use.ts';
import type { Case } from './tap.ts';

/** One limit of one active plan, on the business day of the tap. */
export interface LimitStanding {
  readonly plan: string;
  readonly limit: keyof PlanLimits;
  readonly allowed: number;
  /** Of days: without today, where today does not count yet. */
  readonly used: number;
  readonly period: Period;
  /** It denies today: a day that counts already is never blocked by a limit in days. */
  readonly reached: boolean;
}

type Asked = Pick<Case, 'tap' | 'customer' | 'person' | 'space' | 'day' | 'factsThen'>;

/** Whether each active plan has a limit that is reached; with no active plan nothing is. Asks nothing of a plan without limits. */
export function planLimitReached(c: Case): boolean {
  const plans = c.plansNow();
  if (plans.length === 0 || plans.some((plan) => !limitsAnything(c.tap.facts.site.plans.get(plan)))) return false;
  const standings = standingsOf(c, plans);
  return plans.every((plan) => standings.some((standing) => standing.plan === plan && standing.reached));
}

/** How the limits of all active plans stand, for an explanation. */
export function limitStandings(c: Asked): readonly LimitStanding[] {
  const plans = distinctPlans(c).filter((plan) => limitsAnything(c.tap.facts.site.plans.get(plan)));
  return plans.length === 0 ? [] : standingsOf(c, plans);
}

function distinctPlans(c: Asked): readonly string[] {
  return [...new Set(activePlans(c.person, zoneOf(c.space.timeZone), c.tap.at.wallMs))];
}

function standingsOf(c: Asked, plans: readonly string[]): LimitStanding[] {
  const today = c.day.label;
  const facts = c.factsThen();
  const usage = [...facts.planUsage(c.customer.id), ...facts.planUse(c.customer.id)];
  const [week, month] = [weekOf(today), monthOf(today)];
  const found: LimitStanding[] = [];
  for (const plan of plans) {
    const { daysPerWeek, daysPerMonth, minutesPerWeek, minutesPerMonth } =
      c.tap.facts.site.plans.get(plan)?.limits ?? none;
    const add = (
      limit: keyof PlanLimits,
      allowed: number | null,
      period: Period,
      used: number,
      blocks: boolean,
    ): void => {
      if (allowed !== null) found.push({ plan, limit, allowed, used, period, reached: blocks && used >= allowed });
    };
    const counted = usage.some(({ day }) => day === today);
    add('daysPerWeek', daysPerWeek, week, daysIn(usage, week), !counted);
    add('daysPerMonth', daysPerMonth, month, daysIn(usage, month), !counted);
    add('minutesPerWeek', minutesPerWeek, week, minutesIn(usage, week), true);
    add('minutesPerMonth', minutesPerMonth, month, minutesIn(usage, month), true);
  }
  return found;
}

const none: PlanLimits = { daysPerWeek: null, daysPerMonth: null, minutesPerWeek: null, minutesPerMonth: null };

function daysIn(usage: readonly PlanUsage[], period: Period): number {
  return new Set(usage.filter(({ day }) => holdsDate(period, day)).map(({ day }) => day)).size;
}

function minutesIn(usage: readonly PlanUsage[], period: Period): number {
  return usage.reduce((sum, { day, minutes }) => (holdsDate(period, day) ? sum + minutes : sum), 0);
}
