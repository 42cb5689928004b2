// Where the controller of a config keeps what it must not lose.

import { loadControllerConfig } from '../../config/load.ts';
import type { ControllerConfig } from '../../config/types.ts';
import { BackupError } from './error.ts';

/** @throws FileError, BackupError */
export function dataDirOf(configFile: string): string {
  return placedConfig(configFile).dataDir;
}

/** A config that names its `dataDir`. @throws FileError, BackupError */
export function placedConfig(configFile: string): ControllerConfig & { readonly dataDir: string } {
  const { config } = loadControllerConfig(configFile);
  const { dataDir } = config;
  if (dataDir === null)
    throw new BackupError('storage', `${configFile}: dataDir is missing: name the journal's folder`);
  return { ...config, dataDir };
}
