// What already counts, which controllers' events a revision includes, and the keys of signed badges.

import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import type { Includes, PlanUsage } from '../../access/model.ts';
import { id, text, whole } from '../fields.ts';
import { date } from './fields.ts';

export const planUsage: z.ZodType<PlanUsage> = z.strictObject({
  customer: id.describe('who was there'),
  day: date.describe('business day, YYYY-MM-DD'),
  minutes: whole(0, 100_000).describe('minutes that count toward plan limits on that day (0 to 100000)'),
});

export const includes: z.ZodType<Includes> = z.strictObject({
  controller: id.describe('a controller of the site'),
  epoch: text(64).describe('epoch of its journal'),
  through: whole(0, Number.MAX_SAFE_INTEGER).describe('sequence number up to which its events are included'),
});

const keyWords = 'an Ed25519 public key: SPKI, in base64';

export const badgeKey = z
  .string({ error: keyWords })
  .regex(/^[A-Za-z0-9+/]{40,1000}={0,2}$/, { error: keyWords })
  .refine(isEd25519, { error: keyWords })
  .describe('public key whose signature on a badge is believed (Ed25519, SPKI, base64)');

function isEd25519(base64: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}
