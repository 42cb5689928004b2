// base64url without padding (RFC 7515 section 2), strict: one text for one string of bytes, or a message could be altered
// and still verify.

export function encodeBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/** null for padding, another alphabet, white space, a length that cannot be, and unused bits that are not zero. */
export function decodeBase64Url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  // Node passes over what it does not know, and takes base64's own two characters too.
  if (bytes.length !== Math.floor((text.length * 3) / 4) || text.length % 4 === 1) return null;
  if (text.includes('+') || text.includes('/')) return null;
  const rest = text.length % 4;
  if (rest === 0) return bytes;
  return bytes.toString('base64url', bytes.length - (rest - 1)) === text.slice(-rest) ? bytes : null;
}
