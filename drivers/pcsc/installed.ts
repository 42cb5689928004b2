// Whether nfc-pcsc, which is optional, is there and was compiled; where not, the exact command that adds it. Nothing of it
// is loaded here.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DriverError } from '../driver-error.ts';

const libraries = 'sudo apt-get install libpcsclite-dev g++ make python3';

/**
 * @param where names the part of the config that wants it, as `reader front`; in the error.
 * @param from a file of this package: it is looked for as that file would import it.
 * @throws DriverError `driver-missing`
 */
export function requireNfc(where: string, from: string = import.meta.url): void {
  const nfc = resolved(from, 'nfc-pcsc');
  const native = nfc === null ? null : resolved(nfc, '@pokusew/pcsclite');
  if (native === null) throw missing(where, 'nfc-pcsc is not installed', `${npm()} --no-save ${wanted()}`);
  if (!existsSync(join(dirname(native), '../build/Release/pcsclite.node'))) {
    throw missing(where, 'nfc-pcsc is installed but was not compiled', 'npm rebuild @pokusew/pcsclite');
  }
}

function resolved(from: string, name: string): string | null {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return null;
  }
}

function missing(where: string, what: string, command: string): DriverError {
  const message = `${where}: the driver pcsc needs nfc-pcsc: ${what}; run: ${libraries} && cd ${home()} && ${command}`;
  return new DriverError('driver-missing', message);
}

/** This package's folder: two above in the source tree, three above in the build. */
function packageFolder(): string {
  const up = import.meta.url.endsWith('.ts') ? '../..' : '../../..';
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

/** `nfc-pcsc@VERSION`: the least version that package.json takes, which is the one that the lock file names. */
function wanted(): string {
  const text = readFileSync(join(packageFolder(), 'package.json'), 'utf8');
  const { optionalDependencies } = JSON.parse(text) as { optionalDependencies?: Record<string, string> };
  const range = optionalDependencies?.['nfc-pcsc'] ?? 'latest';
  return `nfc-pcsc@${range.replace(/^[\^~]/, '')}`;
}
