// One tap, decided (rules.md sections 2 and 3): a pure function of the tap and of what the facts answer. It opens nothing
// and writes nothing; the ruling says what the door does, what is recorded, in order, and what changes.

import type { StateChange } from '../change.ts';
import type { HeldCredential, Holder } from '../facts.ts';
import type { Customer } from '../model.ts';
import { personOf } from '../person.ts';
import { businessDayAt } from '../time/business-day.ts';
import { factsAfter } from '../visit/facts-after.ts';
import { closedElsewhere } from '../visit/late.ts';
import { heldBeside } from '../visit/together.ts';
import { endsPresumption, enter } from './enter.ts';
import { leave } from './leave.ts';
import { alarm, at, denied, granted, rejected, type Who } from './records.ts';
import type { Approach, Case, Found, Ruling, Tap } from './tap.ts';
import type { DenyReason } from './verdict.ts';
import { visitorEnters, visitorLeaves } from './visitor.ts';

export function decide(tap: Tap): Ruling {
  const found = tap.facts.credential(tap.credential.hash);
  const rows = ['C1'];
  if (found === undefined || found.holder === null) return unknown(tap, found, rows);
  const direction = directionOf(tap, found.holder);
  const free = direction === 'out' && tap.accessPoint.exit === 'free';
  rows.push(free ? 'free' : 'C2');
  const refusal = free ? null : credentialRefusal(found, tap.at.wallMs);
  if (refusal !== null) return refused(tap, { credential: found, holder: found.holder }, direction, refusal, rows);
  if (found.holder.kind === 'staff') return staff(tap, found, direction, [...rows, 'C3']);
  if (found.holder.kind === 'visitor') {
    const visitor = tap.facts.visitor(found.holder.id);
    if (visitor === undefined) return unknown(tap, found, [...rows, 'holder']);
    const rule = direction === 'out' ? visitorLeaves : visitorEnters;
    return rule(tap, found, visitor, rows);
  }
  return customersWay(tap, found, found.holder.id, direction, rows) ?? unknown(tap, found, [...rows, 'holder']);
}

/**
 * A customer who asks to be let in without a credential (an app): C4 and all rows after it, as at a tap of theirs.
 * undefined: the replica names the customer or the space, and does not have it.
 */
export function decideAsked(approach: Approach, customer: string): Ruling | undefined {
  return customersWay(approach, null, customer, 'in', []);
}

function customersWay(
  tap: Approach,
  credential: HeldCredential | null,
  customer: string,
  direction: 'in' | 'out',
  rows: readonly string[],
): Ruling | undefined {
  const c = caseOf(tap, credential, customer);
  if (c === undefined) return undefined;
  return direction === 'out' ? leave(c, rows) : enter(c, rows);
}

/** C1: nobody that the replica knows. An unknown credential at a free exit goes out, and is no orphan. */
function unknown(tap: Tap, found: HeldCredential | undefined, rows: readonly string[]): Ruling {
  const direction = tap.reader.direction === 'out' ? 'out' : 'in';
  const who = { credential: found, direction } as const;
  const base = { direction, extendedUnlock: false, changes: [], nextValidMs: null } as const;
  if (direction === 'out' && tap.accessPoint.exit === 'free') {
    const freely = rows.includes('free') ? rows : [...rows, 'free'];
    return { ...base, rows: freely, granted: true, reason: 'exit', drafts: [granted(tap, who, 'exit')] };
  }
  const reason = 'unknown-credential';
  return { ...base, rows, granted: false, reason, drafts: [denied(tap, who, reason)] };
}

/** C2: wins over every later row, bookings too. */
function credentialRefusal({ credential }: HeldCredential, ms: number): DenyReason | null {
  if (credential.status !== 'active') return 'credential-blocked';
  // So asked, what is no number is over, or has not begun.
  if (credential.expires !== null && !(ms < credential.expires)) return 'credential-expired';
  if (credential.validFrom !== null && !(credential.validFrom <= ms)) return 'credential-not-yet-valid';
  return null;
}

export function refused(
  tap: Approach,
  { credential, holder }: Found,
  direction: 'in' | 'out',
  reason: DenyReason,
  rows: readonly string[],
): Ruling {
  const who: Who = { credential, ...(holder === null ? {} : { holder }), direction };
  const drafts = [denied(tap, who, reason)];
  if (reason === 'credential-blocked') drafts.push(alarm(tap, who));
  const entering = direction === 'in' && tap.accessPoint.kind === 'entrance';
  if (holder?.kind === 'customer' && entering) drafts.push(rejected(tap, holder.id, reason));
  if (holder?.kind === 'visitor') {
    const host = tap.facts.visitor(holder.id)?.host ?? null;
    drafts.push(at(tap, { type: 'visitor.refused', data: { visitor: holder.id, host, reason } }));
  }
  const presence = holder?.kind === 'customer' && entering ? tap.facts.presence(holder.id) : undefined;
  const changes: StateChange[] =
    presence !== undefined && endsPresumption(presence, tap) ? [{ do: 'absent', customer: presence.customer }] : [];
  return { granted: false, reason, direction, extendedUnlock: false, drafts, changes, rows, nextValidMs: null };
}

/** C3: staff make no visit. At an unlocked door they are let in as everyone else. */
function staff(tap: Tap, found: HeldCredential, direction: 'in' | 'out', before: readonly string[]): Ruling {
  const unlocked = direction === 'in' && tap.mode === 'unlocked';
  const reason = direction === 'out' ? 'exit' : unlocked ? tap.modeBy : 'staff';
  const rows = unlocked ? [...before, 'mode'] : before;
  const drafts = [granted(tap, { credential: found, direction }, reason)];
  const { extendedUnlock } = found.credential;
  return { granted: true, reason, direction, extendedUnlock, drafts, changes: [], rows, nextValidMs: null };
}

/** A visitor's stay counts as an open visit at a toggle reader (rules.md section 7). */
function visitorsWay({ accessPoint, at, facts }: Tap, visitor: string): 'in' | 'out' {
  const inside = facts.visitorInside(visitor);
  if (inside?.space !== accessPoint.space) return 'in';
  const sameBoot = inside.boot === at.boot;
  const stayedMs = sameBoot ? at.sinceBootMs - inside.sinceBootMs : at.wallMs - inside.sinceMs;
  // From one boot to the next, a clock that was set back says nothing of how long it was.
  return stayedMs >= 0 && stayedMs < accessPoint.toggleMinStayMs ? 'in' : 'out';
}

/**
 * O8: at a toggle reader a tap is out only for someone with an open or presumed visit here, `toggleMinStay` after the
 * check-in; presumed inside counts for `presumedExit` after the cut-off. At an interior door it is always in.
 */
function directionOf(tap: Tap, holder: Holder): 'in' | 'out' {
  const { reader, accessPoint, at, facts } = tap;
  if (reader.direction !== 'toggle') return reader.direction;
  if (accessPoint.kind === 'interior') return 'in';
  if (holder.kind === 'visitor') return visitorsWay(tap, holder.id);
  if (holder.kind === 'staff') return 'in';
  const visit = facts.openVisit(holder.id);
  if (visit?.space === accessPoint.space) {
    const sinceMs = visit.boot === at.boot ? at.sinceBootMs - visit.fromSinceBootMs : at.wallMs - visit.fromMs;
    return sinceMs >= accessPoint.toggleMinStayMs ? 'out' : 'in';
  }
  const presence = facts.presence(holder.id);
  const presumed = presence?.kind === 'presumed' && presence.space === accessPoint.space;
  return presumed && at.wallMs - presence.sinceMs <= tap.settings.presumedExitMs ? 'out' : 'in';
}

/** What the rows share. undefined: the replica names a customer or a space that it does not have; nothing is granted on such a record. */
export function caseOf(tap: Approach, credential: HeldCredential | null, id: string): Case | undefined {
  const { facts, accessPoint } = tap;
  const customer: Customer | undefined = facts.customer(id);
  const space = facts.site.spaces.get(accessPoint.space);
  if (customer === undefined || space === undefined) return undefined;
  const day = businessDayAt(space, tap.at.wallMs);
  const person = personOf(facts, customer);
  const openVisit = once(() => facts.openVisit(id));
  const elsewhere = once(() => {
    const visit = accessPoint.kind === 'entrance' ? openVisit() : undefined;
    return visit === undefined || visit.space === space.id ? null : closedElsewhere(facts, visit, tap.at);
  });
  const factsThen = once(() => factsAfter(facts, elsewhere()?.changes ?? []));
  return {
    tap,
    credential,
    customer,
    person,
    space,
    day,
    openVisit,
    elsewhere,
    factsThen,
    held: once(() => heldBeside(factsThen(), facts.site, customer, facts.passes(id, customer.teams), day.label)),
  };
}

function once<Value>(ask: () => Value): () => Value {
  let asked: { readonly value: Value } | undefined;
  return () => {
    asked ??= { value: ask() };
    return asked.value;
  };
}
