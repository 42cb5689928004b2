// A config and its keys out of a backup that holds them, each to where it was beside the config. Nothing is written over:
// what is there already has to be the same.

import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BackupError } from './error.ts';
import type { Meter } from './meter.ts';
import { readBackup, unpack } from './pack.ts';
import { configPlace } from './settings.ts';
import { makeStaging, removeStaging, syncFolder } from './staging.ts';

const stagingPrefix = '.cardea-restore-';

export interface WrittenSettings {
  readonly files: readonly string[];
  readonly folders: readonly string[];
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
      from: join(staging, name),
      to: path === configPlace ? config : resolve(folder, path),
    }));
    const missing = files.filter(({ from, to }) => !isThere(from, to));
    const folders: string[] = [];
    for (const { from, to } of missing) {
      const made = mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
      if (made !== undefined) folders.push(made);
      chmodSync(from, 0o600);
      renameSync(from, to);
      syncFolder(dirname(to));
    }
    return { files: missing.map(({ to }) => to), folders };
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
