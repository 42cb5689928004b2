// How a customer's plan limits stand at the instant of an explained decision, in numbers and in words.

import { type LimitStanding, limitStandings } from '../../access/entry/plan-limit.ts';
import type { Tap } from '../../access/entry/tap.ts';
import { personOf } from '../../access/person.ts';
import { businessDayAt } from '../../access/time/business-day.ts';

const words: Readonly<Record<LimitStanding['limit'], readonly [unit: string, period: string]>> = {
  daysPerWeek: ['days', 'week'],
  daysPerMonth: ['days', 'month'],
  minutesPerWeek: ['minutes', 'week'],
  minutesPerMonth: ['minutes', 'month'],
};

/** Of the tap's customer; none for anybody else. */
export function limitsOf(tap: Tap): readonly LimitStanding[] {
  const { facts, accessPoint, at } = tap;
  const holder = facts.credential(tap.credential.hash)?.holder;
  const customer = holder?.kind === 'customer' ? facts.customer(holder.id) : undefined;
  const space = facts.site.spaces.get(accessPoint.space);
  if (customer === undefined || space === undefined) return [];
  const person = personOf(facts, customer);
  return limitStandings({ tap, customer, person, space, day: businessDayAt(space, at.wallMs), factsThen: () => facts });
}

export function limitWords({ plan, limit, used, allowed, period, reached }: LimitStanding): string {
  const [unit, name] = words[limit];
  const standing = reached
    ? `reached, it counts anew after ${period.to}`
    : used >= allowed
      ? 'reached, but this day counts already'
      : 'not reached';
  return `limit of plan ${plan}: ${used} of ${allowed} ${unit} in the ${name} ${period.from} to ${period.to}: ${standing}`;
}
