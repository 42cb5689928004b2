// A tap while the clock cannot be believed (rules.md section 4, `untrustedClock`): what the door answers must hold whatever
// the time is, from the least that it can be to the end of the horizon. Exits are free.

import { accompanied } from '../site-rules/accompanied.ts';
import { standing } from '../visit/facts-at.ts';
import { decideAlone, refused } from './decide.ts';
import { seenNow } from './enter.ts';
import { instantsOf } from './instants.ts';
import { remembered } from './remembered.ts';
import type { Ruling, Tap } from './tap.ts';

export interface ClockRules {
  readonly untrustedClock: 'invariant' | 'allow' | 'deny';
  readonly clockHorizonMs: number;
}

/** From `fromMs` on, to the next one, the door answers this. UTC milliseconds. */
export interface Stretch {
  readonly fromMs: number;
  readonly granted: boolean;
  readonly reason: string;
}

/** The row that denies whoever the time would matter for. */
export const clockRow = 'clock';

/**
 * @param tap its moment is what the clock says; only the monotonic side of it is believed.
 * @param leastMs the least that the time can be, UTC milliseconds: what is granted is granted, and recorded, as of then.
 */
export function decideUntrusted(tap: Tap, leastMs: number, rules: ClockRules): Ruling {
  const least = { ...tap, at: { ...tap.at, wallMs: leastMs } };
  const horizonMs = rules.untrustedClock === 'allow' ? 0 : rules.clockHorizonMs;
  return accompanied(least, (one) => untrustedAlone(one, rules), horizonMs);
}

function untrustedAlone(least: Tap, rules: ClockRules): Ruling {
  const first = decideAlone(least);
  const exit = first.granted && first.direction === 'out';
  if (exit || rules.untrustedClock === 'allow') return first;
  const holds = holdsThroughout(least, first, rules.clockHorizonMs);
  if (!holds) return clockUntrusted(least, first);
  if (rules.untrustedClock === 'invariant' || !first.granted || least.mode === 'unlocked') return first;
  const staff = least.facts.credential(least.credential.hash)?.holder?.kind === 'staff';
  return staff ? first : clockUntrusted(least, first);
}

/** What the door answers from the tap's instant to the end of the horizon, each change of it. */
export function stretchesOf(tap: Tap, horizonMs: number): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const [fromMs, { granted, reason }] of rulings(tap, horizonMs)) {
    const last = found.at(-1);
    if (last?.granted !== granted || last.reason !== reason) found.push({ fromMs, granted, reason });
  }
  return found;
}

/** The door opens throughout, or it denies throughout for one reason (rules.md section 7). */
function holdsThroughout(tap: Tap, { granted, reason }: Ruling, horizonMs: number): boolean {
  for (const [, other] of rulings(tap, horizonMs)) {
    if (other.granted !== granted || (!granted && other.reason !== reason)) return false;
  }
  return true;
}

function* rulings(tap: Tap, horizonMs: number): Generator<readonly [number, Ruling]> {
  const facts = remembered(tap.facts);
  const credential = facts.credential(tap.credential.hash);
  const leastMs = tap.at.wallMs;
  if (credential?.holder == null) {
    yield [leastMs, decideAlone({ ...tap, facts })];
    return;
  }
  const { holder } = credential;
  const factsAt = holder.kind === 'customer' ? standing(facts, holder.id) : () => facts;
  for (const wallMs of instantsOf({ ...tap, facts }, credential, leastMs, leastMs + horizonMs)) {
    yield [wallMs, decideAlone({ ...tap, at: { ...tap.at, wallMs }, facts: factsAt(wallMs) })];
  }
}

/** Denied, the check-in rejected; the tap shows all the same that its holder is here. */
function clockUntrusted(tap: Tap, { direction, rows }: Ruling): Ruling {
  const found = tap.facts.credential(tap.credential.hash);
  if (found === undefined) throw new TypeError('an unknown credential is denied whatever the time is');
  const ruling = refused(tap, found, direction, 'clock-untrusted', [...rows, clockRow]);
  const visit = found.holder?.kind === 'customer' ? tap.facts.openVisit(found.holder.id) : undefined;
  if (visit?.space !== tap.accessPoint.space) return ruling;
  return { ...ruling, changes: [...ruling.changes, seenNow(visit, tap)] };
}
