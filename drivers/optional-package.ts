// Whether packages that are optional are there and were compiled; where not, the exact command that adds them. Nothing of
// them is loaded here.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DriverError } from './driver-error.ts';

export interface OptionalPackage {
  readonly name: string;
  /** What compiling makes of it, from the folder of its main file; null where nothing is compiled. */
  readonly compiled: string | null;
}

/**
 * @param where names the part of the config that wants them, as `lock of front-door`; in the error.
 * @param driver as the config names it.
 * @param from a file of this package: they are looked for as that file would import them.
 * @throws DriverError `driver-missing`
 */
export function requirePackages(
  where: string,
  driver: string,
  packages: readonly OptionalPackage[],
  from: string = import.meta.url,
): void {
  for (const { name, compiled } of packages) {
    const main = resolved(from, name);
    if (main === null) throw missing(where, driver, `${name} is not installed`, `${npm()} --no-save ${wanted(name)}`);
    if (compiled !== null && !existsSync(join(dirname(main), compiled))) {
      throw missing(where, driver, `${name} is installed but was not compiled`, `npm rebuild ${name}`);
    }
  }
}

function resolved(from: string, name: string): string | null {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return null;
  }
}

function missing(where: string, driver: string, what: string, command: string): DriverError {
  const run = `sudo apt-get install g++ make python3 && cd ${home()} && ${command}`;
  return new DriverError('driver-missing', `${where}: the driver ${driver} lacks a package: ${what}; run: ${run}`);
}

/** This package's folder: above in the source tree, two above in the build. */
function packageFolder(): string {
  const up = import.meta.url.endsWith('.ts') ? '..' : '../..';
  return fileURLToPath(new URL(up, import.meta.url));
}

/** Where npm is to be run: in the clone, or in the folder into which this package was installed. */
function home(): string {
  return packageFolder().split('/node_modules/')[0] ?? packageFolder();
}

/** In a clone, which has the lock file, as its user; where it was installed as root, and without what only builds need. */
function npm(): string {
  return existsSync(join(home(), 'package-lock.json')) ? 'npm install' : 'sudo npm install --omit=dev';
}

/** `NAME@VERSION`: the least version that package.json takes, which is the one that the lock file names. */
function wanted(name: string): string {
  const text = readFileSync(join(packageFolder(), 'package.json'), 'utf8');
  const { optionalDependencies } = JSON.parse(text) as { optionalDependencies?: Record<string, string> };
  const range = optionalDependencies?.[name] ?? 'latest';
  return `${name}@${range.replace(/^[\^~]/, '')}`;
}
