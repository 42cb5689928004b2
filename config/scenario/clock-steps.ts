// What the daemon's clock says in a scenario is known before it runs: a step that leaves something out keeps what was.

import { canonicalDocument } from '../replica/canonical.ts';
import type { ScenarioStep } from '../types.ts';
import type { WrittenStep } from './step.ts';

/** Fills in, for each clock step, the wall time that it leaves running and the synchronisation that it leaves as it was. */
export function readSteps(written: readonly WrittenStep[]): ScenarioStep[] {
  let aheadMs = 0;
  let synchronised = true;
  return written.map(({ at: atMs, clock, replica, ...act }): ScenarioStep => {
    const step = { atMs, ...act, ...(replica === undefined ? {} : { replica: canonicalDocument(replica) }) };
    if (clock === undefined) return step;
    if (clock.set !== undefined) aheadMs = clock.set - atMs;
    synchronised = clock.synchronised ?? synchronised;
    return { ...step, clock: { setMs: atMs + aheadMs, synchronised } };
  });
}
