// Whether packages that are optional are there and were compiled; where not, the exact command that adds them. Nothing of
// them is loaded here.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DriverError } from './driver-error.ts';

export interface OptionalPackage {
  readonly name: string;
  /** What is compiled for it, if anything: by which package (itself, or one below it), into which file beside its main one. */
  readonly compiled: { readonly by: string; readonly file: string } | null;
}

export interface OptionalDriver {
  /** As the config names it. */
  readonly name: string;
  readonly packages: readonly OptionalPackage[];
  /** Debian's packages that compiling needs beside a compiler. */
  readonly libraries: readonly string[];
}

/**
 * @param where names the part of the config that wants them, as `lock of front-door`; in the error.
 * @param from a file of this package: they are looked for as that file would import them.
 * @throws DriverError `driver-missing`
 */
export function requirePackages(where: string, driver: OptionalDriver, from: string = import.meta.url): void {
  for (const { name, compiled } of driver.packages) {
    const lacks = (what: string, command: string): DriverError => missing(where, driver, `${name} ${what}`, command);
    const main = resolved(from, name);
    const by = main === null || compiled === null || compiled.by === name ? main : resolved(main, compiled.by);
    if (by === null) throw lacks('is not installed', `${npm()} --no-save ${wanted(name)}`);
    if (compiled !== null && !existsSync(join(dirname(by), compiled.file))) {
      throw lacks('is installed but was not compiled', `npm rebuild ${compiled.by}`);
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

function missing(where: string, { name, libraries }: OptionalDriver, what: string, command: string): DriverError {
  const build = ['sudo apt-get install', ...libraries, 'g++ make python3'].join(' ');
  const message = `${where}: the driver ${name} lacks a package: ${what}; run: ${build} && cd ${home()} && ${command}`;
  return new DriverError('driver-missing', message);
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
