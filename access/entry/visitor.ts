// Visitors (rules.md C9, C10): one arrival per stay, at the visitor's own space, inside the window around the expected
// time; every refusal is told to the host.

import type { StateChange } from '../change.ts';
import type { EventDraft } from '../event.ts';
import type { HeldCredential } from '../facts.ts';
import type { Visitor } from '../model.ts';
import { moved } from '../site-rules/moves.ts';
import { rowsOn, type SiteRow, secondPerson, violationOf } from '../site-rules/rows.ts';
import { missing, waits } from '../site-rules/waits.ts';
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
  const { looked, reason } = lookAt(tap, visitor, null);
  const unlocked = tap.mode === 'unlocked';
  const rows = [...before, ...looked, ...(unlocked && reason !== null ? ['mode'] : [])];
  const holder = { kind: 'visitor', id: visitor.id } as const;
  const waitsFor = missing(tap, reason, () => lookAt(tap, visitor, secondPerson).reason);
  const base = {
    ...(waitsFor === null ? {} : { waitsFor }),
    direction: 'in',
    extendedUnlock: credential.credential.extendedUnlock,
    rows,
    nextValidMs: null,
  } as const;
  const drafts: EventDraft[] = [];
  if (reason !== null && !unlocked) {
    drafts.push(denied(tap, who, reason));
    drafts.push(at(tap, { type: 'visitor.refused', data: { visitor: visitor.id, host: visitor.host, reason } }));
    return { ...base, granted: false, reason, drafts, changes: waits(tap, holder, waitsFor) };
  }
  const grant = unlocked ? tap.modeBy : 'visitor';
  drafts.push(granted(tap, who, grant, violationOf(tap, holder)));
  const changes: StateChange[] = [...moved(tap, holder, 'in')];
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
  const changes: StateChange[] = [...moved(tap, { kind: 'visitor', id: visitor.id }, 'out')];
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

interface Looked {
  /** The rows in their order; the last one settled it. */
  readonly looked: readonly string[];
  /** null: C9. */
  readonly reason: DenyReason | null;
}

/** A visitor's rows. Not approved is reported before outside the window. @param without a site rule that is left out. */
function lookAt(tap: Tap, visitor: Visitor, without: SiteRow | null): Looked {
  const holder = { kind: 'visitor', id: visitor.id } as const;
  const looked: string[] = [];
  const rules = rowsOn(tap).filter((row) => row !== without);
  const rows: readonly (readonly [string, () => DenyReason | null])[] = [
    ['C5', () => shut(tap)],
    ['C6', () => (hasRight(tap, visitor) ? null : 'not-authorised')],
    ...rules.map(({ name, rule }) => [name, () => rule({ tap, holder })] as const),
    ['C10', () => notExpected(tap, visitor)],
  ];
  for (const [name, rule] of rows) {
    looked.push(name);
    const reason = rule();
    if (reason !== null) return { looked, reason };
  }
  return { looked: [...looked, 'C9'], reason: null };
}

function shut({ accessPoint, at: now, facts, mode }: Tap): DenyReason | null {
  if (mode === 'lockdown' || mode === 'locked') return mode;
  const space = facts.site.spaces.get(accessPoint.space);
  return space !== undefined && !isOpen(space, now.wallMs) ? 'closed' : null;
}

/** Rules name plans, teams, customers and passes: a visitor has none of them. */
function hasRight({ accessPoint, facts }: Tap, visitor: Visitor): boolean {
  const ruled = (facts.site.rulesAt.get(accessPoint.id) ?? []).length > 0;
  return !ruled && visitor.space === accessPoint.space && facts.site.spaces.has(accessPoint.space);
}

function notExpected(tap: Tap, visitor: Visitor): DenyReason | null {
  const { at: now, settings } = tap;
  const approved = visitor.approval === 'approved' || visitor.approval === 'not-required';
  if (!approved || !hostIsKnown(tap, visitor)) return 'visitor-not-approved';
  const inside = visitor.expected - settings.visitorLeadMs <= now.wallMs && now.wallMs < windowEnd(tap, visitor);
  return inside ? null : 'visitor-outside-window';
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
