// Finishes what erasures have left to do, for a command: the running office does so by itself, a step at a time.

import { guarded } from '../store/failure.ts';
import type { OfficeStore } from '../store/open.ts';
import { ErasureSteps } from './erasure-steps.ts';
import { emptyWal } from './wal.ts';

/** @param pause between two steps: others want to write too. @throws OfficeError `store-*` */
export async function runErasures(store: OfficeStore, nowMs: number, pause: () => Promise<void>): Promise<void> {
  const steps = new ErasureSteps(store);
  while (guarded(store.path, () => steps.step(nowMs))) await pause();
  guarded(store.path, () => emptyWal(store));
}
