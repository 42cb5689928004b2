// A file that has to be a mapping as a whole. One that is not may be a key or a password file, named by a mix-up: only its
// kind is said, never a piece of what it holds, and nothing in it is judged.

import { parseDocument, type SourceDocument } from './document.ts';
import { fault } from './finding.ts';
import { foundText } from './found.ts';
import { FileError } from './problem.ts';
import { isRecord } from './raw.ts';

/** @throws FileError as `parseDocument`, and where the document is no mapping. */
export function parseMapping(text: string, file: string): SourceDocument {
  const document = parseDocument(text, file);
  if (isRecord(document.value)) return document;
  const found = holdsKey(text) ? 'a text that looks like a key or a certificate' : foundText(document.value, []);
  const finding = fault([], found, 'a mapping (key: value)');
  throw new FileError(file, [...document.problems, ...document.problemsAt([finding])]);
}

/** PEM, or at least 16 bytes in base64, base64url or hexadecimal and nothing else. */
function holdsKey(text: string): boolean {
  return /-----BEGIN /.test(text) || /^\s*[A-Za-z0-9+/_-]{22,}={0,2}\s*$/.test(text);
}
