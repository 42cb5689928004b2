// JSON from a stranger: UTF-8 or nothing, and never nested so deep that walking it could exhaust the stack.

import { isUtf8 } from 'node:buffer';

/** Deepest nesting of lists and objects that is read. */
export const maxDepth = 64;

/** The value, or undefined where the bytes are not UTF-8, not JSON, or nested deeper than `maxDepth`. */
export function parseBounded(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes) || nestsTooDeep(bytes, maxDepth)) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch {
    return undefined;
  }
}

const quote = 0x22;
const backslash = 0x5c;

/** Whether lists and objects nest deeper than this. */
export function nestsTooDeep(bytes: Uint8Array, most: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === backslash) i++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      depth++;
      if (depth > most) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}
