// A tap while the clock cannot be believed (rules.md section 4, `untrustedClock`): what the door answers must hold whatever
// the time is, from the least that it can be to the end of the horizon. Exits are free.

import { accompanied } from '../site-rules/accompanied.ts';
import { standing } from '../visit/facts-at.ts';
import { decideAlone } from './decide.ts';
import { seenNow } from './enter.ts';
import { instantsOf } from './instants.ts';
import { refused } from './refused.ts';
import { remembered } from './remembered.ts';
import type { Approach, Found, Ruling, Tap } from './tap.ts';

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

/** Whoever asks, and how that is decided at one instant. */
export interface Question<Asking extends Approach> {
  readonly found: Found;
  decide(asking: Asking): Ruling;
}

/**
 * @param tap its moment is what the clock says; only the monotonic side of it is believed.
 * @param leastMs the least that the time can be, UTC milliseconds: what is granted is granted, and recorded, as of then.
 */
export function decideUntrusted(tap: Tap, leastMs: number, rules: ClockRules): Ruling {
  const horizonMs = rules.untrustedClock === 'allow' ? 0 : rules.clockHorizonMs;
  const least = { ...tap, at: { ...tap.at, wallMs: leastMs } };
  const one = (each: Tap): Ruling =>
    answerUntrusted(each, { found: foundBy(each), decide: decideAlone }, leastMs, rules);
  return accompanied(least, one, horizonMs);
}

/** The same for whoever asks, with a credential or without. */
export function answerUntrusted<Asking extends Approach>(
  asking: Asking,
  question: Question<Asking>,
  leastMs: number,
  rules: ClockRules,
): Ruling {
  const least = { ...asking, at: { ...asking.at, wallMs: leastMs } };
  const first = question.decide(least);
  const exit = first.granted && first.direction === 'out';
  if (exit || rules.untrustedClock === 'allow') return first;
  const holds = holdsThroughout(least, question, first, rules.clockHorizonMs);
  if (!holds) return clockUntrusted(least, question.found, first);
  if (rules.untrustedClock === 'invariant' || !first.granted || asking.mode === 'unlocked') return first;
  return question.found.holder?.kind === 'staff' ? first : clockUntrusted(least, question.found, first);
}

function foundBy({ facts, credential: { hash } }: Tap): Found {
  const credential = facts.credential(hash) ?? null;
  return { credential, holder: credential?.holder ?? null };
}

/** What the door answers from the tap's instant to the end of the horizon, each change of it. */
export function stretchesOf(tap: Tap, horizonMs: number): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const [fromMs, { granted, reason }] of rulings(tap, { found: foundBy(tap), decide: decideAlone }, horizonMs)) {
    const last = found.at(-1);
    if (last?.granted !== granted || last.reason !== reason) found.push({ fromMs, granted, reason });
  }
  return found;
}

/** The door opens throughout, or it denies throughout for one reason (rules.md section 7). */
function holdsThroughout<Asking extends Approach>(
  asking: Asking,
  question: Question<Asking>,
  { granted, reason }: Ruling,
  horizonMs: number,
): boolean {
  for (const [, other] of rulings(asking, question, horizonMs)) {
    if (other.granted !== granted || (!granted && other.reason !== reason)) return false;
  }
  return true;
}

function* rulings<Asking extends Approach>(
  asking: Asking,
  { found, decide: answer }: Question<Asking>,
  horizonMs: number,
): Generator<readonly [number, Ruling]> {
  const facts = remembered(asking.facts);
  const leastMs = asking.at.wallMs;
  const { holder } = found;
  if (holder === null) {
    yield [leastMs, answer({ ...asking, facts })];
    return;
  }
  const factsAt = holder.kind === 'customer' ? standing(facts, holder.id) : () => facts;
  for (const wallMs of instantsOf({ ...asking, facts }, found, leastMs, leastMs + horizonMs)) {
    yield [wallMs, answer({ ...asking, at: { ...asking.at, wallMs }, facts: factsAt(wallMs) })];
  }
}

/** Denied, the check-in rejected; the tap shows all the same that its holder is here. */
function clockUntrusted(tap: Approach, found: Found, { direction, rows }: Ruling): Ruling {
  if (found.holder === null) throw new TypeError('whoever is not known is denied whatever the time is');
  const ruling = refused(tap, found, direction, 'clock-untrusted', [...rows, clockRow]);
  const visit = found.holder.kind === 'customer' ? tap.facts.openVisit(found.holder.id) : undefined;
  if (visit?.space !== tap.accessPoint.space) return ruling;
  return { ...ruling, changes: [...ruling.changes, seenNow(visit, tap)] };
}
