// A file piece by piece, from its beginning, as often as it is asked for: never more of it in memory than one piece.

import { closeSync, openSync, readSync, statSync } from 'node:fs';

const pieceBytes = 256 * 1024;

/** @throws the file system's errors: whoever asks has read the file before. */
export function* readPieces(file: string): Generator<Buffer> {
  const descriptor = openSync(file, 'r');
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(pieceBytes);
      const count = readSync(descriptor, piece, 0, pieceBytes, null);
      if (count === 0) return;
      yield piece.subarray(0, count);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** null: no regular file (a pipe can be read only once), or none that can be looked at. */
export function regularSize(file: string): number | null {
  const status = statSync(file, { throwIfNoEntry: false });
  return status?.isFile() === true ? status.size : null;
}
