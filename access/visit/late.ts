// A tap behind the cut-off of a visit that is still open: a jump of the clock waits to be believed, or a disk failed. The visit
// is closed as its cut-off would have closed it, so that what a tap decides is the same before and after that came.

import type { Moment } from '../clock.ts';
import type { Facts, Presence, Visit } from '../facts.ts';
import { checkOut, checkOutAtCutOff, type Settlement } from './settle.ts';

/** @returns null where the cut-off is still to come; the presence is not among the changes. */
export function closedLate(
  facts: Facts,
  visit: Visit,
  at: Moment,
): { readonly closing: Settlement; readonly presence: Presence | undefined } | null {
  if (at.wallMs < visit.closesMs) return null;
  const { drafts, changes } = checkOutAtCutOff(facts, visit);
  const presence = changes.find((change) => change.do === 'present')?.presence;
  return { closing: { drafts, changes: changes.filter((change) => change.do !== 'present') }, presence };
}

/** What a check-in elsewhere closes (C8): presumed inside ends with it. */
export function closedElsewhere(facts: Facts, visit: Visit, at: Moment): Settlement {
  return closedLate(facts, visit, at)?.closing ?? checkOut(facts, visit, at);
}
