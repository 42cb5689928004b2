// One reader: where its device is, what it reads, and at which access point and in which direction it stands.

import { z } from 'zod';
import { choice, durationOr, id, path, text, whole, wholeOr } from '../fields.ts';
import type { ReaderConfig } from '../types.ts';
import { serialFeedback } from './feedback.ts';
import { simulatedDriver } from './line.ts';

const place = {
  id: id.describe('unique within the controller'),
  accessPoint: id.describe('id of the access point it belongs to'),
  direction: choice(['in', 'out', 'toggle']).describe('in, out, or toggle: in if no visit is open, else out'),
};

const baudRates = [1200, 2400, 4800, 9600, 14_400, 19_200, 38_400, 57_600, 115_200, 230_400] as const;
const baudRate = z
  .literal(baudRates, { error: baudRates.join(', ') })
  .default(9600)
  .describe('bits per second (default 9600)');

const device = path.describe('device file; prefer /dev/serial/by-id, which stays the same');

const serial = z.strictObject({
  driver: z.literal('serial').describe('a serial port or a USB reader that acts as one'),
  ...place,
  format: choice(['line', 'rdm6300']).default('line').describe('line: text ending CR, LF or CRLF (default line)'),
  path: device,
  baudRate,
  credential: choice(['card', 'qr', 'fob', 'pin'])
    .default('card')
    .describe('what a line holds; pin: a keypad that sends the whole PIN (default card)'),
  maxLineBytes: wholeOr(256, 8, 4096, 'longest line, without its ending, in bytes; longer ones are dropped'),
  lineTimeout: durationOr('500ms', '10ms', '10s', 'a line unfinished for this long is dropped'),
  feedback: serialFeedback
    .nullable()
    .default(null)
    .describe('what is written back to the reader, a text for each kind of feedback (default none)'),
});

const osdp = z.strictObject({
  driver: z.literal('osdp').describe('a reader on an RS-485 bus'),
  ...place,
  path: device,
  baudRate,
  address: whole(0, 126).describe('address on the bus (0 to 126)'),
  secureChannelKeyFile: path
    .nullable()
    .default(null)
    .describe('file with the key of the secure channel (default none)'),
});

const wiegand = z.strictObject({
  driver: z.literal('wiegand').describe('a reader on two GPIO lines'),
  ...place,
  chip: text(64).describe('label or name of the GPIO chip'),
  data0: whole(0, 1023).describe('line of DATA0 (0 to 1023)'),
  data1: whole(0, 1023).describe('line of DATA1 (0 to 1023)'),
  format: choice(['H10301', 'H10302', 'H10304'])
    .nullable()
    .default(null)
    .describe('how numbers are shown; a read is always kept as its bits (default none)'),
});

export const reader = z
  .discriminatedUnion('driver', [
    z.strictObject({ driver: simulatedDriver, ...place }),
    serial,
    z.strictObject({
      driver: z.literal('pcsc').describe('a USB reader under pcscd'),
      ...place,
      reader: text(256).describe('name of the reader, with * for any text and ? for one character'),
      feedback: choice(['auto', 'on', 'off'])
        .default('auto')
        .describe(
          "light and buzzer by the ACR122U's command; auto: where the reader is known to have it; on, off (default auto)",
        ),
    }),
    osdp,
    wiegand,
  ])
  .transform((written): ReaderConfig => {
    if (written.driver === 'serial') {
      const { lineTimeout: lineTimeoutMs, ...rest } = written;
      return { ...rest, lineTimeoutMs };
    }
    if (written.driver !== 'wiegand') return written;
    const { format: wiegandFormat, ...rest } = written;
    return { ...rest, wiegandFormat };
  });
