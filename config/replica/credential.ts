// A credential as the office knows it, with its value. The value is checked, and made canonical, after the shape.

import { z } from 'zod';
import { credentialTypes } from '../../access/credential.ts';
import { choice, flag, id, text } from '../fields.ts';
import type { WrittenCredential } from '../types.ts';
import { instant } from './fields.ts';

export const credential: z.ZodType<WrittenCredential> = z.strictObject({
  id: id.describe('unique among the credentials'),
  type: choice(credentialTypes).describe(
    'card (hex UID), wiegand (FORMAT:facility:number or raw:bits:hex), pin, qr, fob',
  ),
  value: text(2048).describe('what the reader delivers; only its keyed hash leaves the office'),
  customer: id.nullable().default(null).describe('whose it is; null where staff or a visitor names it (default null)'),
  status: choice(['active', 'blocked', 'lost']).default('active').describe('whether it opens doors (default active)'),
  validFrom: instant.nullable().default(null).describe('from when it is valid, ISO 8601 with offset (default always)'),
  expires: instant.nullable().default(null).describe('until when it is valid, ISO 8601 with offset (default for ever)'),
  extendedUnlock: flag(false, 'whether the door stays released for extendedUnlockTime'),
  duress: flag(false, 'whether its use means that somebody is forced'),
});
