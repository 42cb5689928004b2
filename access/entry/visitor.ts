// Visitors (rules.md C9, C10): one arrival per stay, at the visitor's own space, inside the window around the expected
// time; every refusal is told to the host.

import type { StateChange } from '../change.ts';
import type { EventDraft } from '../event.ts';
import type { HeldCredential } from '../facts.ts';
import type { Visitor } from '../model.ts';
import { businessDayAt } from '../time/business-day.ts';
import { isOpen } from './opening.ts';
import { at, denied, granted } from './records.ts';
import type { Ruling, Tap } from './tap.ts';
import type { DenyReason } from './verdict.ts';

export function visitorEnters(
  tap: Tap,
  credential: HeldCredential,
  visitor: Visitor,
  before: readonly string[],
): Ruling {
  const who = { credential, direction: 'in' } as const;
  const { accessPoint } = tap;
  const [row, reason] = refusal(tap, visitor);
  const unlocked = tap.mode === 'unlocked';
  const rows = [...before, ...seenBefore(row), row, ...(unlocked && reason !== null ? ['mode'] : [])];
  const base = {
    direction: 'in',
    extendedUnlock: credential.credential.extendedUnlock,
    rows,
    nextValidMs: null,
  } as const;
  const drafts: EventDraft[] = [];
  if (reason !== null && !unlocked) {
    drafts.push(denied(tap, who, reason));
    drafts.push(at(tap, { type: 'visitor.refused', data: { visitor: visitor.id, host: visitor.host, reason } }));
    return { ...base, granted: false, reason, drafts, changes: [] };
  }
  const grant = unlocked ? tap.modeBy : 'visitor';
  drafts.push(granted(tap, who, grant));
  const changes: StateChange[] = [];
  const arrives =
    reason === null && accessPoint.kind === 'entrance' && tap.facts.visitorInside(visitor.id) === undefined;
  if (arrives) {
    const { id, host, space } = visitor;
    drafts.push(at(tap, { type: 'visitor.arrived', data: { visitor: id, host } }));
    changes.push({
      do: 'visitor-in',
      visitor: id,
      host,
      space,
      sinceMs: tap.at.wallMs,
      boot: tap.at.boot,
      sinceBootMs: tap.at.sinceBootMs,
      untilMs: windowEnd(tap, visitor),
    });
  }
  return { ...base, granted: true, reason: grant, drafts, changes };
}

export function visitorLeaves(
  tap: Tap,
  credential: HeldCredential,
  visitor: Visitor,
  before: readonly string[],
): Ruling {
  const drafts = [granted(tap, { credential, direction: 'out' }, 'exit')];
  const changes: StateChange[] = [];
  const leaves = tap.accessPoint.kind === 'entrance';
  if (leaves && tap.facts.visitorInside(visitor.id)?.space === tap.accessPoint.space) {
    drafts.push(at(tap, visitorDeparted(visitor.id, visitor.host, false)));
    changes.push({ do: 'visitor-out', visitor: visitor.id });
  }
  const { extendedUnlock } = credential.credential;
  const rows = [...before, 'departs'];
  const base = { direction: 'out', extendedUnlock, nextValidMs: null, rows } as const;
  return { ...base, granted: true, reason: 'exit', drafts, changes };
}

export function visitorDeparted(visitor: string, host: string | null, auto: boolean): EventDraft {
  return { type: 'visitor.departed', data: { visitor, host, auto } };
}

/** The rows that were looked at before it. */
function seenBefore(row: string): readonly string[] {
  const order = ['C5', 'C6', 'C10', 'C9'];
  return order.slice(0, order.indexOf(row));
}

/** The row that fits, and its reason; null: C9. Not approved is reported before outside the window. */
function refusal(tap: Tap, visitor: Visitor): readonly [string, DenyReason | null] {
  const { accessPoint, at: now, facts, mode } = tap;
  const space = facts.site.spaces.get(accessPoint.space);
  if (mode === 'lockdown' || mode === 'locked') return ['C5', mode];
  if (space !== undefined && !isOpen(space, now.wallMs)) return ['C5', 'closed'];
  const ruled = (facts.site.rulesAt.get(accessPoint.id) ?? []).length > 0;
  // Rules name plans, teams, customers and passes: a visitor has none of them.
  if (ruled || visitor.space !== accessPoint.space || space === undefined) return ['C6', 'not-authorised'];
  const approved = visitor.approval === 'approved' || visitor.approval === 'not-required';
  if (!approved || !hostIsKnown(tap, visitor)) return ['C10', 'visitor-not-approved'];
  const inside = visitor.expected - tap.settings.visitorLeadMs <= now.wallMs && now.wallMs < windowEnd(tap, visitor);
  return inside ? ['C9', null] : ['C10', 'visitor-outside-window'];
}

/** Nobody stands for a visitor whose host the replica does not have. */
function hostIsKnown({ facts }: Tap, { host }: Visitor): boolean {
  return host === null || facts.site.staff.has(host) || facts.customer(host) !== undefined;
}

/** The end of the business day on which the visitor is expected. */
function windowEnd(tap: Tap, visitor: Visitor): number {
  const space = tap.facts.site.spaces.get(visitor.space);
  return space === undefined ? visitor.expected : businessDayAt(space, visitor.expected).endMs;
}
