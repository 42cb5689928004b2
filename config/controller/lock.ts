// The lock of an access point: the line it hangs on, how long it stays released, and what it does when all else fails.

import { z } from 'zod';
import { duration, durationOr, flag, path } from '../fields.ts';
import type { LockConfig } from '../types.ts';
import { gpioLine, osdpOutput, simulatedDriver } from './line.ts';

const extendedDefaultMs = 15_000;

const timing = {
  unlockTime: durationOr('5s', '100ms', '10m', 'how long one release lasts'),
  extendedUnlockTime: duration('100ms', '10m')
    .optional()
    .describe('the same for credentials with extendedUnlock (unlockTime to 10m; default 15s, or unlockTime if longer)'),
  failSafe: flag(false, 'whether the door is to be free when the controller is dead'),
};

const driven = z.discriminatedUnion('driver', [
  z.strictObject({
    driver: simulatedDriver,
    file: path.nullable().default(null).describe('file that gets one JSON line per change (default none)'),
    ...timing,
  }),
  z.strictObject({ ...gpioLine, ...timing }),
  z.strictObject({ ...osdpOutput, ...timing }),
]);

export const lock = driven
  .transform(({ unlockTime: unlockTimeMs, extendedUnlockTime, ...line }): LockConfig => {
    const extendedUnlockTimeMs = extendedUnlockTime ?? Math.max(extendedDefaultMs, unlockTimeMs);
    return { ...line, unlockTimeMs, extendedUnlockTimeMs };
  })
  .describe('what holds the door shut');
