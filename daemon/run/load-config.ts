// A config that this program can run, or every reason why not.

import { unbuiltDrivers } from '../../config/controller/built-drivers.ts';
import { loadControllerConfig } from '../../config/load.ts';
import { formatLogged } from '../../config/problem.ts';
import type { ControllerConfig } from '../../config/types.ts';
import type { Log } from '../log.ts';
import { RunError } from './error.ts';

export interface RunnableConfig extends ControllerConfig {
  readonly dataDir: string;
}

/** Logs warnings. @throws FileError, RunError `config` */
export function loadRunnable(file: string, log: Log): RunnableConfig {
  const { config, warnings } = loadControllerConfig(file);
  const unbuilt = unbuiltDrivers(config);
  if (unbuilt.length > 0) throw new RunError('config', `${file}: ${unbuilt.join('; ')}`);
  for (const warning of warnings) log('warn', formatLogged(warning));
  const { dataDir } = config;
  if (dataDir === null) throw new RunError('config', `${file}: dataDir is missing: name a folder for the journal`);
  return { ...config, dataDir };
}

/** @throws RunError `needs-restart` where the new config changes what a running daemon stands on. */
export function checkReloadable(old: RunnableConfig, next: RunnableConfig): void {
  const fixed = ['site', 'controller', 'dataDir', 'socketGroup'] as const;
  const changed = fixed.filter((key) => old[key] !== next[key]);
  if (changed.length === 0) return;
  throw new RunError('needs-restart', `${changed.join(', ')} changed: that needs a restart`);
}
