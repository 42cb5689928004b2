// How the names of the PC/SC readers are asked for.

import type { Timers } from '../../access/clock.ts';
import { DriverError } from '../../drivers/driver-error.ts';
import type { ListReaders } from './pcsc.ts';

export function readerList(_timers: Timers): ListReaders {
  return () => Promise.reject(new DriverError('driver-unknown', 'the PC/SC driver is not in this version'));
}
