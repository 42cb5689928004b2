// An open visit as the clock now shows it (rules.md sections 4 and 7): after a step of the wall clock its `from` is the wall
// time now minus the monotonic duration, and so is its last tap, so that whoever measures it sees the time that has passed.
// Its cut-off stays: the business day is the one that it was checked in on. Shown twice it is the same.

import type { Facts, Presence, Visit } from '../facts.ts';
import { factsWith } from '../facts-with.ts';
import type { Anchor } from '../time/trusted-time.ts';

/** What a clock is slewed by, and rounding, stay below it: nothing is moved, or written, for less. Milliseconds. */
export const stepMs = 1_000;

type Measured = Pick<Visit, 'boot' | 'fromMs' | 'fromSinceBootMs' | 'lastSeenMs'>;

/** @param at a reading of the clock, its wall side what is believed of it. Of a visit of another boot nothing can be told. */
export function shownAt<V extends Measured>(visit: V, at: Anchor): V {
  const { boot, fromMs, fromSinceBootMs, lastSeenMs } = visit;
  if (boot !== at.boot || at.sinceBootMs < fromSinceBootMs) return visit;
  const byMs = Math.round(at.wallMs - at.sinceBootMs - (fromMs - fromSinceBootMs));
  return Math.abs(byMs) < stepMs ? visit : { ...visit, fromMs: fromMs + byMs, lastSeenMs: lastSeenMs + byMs };
}

/**
 * The visit with a later tap in its space. A tap behind the cut-off, while a jump of the clock has not settled, says nothing of
 * the day before it.
 */
export function seenAt(visit: Visit, at: Anchor): Visit {
  if (at.wallMs >= visit.closesMs) return visit;
  const stayedMs = visit.boot === at.boot ? at.sinceBootMs - visit.fromSinceBootMs : -1;
  const tapMs = stayedMs < 0 ? at.wallMs : visit.fromMs + stayedMs;
  return { ...visit, lastSeenMs: Math.max(visit.lastSeenMs, tapMs) };
}

/** The same facts, every visit in them as the clock shows it at that reading. */
export function factsShownAt(facts: Facts, at: Anchor): Facts {
  const shown = (visit: Visit | undefined): Visit | undefined => visit && shownAt(visit, at);
  return factsWith(facts, {
    openVisit: (customer) => shown(facts.openVisit(customer)),
    presence: (customer) => presenceShownAt(facts.presence(customer), at),
  });
}

function presenceShownAt(presence: Presence | undefined, at: Anchor): Presence | undefined {
  if (presence?.closed == null) return presence;
  return { ...presence, closed: shownAt(presence.closed, at) };
}
