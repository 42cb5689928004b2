// A config and its keys out of a backup that holds them, each to where it was below the config's folder. Nothing is written
// over: what is there already has to be the same. Nothing is written elsewhere: it may be root who restores, and a backup
// is not to choose what root writes.

import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { BackupError } from './error.ts';
import type { Meter } from './meter.ts';
import { readBackup, unpack } from './pack.ts';
import { configPlace } from './settings.ts';
import { makeStaging, removeStaging, syncFolder } from './staging.ts';

const stagingPrefix = '.cardea-restore-';

export interface WrittenSettings {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** What belongs outside the config's folder, is missing there and was not written, with what to do. */
  readonly notes: readonly string[];
}

/**
 * @param configFile where the config is to be; its folder is made where it is missing.
 * @returns the files that were written, and the folders that were made for them.
 * @throws BackupError `settings`: nothing was written then.
 */
export async function restoreSettings(
  file: string,
  configFile: string,
  pid: number,
  meter: Meter,
): Promise<WrittenSettings> {
  const { settings } = await readBackup(file);
  if (settings.length === 0) {
    const advice = 'it was made without --with-keys: make new keys, or bring the old ones (docs/operating.md)';
    throw new BackupError('settings', `${file} holds no keys: ${advice}`);
  }
  const config = resolve(configFile);
  const folder = dirname(config);
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  const staging = makeStaging(folder, stagingPrefix, pid);
  try {
    await unpack(file, staging, (name) => name.startsWith('settings-'), meter);
    const files = settings.map(({ name, path }) => ({
      name,
      from: join(staging, name),
      to: path === configPlace ? config : resolve(folder, path),
    }));
    const missing = files.filter(({ from, to }) => !isThere(from, to));
    const inside = missing.filter(({ to }) => isBelow(folder, to));
    const folders: string[] = [];
    for (const { from, to } of inside) {
      const made = mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
      if (made !== undefined) folders.push(made);
      chmodSync(from, 0o600);
      renameSync(from, to);
      syncFolder(dirname(to));
    }
    const outside = missing.filter((one) => !inside.includes(one));
    const notes = outside.map(({ name, to }) => {
      return `${to} lies outside ${folder} and was not written: tar -xzOf ${file} ${name} shows it`;
    });
    return { files: inside.map(({ to }) => to), folders, notes };
  } finally {
    removeStaging(staging);
  }
}

/** @throws BackupError `settings` where something else is there. */
function isThere(from: string, to: string): boolean {
  if (!existsSync(to)) return false;
  if (readFileSync(to).equals(readFileSync(from))) return true;
  throw new BackupError('settings', `${to} is there, and is another than in the backup: move it away first`);
}

/** Also where a folder on the way is a link. */
function isBelow(folder: string, path: string): boolean {
  let there = dirname(path);
  while (!existsSync(there)) there = dirname(there);
  return !/^\.\.(\/|$)/.test(relative(realpathSync(folder), join(realpathSync(there), relative(there, path))));
}
