// A folder beside the target in which something is put together. Whatever ends the work, nothing in it looks whole; what a
// killed run left behind is removed by the next one.

import { closeSync, fsyncSync, lchownSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Makes the folder `{prefix}{pid}` in `parent`, mode 0700. @throws what `node:fs` throws */
export function makeStaging(parent: string, prefix: string, pid: number): string {
  for (const name of readdirSync(parent)) {
    const owner = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
    if (Number.isSafeInteger(owner) && (owner === pid || !isAlive(owner))) removeStaging(join(parent, name));
  }
  const path = join(parent, `${prefix}${pid}`);
  mkdirSync(path, { mode: 0o700 });
  return path;
}

export function removeStaging(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** Makes what happened to the names in a folder durable. */
export function syncFolder(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Gives a file to whoever owns `folder`: what root restores, the controller's own user must be able to open. A link is given
 * itself, never what it leads to: that user may have put it there.
 */
export function giveTo(folder: string, path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  lchownSync(path, uid, gid);
}

/** Whether a process has this id, whoever's it is. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
