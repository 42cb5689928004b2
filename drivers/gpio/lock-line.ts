// A lock on a GPIO line, as the keeper and `cardea safe` hold it: `unlocked` is the active level. Whatever was lost is looked
// for and taken anew at the next try.

import type { LockState } from '../port.ts';
import { findOutput } from './backend.ts';
import { consumerOf, type GpioLine, type GpioOutput } from './line.ts';

export interface LockLine {
  /** @throws GpioError, DriverError `driver-missing`: the lock did not move. */
  drive(state: LockState): void;
  /** @throws GpioError where the line is not any more as it was driven last. */
  check(): void;
  /** Lets go of the line. Nothing more is called. */
  release(): void;
}

/** Nothing is touched before the first `drive`. */
export function gpioLockLine(accessPoint: string, line: GpioLine): LockLine {
  let output: GpioOutput | null = null;
  return {
    drive: (state) => {
      if (output === null || !output.held) output = findOutput(line, consumerOf(accessPoint));
      output.drive(state === 'unlocked');
    },
    check: () => output?.check(),
    release: () => output?.release(),
  };
}
