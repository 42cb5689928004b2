// Time passes and passes as the flows write them.

import type { Pass, Slot, TimePass } from '../oracle/document.ts';

export const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export function hours(from: string, to: string): readonly Slot[] {
  return [{ days: everyDay, from, to }];
}

/** A day pass at 20 euros that is not on sale. */
export function dayPass(id: string, with_: Partial<TimePass> = {}): TimePass {
  return { id, price: '20.00', currency: 'EUR', ...with_ };
}

/** A minute pass of 60 minutes at 6 euros that is not on sale. */
export function minutePass(id: string, with_: Partial<TimePass> = {}): TimePass {
  return { id, price: '6.00', currency: 'EUR', minutesIncluded: 60, ...with_ };
}

/** A pass that was sold to ana. */
export function held(id: string, timePass: string, with_: Partial<Pass> = {}): Pass {
  const holder = with_.team === undefined ? { customer: 'ana' } : {};
  return { id, timePass, source: 'sold', ...holder, ...with_ };
}
