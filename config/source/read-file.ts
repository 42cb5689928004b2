// A file's text, or the one problem that kept it from being read: never another exception, never more than the bound.

import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { FileError, type Problem } from '../problem.ts';

/**
 * Reads a whole UTF-8 file without its byte order mark.
 * @throws FileError with one problem: missing, unreadable, no file, too large, or not UTF-8.
 */
export function readText(file: string, maxBytes: number): string {
  const bytes = readBytes(file, maxBytes);
  if (!isUtf8(bytes)) throw new FileError(file, [notUtf8(file, bytes)]);
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/**
 * Reads a whole file.
 * @throws FileError with one problem.
 */
export function readBytes(file: string, maxBytes: number): Buffer {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const status = fstatSync(descriptor);
    if (status.isDirectory()) throw refusal(file, 'a folder', 'a file');
    if (status.size > maxBytes) throw tooLarge(file, maxBytes);
    return readAll(descriptor, file, maxBytes, status.size);
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw unreadable(file, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Reads to the end, also of what has no size (a pipe), and stops one byte after the bound. */
function readAll(descriptor: number, file: string, maxBytes: number, expectedBytes: number): Buffer {
  const pieces: Buffer[] = [];
  let total = 0;
  for (;;) {
    const room = Math.min(Math.max(expectedBytes - total, 0) + 65_536, maxBytes + 1 - total);
    const piece = Buffer.allocUnsafe(room);
    const count = readSync(descriptor, piece, 0, room, null);
    if (count === 0) break;
    pieces.push(piece.subarray(0, count));
    total += count;
    if (total > maxBytes) throw tooLarge(file, maxBytes);
  }
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces, total);
}

function unreadable(file: string, error: unknown): FileError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  if (code === 'ENOENT' || code === 'ENOTDIR') return refusal(file, 'no such file', 'the path of a file that is there');
  if (code === 'EACCES' || code === 'EPERM') {
    return refusal(file, 'a file that this user may not read', `a readable file (see ls -l ${file})`);
  }
  return refusal(file, `a file that cannot be read (${code})`, 'a readable file');
}

function tooLarge(file: string, maxBytes: number): FileError {
  return refusal(file, `more than ${maxBytes} bytes`, `at most ${maxBytes} bytes`);
}

function refusal(file: string, found: string, allowed: string): FileError {
  return new FileError(file, [{ file, line: 1, column: 1, path: '', found, allowed, severity: 'error' }]);
}

/** The first line that is not UTF-8; a line feed is never part of a longer character. */
function notUtf8(file: string, bytes: Buffer): Problem {
  let line = 1;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, start);
    const piece = bytes.subarray(start, end < 0 ? undefined : end);
    if (end < 0 || !isUtf8(piece)) {
      const column = Math.max(piece.toString('utf8').indexOf('\uFFFD'), 0) + 1;
      return {
        file,
        line,
        column,
        path: '',
        found: 'bytes that are not UTF-8',
        allowed: 'UTF-8 text',
        severity: 'error',
      };
    }
    line++;
    start = end + 1;
  }
}
