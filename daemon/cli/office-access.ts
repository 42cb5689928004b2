// How the office's commands come to its config and its store.

import { loadOfficeConfig } from '../../config/load.ts';
import type { OfficeConfig } from '../../config/types.ts';
import { type OfficeStore, openOfficeStore } from '../../sync/office/store/open.ts';
import type { Io } from './io.ts';
import { find } from './where.ts';

export interface OfficeOptions {
  readonly config?: string;
}

/** What every command of the office says of `--config`. */
export const configOption = [
  '--config <file>',
  "the office's config (default: /etc/cardea/office.yaml, else that of a running demo)",
] as const;

/** @throws FileError, CliError `not-found` */
export function officeConfigOf(options: OfficeOptions, io: Io): OfficeConfig {
  return loadOfficeConfig(find('officeConfig', options.config, io.places)).config;
}

/** Opens the store for as long as `work` runs. @throws FileError, CliError, OfficeError */
export async function withStore<T>(
  options: OfficeOptions,
  mode: 'read' | 'write',
  io: Io,
  work: (store: OfficeStore) => T | Promise<T>,
): Promise<T> {
  const { site, store: where } = officeConfigOf(options, io);
  const store = openOfficeStore(where.path, { site, mode });
  try {
    return await work(store);
  } finally {
    store.close();
  }
}
