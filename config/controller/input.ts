// The inputs of an access point: door contact, request-to-exit and the like.

import { z } from 'zod';
import { duration, durationOr, id, list } from '../fields.ts';
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

/** A door that is held tells of it once; before that it warns. */
const preAlarm = duration('0s', '24h')
  .optional()
  .describe(
    'how long before it is held the door warns, 0s: not at all (less than heldAfter; default 10s, or half of heldAfter if that is shorter)',
  );

const preAlarmDefaultMs = 10_000;

export const contact = z
  .discriminatedUnion('driver', [
    z.strictObject({ driver: simulatedDriver, ...common, heldAfter, preAlarm }),
    z.strictObject({ ...gpioLine, ...common, heldAfter, preAlarm }),
    z.strictObject({ ...osdpInput, ...common, heldAfter, preAlarm }),
  ])
  .transform(
    ({
      debounce: debounceMs,
      heldAfter: heldAfterMs,
      preAlarm,
      ...line
    }): NonNullable<AccessPointConfig['contact']> => {
      const preAlarmMs = preAlarm ?? Math.min(preAlarmDefaultMs, heldAfterMs / 2);
      return { ...line, debounceMs, heldAfterMs, preAlarmMs };
    },
  );

const frees = list(id, 0, 256)
  .optional()
  .describe(
    'ids of the access points that the alarm frees until it is cleared (at most 256; default the one it stands at)',
  );

export const fire = z
  .discriminatedUnion('driver', [
    z.strictObject({ driver: simulatedDriver, ...common, frees }),
    z.strictObject({ ...gpioLine, ...common, frees }),
    z.strictObject({ ...osdpInput, ...common, frees }),
  ])
  .transform(({ debounce: debounceMs, ...line }) => ({ ...line, debounceMs }));
