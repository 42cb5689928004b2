// A folder as the death of its process leaves it: what was committed stays, and what the dead code does to the files
// afterwards is undone when the next life begins.

import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** SQLite's shared memory is rebuilt from the WAL, and a lock goes with its process. */
const gone = /-shm$|\.lock$/;

export class FrozenFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  freeze(): void {
    mkdirSync(this.#aside, { recursive: true });
    for (const name of readdirSync(this.#folder)) {
      if (!gone.test(name)) copyFileSync(join(this.#folder, name), join(this.#aside, name));
    }
  }

  /** Every handle on the folder is closed by now. */
  thaw(): void {
    if (!existsSync(this.#aside)) return;
    rmSync(this.#folder, { recursive: true });
    renameSync(this.#aside, this.#folder);
  }

  get #aside(): string {
    return `${this.#folder}.frozen`;
  }
}
