// What a lock and an input have in common: the line that it hangs on.

import { z } from 'zod';
import { choice, flag, id, text, whole, wholeOr } from '../fields.ts';

export const simulatedDriver = z.literal('simulated').describe('moved by cardea tap and cardea input; no hardware');

/** A line of a GPIO chip. */
export const gpioLine = {
  driver: z.literal('gpio').describe('a GPIO line of this machine'),
  backend: choice(['auto', 'chardev', 'sysfs'])
    .default('auto')
    .describe('auto: the character device where there is one, else sysfs (default auto)'),
  chip: text(64).describe('label or name of the GPIO chip, as cardea devices shows it'),
  line: whole(0, 1023).describe('line of the chip (0 to 1023), not a pin number of the header'),
  activeLow: flag(false, 'whether the low level is the active one'),
};

/** A relay of an OSDP reader. */
export const osdpOutput = {
  driver: z.literal('osdp').describe('a relay of an OSDP reader'),
  reader: id.describe('id of the OSDP reader whose relay it is'),
  output: wholeOr(0, 0, 63, 'number of the relay at the reader'),
};

/** An input of an OSDP reader. */
export const osdpInput = {
  driver: z.literal('osdp').describe('an input of an OSDP reader'),
  reader: id.describe('id of the OSDP reader whose input it is'),
  input: wholeOr(0, 0, 63, 'number of the input at the reader'),
};
