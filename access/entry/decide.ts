// One tap, decided (rules.md sections 2 and 3): a pure function of the tap and of what the facts answer. It opens nothing
// and writes nothing; the ruling says what the door does, what is recorded, in order, and what changes.

import type { HeldCredential } from '../facts.ts';
import { accompanied } from '../site-rules/accompanied.ts';
import { guessed } from '../site-rules/pin-step.ts';
import { caseOf } from './case.ts';
import { directionOf } from './direction.ts';
import { enter } from './enter.ts';
import { leave } from './leave.ts';
import { denied, granted } from './records.ts';
import { refused } from './refused.ts';
import type { Approach, Ruling, Tap } from './tap.ts';
import type { DenyReason } from './verdict.ts';
import { visitorEnters, visitorLeaves } from './visitor.ts';

export function decide(tap: Tap): Ruling {
  return accompanied(tap, decideAlone);
}

/** One person's tap, whoever waits at the door. */
export function decideAlone(tap: Tap): Ruling {
  const found = tap.facts.credential(tap.credential.hash);
  const ruling = decideFound(tap, found);
  return found?.credential.duress === true || tap.pin?.duress === true ? withDuress(ruling) : ruling;
}

/** A duress PIN opens as any other, and tells who must know; a denial tells it, too. */
function withDuress(ruling: Ruling): Ruling {
  const [first, ...rest] = ruling.drafts;
  if (first === undefined) return ruling;
  return { ...ruling, drafts: [first, { ...first, type: 'access.duress' }, ...rest] };
}

function decideFound(tap: Tap, found: HeldCredential | undefined): Ruling {
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
  const guess = guessed(tap, null);
  const drafts = [denied(tap, who, reason), ...guess.drafts];
  return { ...base, rows, granted: false, reason, drafts, changes: guess.changes };
}

/** C2: wins over every later row, bookings too. */
function credentialRefusal({ credential }: HeldCredential, ms: number): DenyReason | null {
  if (credential.status !== 'active') return 'credential-blocked';
  // So asked, what is no number is over, or has not begun.
  if (credential.expires !== null && !(ms < credential.expires)) return 'credential-expired';
  if (credential.validFrom !== null && !(credential.validFrom <= ms)) return 'credential-not-yet-valid';
  return null;
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
