// Choosing a pass (rules.md section 1): one that covers this business day already goes first, then the space's order.

import type { BusinessDay } from '../time/business-day.ts';
import { type Held, remainingAt } from './held.ts';
import { comparePasses } from './order.ts';
import { type Asker, usedToday, whyNot } from './validity.ts';

/** The pass that section 1 takes at that instant; undefined: none can be used. */
export function choosePass(held: readonly Held[], asker: Asker, ms: number, day: BusinessDay): Held | undefined {
  let best: Held | undefined;
  for (const candidate of held) {
    if (whyNot(candidate, asker, ms, day) !== null) continue;
    if (best === undefined || before(candidate, best, asker, ms, day)) best = candidate;
  }
  return best;
}

function before(a: Held, b: Held, asker: Asker, ms: number, day: BusinessDay): boolean {
  const customer = asker.person.customer.id;
  const again = Number(usedToday(b, customer, day)) - Number(usedToday(a, customer, day));
  return (again !== 0 ? again : comparePasses(asOf(a, ms), asOf(b, ms), asker.space.passOrder)) < 0;
}

function asOf(held: Held, ms: number): Held {
  return held.drawn.length === 0 ? held : { ...held, remainingMs: remainingAt(held, ms), drawn: [] };
}
