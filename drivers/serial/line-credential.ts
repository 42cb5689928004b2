// What one line of a serial reader means: a credential in canonical form, or nothing. Noise never becomes a credential.

import { CredentialError, canonicalValue } from '../../access/credential.ts';
import type { SerialReaderConfig } from '../../config/types.ts';
import type { Presented } from '../port.ts';

/** C0 and C1 controls and DEL: no card number and no code of ours holds one, a line with wrong speed or parity does. */
const control = /\p{Cc}/u;
/** Card and fob numbers are ASCII whatever separates their digits. */
const beyondAscii = /[^\0-\x7f]/;

/**
 * @param line the bytes of the line without its ending, one per character (latin1).
 * @returns null where the line is no credential of this type.
 */
export function lineCredential(type: SerialReaderConfig['credential'], line: string): Presented | null {
  const text = beyondAscii.test(line) ? utf8(line) : line;
  if (text === null || control.test(text)) return null;
  if (type !== 'qr' && beyondAscii.test(text)) return null;
  try {
    return { type, value: canonicalValue(type, text) };
  } catch (error) {
    if (error instanceof CredentialError) return null;
    throw error;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(line: string): string | null {
  try {
    return decoder.decode(Buffer.from(line, 'latin1'));
  } catch {
    return null;
  }
}
