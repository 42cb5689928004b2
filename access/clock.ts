// What every room means by time (rules.md section 4). One object with a wall and a monotonic side and named timers;
// it is made by the daemon (real) or by the virtual clock, and handed down. Nothing else reads a clock.

/** One reading of both sides of the clock. */
export interface Moment {
  /** UTC, milliseconds since 1970. May step. */
  readonly wallMs: number;
  /** Milliseconds since the boot named by `boot`. Never steps; the only source of durations. */
  readonly sinceBootMs: number;
  /** Identifier of this boot of the machine; two moments can be subtracted only when it is the same. */
  readonly boot: string;
  /** Whether the wall side was disciplined by a time source when it was read. */
  readonly synchronised: boolean;
}

/** Stops what it was returned for; calling it again does nothing. */
export type Cancel = () => void;

/** Waiting, on the monotonic side only: a step of the wall clock never shortens or lengthens a wait. */
export interface Timers {
  /**
   * Runs `task` once, `delayMs` milliseconds from now (0 or less: at the next turn).
   * `name` says in a log or a test whose wait it is; it need not be unique.
   */
  after(name: string, delayMs: number, task: () => void): Cancel;
}

/** The clock that the composition root hands to every room. */
export interface Clock extends Timers {
  now(): Moment;
  /** How long the machine has slept since its boot, milliseconds: time that `sinceBootMs` does not count. */
  sleptMs(): number;
}

/** The one source of randomness (ids, jitter): bytes from the system, or from a seed in tests and replay. */
export interface Random {
  bytes(count: number): Uint8Array;
}
