// Anti-passback (rules.md C6a): whoever is inside an area does not come in once more, over whatever door. Somebody of whom
// nothing is known is taken as outside; being inside an inner area is being inside the one around it.

import type { Moment } from '../clock.ts';
import type { Space } from '../model.ts';
import { minuteOfTime } from '../time/date.ts';
import { zoneOf } from '../time/zone.ts';
import { elapsedMs } from './elapsed.ts';
import type { AreaSettings } from './settings.ts';
import type { Whereabouts } from './state.ts';

/**
 * Whether coming in would be a second time. @param space gives the zone in which people are forgiven; undefined: no space,
 * no zone, and nobody is forgiven by the hour.
 */
export function isPassback(
  area: AreaSettings,
  where: Whereabouts | undefined,
  at: Moment,
  space: Space | undefined,
): boolean {
  if (area.antiPassback === 'off' || where?.area == null) return false;
  if (where.area !== area.id && !area.inner.includes(where.area)) return false;
  if (area.antiPassback === 'timed' && elapsedMs(where.at, at) >= area.timeMs) return false;
  return !isForgiven(area, where, at, space);
}

/** Whether the hour of forgiveness has come since. */
function isForgiven({ forgiveAt }: AreaSettings, where: Whereabouts, at: Moment, space: Space | undefined): boolean {
  if (forgiveAt === null || space === undefined) return false;
  // In one boot by how long ago it was: a clock that was set since says nothing of it.
  const sinceMs =
    where.at.boot === at.boot ? at.wallMs - elapsedMs(where.at, at) : Math.min(where.at.wallMs, at.wallMs);
  return nextForgiveness(forgiveAt, sinceMs, space) <= at.wallMs;
}

/** The first hour of forgiveness after an instant, UTC milliseconds. */
export function nextForgiveness(forgiveAt: string, afterMs: number, { timeZone }: Space): number {
  const zone = zoneOf(timeZone);
  const today = zone.dayAt(afterMs);
  const minute = minuteOfTime(forgiveAt);
  const here = zone.firstInstant(today, minute);
  return here > afterMs ? here : zone.firstInstant(today + 1, minute);
}
