// The files of a replica: the one that decides, the next one while it is built, and the one before. Only the first is ever read
// by whoever decides, and it is never written to.

import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';

/** What is being built; of no use until it is finished. */
export function nextOf(file: string): string {
  return `${file}.next`;
}

/** What decided before: whole, and older. */
export function beforeOf(file: string): string {
  return `${file}.before`;
}

export function removeReplica(path: string): void {
  for (const part of ['', '-journal']) rmSync(path + part, { force: true });
}

/** Of a file or a folder. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
