// A file is copied piece by piece, each on disk before the next is begun: a large one neither holds up its thread for long nor leaves
// so much to be written at once that a record of the journal would have to wait behind it.

import { closeSync, constants, copyFileSync, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs';

const pieceBytes = 4 * 1024 * 1024;

export class FileCopy {
  #source: number | null = null;
  #target: number | null = null;
  readonly #piece = Buffer.alloc(pieceBytes);

  /** `to` is not there yet. Where the file system can share the pages, the copy is whole at once. */
  constructor(from: string, to: string) {
    try {
      copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
      return;
    } catch {
      // It cannot: page by page, then.
    }
    try {
      this.#source = openSync(from, 'r');
      this.#target = openSync(to, 'w', 0o600);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Copies a piece; true once all is there. Throws what the file system throws. */
  step(): boolean {
    if (this.#source === null || this.#target === null) return true;
    const read = readSync(this.#source, this.#piece, 0, pieceBytes, null);
    if (read > 0) {
      for (let written = 0; written < read; ) written += writeSync(this.#target, this.#piece, written, read - written);
      fdatasyncSync(this.#target);
      return false;
    }
    this.close();
    return true;
  }

  close(): void {
    for (const handle of [this.#source, this.#target]) if (handle !== null) closeSync(handle);
    this.#source = null;
    this.#target = null;
  }
}
