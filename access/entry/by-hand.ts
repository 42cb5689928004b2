// A visit begun or ended by hand, at the desk (rules.md sections 2 and 3): what a tap at an entrance of the space would come to,
// without what is a door's. No door is named, none moves, and nothing of a door is recorded. A closed space takes nobody in
// (as at a door that stands open); lockdown and locked are modes of doors, and there is none here.

import type { StateChange } from '../change.ts';
import type { EventDraft } from '../event.ts';
import { noSiteRules } from '../site-rules/settings.ts';
import { caseOf } from './case.ts';
import { enter } from './enter.ts';
import { leave } from './leave.ts';
import { byHandRows } from './rows.ts';
import type { AccessPoint, Approach, Case, Ruling } from './tap.ts';

/** Why nothing is decided. */
export type ByHandFault = 'unknown-customer' | 'no-open-visit';

export type ByHand = Pick<Approach, 'at' | 'id' | 'facts' | 'settings'> & { readonly space: string };

export function approachByHand({ space, ...rest }: ByHand): Approach {
  const accessPoint: AccessPoint = { ...noDoor, space };
  const reader = { id: null, direction: 'in' } as const;
  return { ...rest, accessPoint, reader, mode: 'controlled', modeBy: 'command', credential: null, source: 'manual' };
}

const noDoor = {
  id: '',
  kind: 'entrance',
  policy: 'strict',
  exit: 'free',
  toggleMinStayMs: 0,
  siteRules: noSiteRules,
} as const;

/** Rows C4, C5 (closed), C7, C8, C11 to C17. undefined: no such customer, or space. */
export function checkInByHand(approach: Approach, customer: string): Ruling | undefined {
  const c = caseOf(approach, null, customer);
  return c === undefined ? undefined : withoutDoor(enter(c, [], byHandRows));
}

/** Section 3; somebody who is not inside cannot be checked out by hand: no door has to open for them. */
export function checkOutByHand(approach: Approach, customer: string): Ruling | ByHandFault {
  const c = caseOf(approach, null, customer);
  if (c === undefined) return 'unknown-customer';
  if (!isInside(c)) return 'no-open-visit';
  const ruling = withoutDoor(leave(c, []));
  // Nobody tells which door they left by: no area holds them any more.
  const gone: StateChange = { do: 'forgive', holder: { kind: 'customer', id: customer }, area: null };
  return { ...ruling, drafts: ruling.drafts.map(byHand), changes: [...ruling.changes, gone] };
}

function isInside(c: Case): boolean {
  const { id } = c.space;
  return c.openVisit()?.space === id || c.tap.facts.presence(c.customer.id)?.space === id;
}

/** Says nothing of an access point, and keeps no record of what a door would have done. */
export function withoutDoor(ruling: Ruling): Ruling {
  const drafts = ruling.drafts.flatMap(({ type, data }) => (type.startsWith('access.') ? [] : [{ type, data }]));
  return { ...ruling, drafts };
}

function byHand(draft: EventDraft): EventDraft {
  if (draft.type !== 'checkout.recorded') return draft;
  return { ...draft, data: { ...draft.data, source: 'manual' } };
}
