// What the daemon's clock says in a scenario is known before it runs: a step that leaves something out keeps what was.

import { canonicalDocument } from '../replica/canonical.ts';
import type { ScenarioStep } from '../types.ts';
import type { WrittenStep } from './step.ts';

/** Fills in, for each clock step, the wall time that it leaves running and the synchronisation that it leaves as it was. */
export class ClockSteps {
  #aheadMs = 0;
  #synchronised = true;

  /** The next step, in their order. */
  read({ at: atMs, clock, replica, ...act }: WrittenStep): ScenarioStep {
    const step = { atMs, ...act, ...(replica === undefined ? {} : { replica: canonicalDocument(replica) }) };
    if (clock === undefined) return step;
    if (clock.set !== undefined) this.#aheadMs = clock.set - atMs;
    this.#synchronised = clock.synchronised ?? this.#synchronised;
    return { ...step, clock: { setMs: atMs + this.#aheadMs, synchronised: this.#synchronised } };
  }
}

export function readSteps(written: readonly WrittenStep[]): ScenarioStep[] {
  const clock = new ClockSteps();
  return written.map((step) => clock.read(step));
}
