// The keyed hash that stands for a credential everywhere but in the office's own store: whoever reads a replica or a
// journal without the site's key learns nothing. Short numbers can be searched by whoever holds the key (docs).

import { createHmac } from 'node:crypto';
import type { CredentialType } from './model.ts';

/** Lower-case hex HMAC-SHA-256, under the site's credential key (32 bytes), of `type:value` with the canonical value. */
export function credentialHash(key: Uint8Array, type: CredentialType, canonicalValue: string): string {
  return createHmac('sha256', key).update(`${type}:${canonicalValue}`, 'utf8').digest('hex');
}
