// How far long work has come, for whoever shows it, and the wish to end it.

import { BackupError } from './error.ts';

export interface Meter {
  /** @param stage what is being done, in words. */
  progress(stage: string, done: number, total: number): void;
  /** True from the moment on that the work is to end. */
  stopped(): boolean;
}

/** @throws BackupError `interrupted` */
export function goOn(meter: Meter): void {
  if (meter.stopped()) throw new BackupError('interrupted', 'interrupted: nothing was changed, and nothing is left');
}
