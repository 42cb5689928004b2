// A controller's config and the key files that it names, for a backup that is to be a whole controller. They are secrets:
// they are in a backup only where that was asked for.

import { existsSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { loadControllerConfig } from '../../config/load.ts';

export interface SettingFile {
  /** In the backup. */
  readonly name: string;
  readonly path: string;
  /** Relative to the config's folder where it lies below it, else absolute. The config's own place is empty. */
  readonly place: string;
}

/** What stands for the config itself in the list of settings. */
export const configPlace = '.';

/** The config first. @throws FileError */
export function settingFiles(configFile: string): SettingFile[] {
  const { config } = loadControllerConfig(configFile);
  const { credentialKeyFile, upstream, readers } = config;
  const named = [
    credentialKeyFile,
    ...(upstream === null
      ? []
      : [
          upstream.caFile,
          upstream.certFile,
          upstream.keyFile,
          upstream.passwordFile,
          upstream.signingKeyFile,
          `${upstream.signingKeyFile}.pub`,
          ...upstream.officeKeys,
        ]),
    ...readers.map((reader) => ('secureChannelKeyFile' in reader ? reader.secureChannelKeyFile : null)),
  ].filter((path) => path !== null && existsSync(path));
  const folder = dirname(resolve(configFile));
  const files = [...new Set(named)].filter((path) => path !== null);
  return [
    { name: 'settings-0', path: configFile, place: configPlace },
    ...files.map((path, index) => ({ name: `settings-${index + 1}`, path, place: placeOf(path, folder) })),
  ];
}

function placeOf(path: string, folder: string): string {
  const below = relative(folder, path);
  return below.startsWith('..') || isAbsolute(below) ? path : below;
}
