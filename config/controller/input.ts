// The inputs of an access point: door contact, request-to-exit and the like.

import { z } from 'zod';
import { durationOr } from '../fields.ts';
import type { AccessPointConfig, InputConfig } from '../types.ts';
import { gpioLine, osdpInput, simulatedDriver } from './line.ts';

/** At most 400 ms: IEC 60839-11-1 wants an input processed that is active for longer. */
const common = { debounce: durationOr('30ms', '0ms', '400ms', 'how long a level must last to count') };

const heldAfter = durationOr('30s', '1s', '24h', 'how long a door may stand open before it is held');

export const input = z
  .discriminatedUnion('driver', [
    z.strictObject({ driver: simulatedDriver, ...common }),
    z.strictObject({ ...gpioLine, ...common }),
    z.strictObject({ ...osdpInput, ...common }),
  ])
  .transform(({ debounce: debounceMs, ...line }): InputConfig => ({ ...line, debounceMs }));

export const contact = z
  .discriminatedUnion('driver', [
    z.strictObject({ driver: simulatedDriver, ...common, heldAfter }),
    z.strictObject({ ...gpioLine, ...common, heldAfter }),
    z.strictObject({ ...osdpInput, ...common, heldAfter }),
  ])
  .transform(({ debounce: debounceMs, heldAfter: heldAfterMs, ...line }): NonNullable<AccessPointConfig['contact']> => {
    return { ...line, debounceMs, heldAfterMs };
  });
