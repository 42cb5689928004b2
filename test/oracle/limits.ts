// C11 as it is written: days and minutes per week and per month that count toward the limits of the plans.

import type { Terms } from './choose.ts';
import type { Limits } from './document.ts';
import type { Asked } from './enter.ts';
import { addDays } from './wall.ts';

/** Whether every active plan's limit is reached for a further check-in on this business day. */
export function limitReached(asked: Asked, terms: Terms): boolean {
  const { replica } = asked.world;
  const plans = (replica.plans ?? []).filter(({ id }) => terms.plans.includes(id));
  if (plans.length === 0) return false;
  const counted = [
    ...(replica.planUsage ?? []).map(({ customer, day, minutes }) => ({ customer, businessDay: day, minutes })),
    ...asked.used.stays,
  ].filter(({ customer }) => customer === terms.customer);
  return plans.every(({ limits }) => limits !== undefined && isReached(limits, counted, terms.businessDay));
}

function isReached(
  limits: Limits,
  counted: readonly { businessDay: string; minutes: number }[],
  today: string,
): boolean {
  const monday = addDays(today, -((new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7));
  const week = counted.filter(({ businessDay }) => businessDay >= monday && businessDay < addDays(monday, 7));
  const month = counted.filter(({ businessDay }) => businessDay.slice(0, 7) === today.slice(0, 7));
  const days = (stays: typeof counted) => new Set(stays.map(({ businessDay }) => businessDay));
  const minutes = (stays: typeof counted) => stays.reduce((sum, stay) => sum + stay.minutes, 0);
  const isFull = (stays: typeof counted, dayLimit: number | undefined, minuteLimit: number | undefined) =>
    (dayLimit !== undefined && days(stays).size >= dayLimit && !days(stays).has(today)) ||
    (minuteLimit !== undefined && minutes(stays) >= minuteLimit);
  return (
    isFull(week, limits.daysPerWeek, limits.minutesPerWeek) ||
    isFull(month, limits.daysPerMonth, limits.minutesPerMonth)
  );
}
