// Files change their places together, or not at all. A mark says that it is under way: a machine that fails in between
// comes up with a controller that refuses to begin on half of it.

import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { BackupError } from './error.ts';
import type { Move } from './plan.ts';
import { giveTo, syncFolder } from './staging.ts';

const markName = 'restore.unfinished';

export function isUnfinished(folder: string): boolean {
  return existsSync(join(folder, markName));
}

/** @throws BackupError `storage` where a restore into this folder was cut short. */
export function refuseUnfinished(folder: string): void {
  if (!isUnfinished(folder)) return;
  const mend = 'run `cardea restore` again; what was there before lies in its before-restore folder';
  throw new BackupError('storage', `a restore into ${folder} was cut short: ${mend}`);
}

/**
 * Does all moves, in order and durably, within one file system.
 * @throws BackupError `storage`; everything is where it was, or the mark stays.
 */
export function moveAll(folder: string, asideFolder: string, moves: readonly Move[]): void {
  const done: Move[] = [];
  try {
    setMark(folder);
    for (const move of moves) {
      if (dirname(move.to) === asideFolder && !existsSync(asideFolder)) {
        mkdirSync(asideFolder, { mode: 0o700 });
        giveTo(folder, asideFolder);
      }
      giveTo(folder, move.from);
      renameSync(move.from, move.to);
      done.push(move);
    }
    if (existsSync(asideFolder)) syncFolder(asideFolder);
    syncFolder(folder);
  } catch (error) {
    undo(folder, asideFolder, done, error);
  }
  removeMark(folder);
}

function undo(folder: string, asideFolder: string, done: readonly Move[], cause: unknown): never {
  const message = cause instanceof Error ? cause.message : String(cause);
  try {
    for (const { from, to } of done.toReversed()) renameSync(to, from);
    if (existsSync(asideFolder)) rmdirSync(asideFolder);
    removeMark(folder);
  } catch (error) {
    const mend = 'free the disk and run `cardea restore` again';
    const words = `the files could not be put in place (${message}), nor all back; what was there lies in ${asideFolder}`;
    throw new BackupError('storage', `${words}: ${mend}`, error);
  }
  const words = `the files could not be put in place (${message}); everything is as it was: check disk and rights`;
  throw new BackupError('storage', words, cause);
}

/** Root never writes through a link that the folder's owner has put there. */
const markFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

function setMark(folder: string): void {
  const mark = join(folder, markName);
  const handle = openSync(mark, markFlags, 0o600);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  giveTo(folder, mark);
  syncFolder(folder);
}

function removeMark(folder: string): void {
  rmSync(join(folder, markName), { force: true });
  syncFolder(folder);
}
