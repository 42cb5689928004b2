// Which way a tap leads: what its reader says, or at a toggle reader where its holder is (rules.md O8).

import type { Holder } from '../facts.ts';
import type { Tap } from './tap.ts';

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
export function directionOf(tap: Tap, holder: Holder): 'in' | 'out' {
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
