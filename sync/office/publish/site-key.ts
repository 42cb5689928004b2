// The site's credential key, as the office uses it: to hash what it publishes, and to know its own snapshots again.

import { createHmac } from 'node:crypto';

/** Tells two keys apart without telling anything of either. */
export function siteKeyPrint(key: Uint8Array): string {
  return createHmac('sha256', key).update('cardea site key').digest('hex').slice(0, 16);
}
