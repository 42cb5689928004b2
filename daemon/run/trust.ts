// Whether decisions stand on what can be trusted: the clock, and the office's data. For whoever stands before a reader; what is
// decided meanwhile is the rules' matter.

import type { Cancel, Clock } from '../../access/clock.ts';

export type TrustFault = 'clock' | 'replica-missing' | 'replica-stale';

export interface TrustFacts {
  readonly synchronised: boolean;
  /** Since the office was last known to have nothing newer; null: there is no replica. */
  readonly replicaAgeMs: number | null;
  /** `rules.staleReplica`. */
  readonly staleMs: number;
}

/** The gravest first: without data nobody is known. */
export function trustFault({ synchronised, replicaAgeMs, staleMs }: TrustFacts): TrustFault | null {
  if (replicaAgeMs === null) return 'replica-missing';
  if (!synchronised) return 'clock';
  return replicaAgeMs > staleMs ? 'replica-stale' : null;
}

/** A replica grows old without telling: it is asked this often. */
const everyMs = 30_000;

/** Asks when it is told to, and by itself every 30 s. */
export class TrustWatch {
  readonly #clock: Clock;
  readonly #look: () => void;
  #cancel: Cancel = () => undefined;

  /** @param look asks and tells; must not throw. */
  constructor(clock: Clock, look: () => void) {
    this.#clock = clock;
    this.#look = look;
  }

  look(): void {
    this.#cancel();
    this.#look();
    this.#cancel = this.#clock.after('trust', everyMs, () => this.look());
  }

  stop(): void {
    this.#cancel();
  }
}
