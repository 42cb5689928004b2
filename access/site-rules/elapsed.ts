// How long ago something was: by the boot's clock, which nobody sets; over a reboot the least that can have passed.

import type { Moment } from '../clock.ts';
import type { Anchor } from '../time/trusted-time.ts';

/** Milliseconds, never less than nothing. */
export function elapsedMs(since: Anchor, at: Moment | Anchor): number {
  if (since.boot === at.boot) return Math.max(at.sinceBootMs - since.sinceBootMs, 0);
  return Math.max(at.sinceBootMs, at.wallMs - since.wallMs);
}

export function anchorOf({ wallMs, boot, sinceBootMs }: Anchor): Anchor {
  return { wallMs, boot, sinceBootMs };
}
