// How a webhook's receiver knows that a message is the office's: HMAC-SHA256 over its id, its time stamp and its raw body, in the form
// of the Standard Webhooks specification (1.0), so that receivers can use a library of theirs. Pure but for the making of a secret.

import { createHmac } from 'node:crypto';
import type { Random } from '../../../access/clock.ts';

const prefix = 'whsec_';
const secretBytes = 32;

/** 32 random bytes, as `whsec_` and base64. */
export function newSecret(random: Random): string {
  return `${prefix}${Buffer.from(random.bytes(secretBytes)).toString('base64')}`;
}

export interface SignedHeaders {
  readonly 'webhook-id': string;
  /** Seconds since 1970: of this try, so that a message that was caught cannot be sent again much later. */
  readonly 'webhook-timestamp': string;
  /** One for each secret that is good now, with a space between them. */
  readonly 'webhook-signature': string;
}

/** @param secrets as `newSecret` gives them; two while one is being replaced */
export function signedHeaders(id: string, nowMs: number, body: string, secrets: readonly string[]): SignedHeaders {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
