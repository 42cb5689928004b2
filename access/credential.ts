// The canonical form of a credential: two readings of the same card, badge or code always give the same text
// (interfaces.md section 3, `type`). What is not in a type's alphabet is refused, never guessed.

import type { CredentialType } from './model.ts';
import { canonicalWiegand } from './wiegand.ts';

export type CredentialErrorCode = 'credential-type' | 'credential-value';

/** A text that is no credential. The message names the form that is allowed and never repeats the value. */
export class CredentialError extends Error {
  readonly code: CredentialErrorCode;
  constructor(code: CredentialErrorCode, message: string) {
    super(message);
    this.name = 'CredentialError';
    this.code = code;
  }
}

export const credentialTypes = ['card', 'wiegand', 'pin', 'qr', 'fob'] as const;

/** Longest QR text, in UTF-16 code units: what a version 15 code holds in byte mode is far below it. */
const maxQrLength = 1024;

/**
 * Reads `TYPE:VALUE`, as in `card:04 a1 b2 c3`.
 * @throws CredentialError
 */
export function parseCredential(text: string): { type: CredentialType; value: string } {
  const colon = text.indexOf(':');
  const type = text.slice(0, Math.max(colon, 0));
  const known = credentialTypes.find((name) => name === type);
  if (known === undefined) {
    throw new CredentialError(
      'credential-type',
      `a credential is TYPE:VALUE, TYPE one of ${credentialTypes.join(', ')}, as in card:04A1B2C3D4E580`,
    );
  }
  return { type: known, value: canonicalValue(known, text.slice(colon + 1)) };
}

/**
 * The canonical value: `card` upper-case hex without separators, `wiegand` the bits as `raw:count:HEX`, `fob` decimal
 * without leading zeros, `pin` its digits, `qr` its text as it is.
 * @throws CredentialError
 */
export function canonicalValue(type: CredentialType, value: string): string {
  switch (type) {
    case 'card':
      return canonicalCard(value);
    case 'wiegand': {
      const bits = canonicalWiegand(value);
      if (bits === null)
        refuse('wiegand', 'FORMAT:facility:number as H10301:21:15890, or raw:bits:hex as raw:26:22A7C24');
      return bits;
    }
    case 'pin':
      if (!/^\d{1,16}$/.test(value)) refuse('pin', '1 to 16 digits for a pin');
      return value;
    case 'fob':
      if (!/^\d{1,30}$/.test(value)) refuse('fob', '1 to 30 decimal digits for a fob');
      return BigInt(value).toString();
    case 'qr':
      if (value.length === 0 || value.length > maxQrLength)
        refuse('qr', `1 to ${maxQrLength} characters for a qr text`);
      return value;
  }
}

function canonicalCard(value: string): string {
  const hex = value.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
  if (!/^(?:[0-9A-F]{2}){1,32}$/.test(hex)) refuse('card', '1 to 32 bytes in hex for a card, as 04A1B2C3D4E580');
  return hex;
}

/** The value is never repeated: it may be the PIN of somebody who mistyped the type. */
function refuse(type: CredentialType, allowed: string): never {
  throw new CredentialError('credential-value', `this is no value of type ${type}; allowed: ${allowed}`);
}
