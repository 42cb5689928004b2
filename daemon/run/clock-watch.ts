// Notices steps of the wall clock by what cannot step: the difference of both sides moves only when somebody sets the wall.

import type { Cancel, Clock } from '../../access/clock.ts';

const pollMs = 5_000;
/** Slewing and rounding stay below it. */
const stepMs = 500;

/**
 * Calls `stepped` with the size of each step (positive: the wall jumped ahead), and `trustChanged` when the clock gains or
 * loses its time source, `proved` where that bears out a step from before. Asks every 5 s.
 */
export function watchClock(
  clock: Clock,
  stepped: (byMs: number) => void,
  trustChanged: (proved: boolean) => void,
): Cancel {
  const offsetOf = (): number => {
    const { wallMs, sinceBootMs } = clock.now();
    return wallMs - sinceBootMs;
  };
  let offsetMs = offsetOf();
  let synchronised = clock.now().synchronised;
  let unproved = false;
  let cancel: Cancel = () => {};
  const look = (): void => {
    const byMs = offsetOf() - offsetMs;
    offsetMs += byMs;
    const now = clock.now().synchronised;
    const trusted = now !== synchronised;
    synchronised = now;
    cancel = clock.after('clock watch', pollMs, look);
    const isStep = Math.abs(byMs) > stepMs;
    const proved = now && unproved;
    unproved = !now && (unproved || isStep);
    if (isStep) stepped(byMs);
    else if (trusted) trustChanged(proved);
  };
  cancel = clock.after('clock watch', pollMs, look);
  return () => cancel();
}
