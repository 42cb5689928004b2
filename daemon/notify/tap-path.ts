// Whether a tap can open a door now: what the watchdog is fed for. Only what a restart can mend counts. A reader or a
// network that is away, a line that cannot be driven and a disk that fails do not: the daemon goes on without them, and a
// restart would only close the doors that still work. A disk that never answers holds up the main loop, and with it the feeding.

export interface TapPathFacts {
  readonly doorsOpen: boolean;
  /** The keeper holds the lines and answers its heartbeats. */
  readonly keeperAnswers: boolean;
  /** How long a new config has been in the making, in milliseconds; null: none is. */
  readonly reloadingMs: number | null;
}

/** A reload may have to wait for devices; one that takes longer than this does not end any more. */
export const longestReloadMs = 60_000;

/** What is broken, in words; null: a tap can open a door. */
export function tapPathFault({ doorsOpen, keeperAnswers, reloadingMs }: TapPathFacts): string | null {
  if (reloadingMs !== null) {
    if (reloadingMs < longestReloadMs) return null;
    return `a new config has been in the making for ${Math.floor(reloadingMs / 1000)} s`;
  }
  if (!doorsOpen) return 'no door works';
  return keeperAnswers ? null : 'the keeper of the lock lines does not answer';
}
