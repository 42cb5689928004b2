// Letting go of devices. One that does not, or cannot, holds up nobody: the locks come first.

import type { Clock } from '../../access/clock.ts';
import type { Log } from '../log.ts';
import { wordsOf } from './error.ts';

/** Devices that take longer are left behind: the system takes them back when the process ends. */
const releaseMs = 5_000;

/** Settles when all are released, or after 5 s; what went wrong is told to the log. Never rejects. */
export async function released(devices: readonly Promise<void>[], clock: Clock, log: Log): Promise<void> {
  const all = Promise.all(
    devices.map((device) => device.catch((error) => log('error', `a device was not released: ${wordsOf(error)}`))),
  );
  let cancel = (): void => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.after('devices released', releaseMs, () => {
      log('error', `not every device was released within ${releaseMs / 1000} s: it goes on without them`);
      resolve();
    });
  });
  await Promise.race([all, late]);
  cancel();
}
