// nfc-pcsc for the tests: `npm ci` leaves it out, without a word, where the headers of its library were not there yet.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Adds it in the version of the lock file, which stays as it is. Gives back why it is not there; null: it is. */
export function provideNfc(root) {
  const addon = join(root, 'node_modules/@pokusew/pcsclite/build/Release/pcsclite.node');
  const isThere = () => existsSync(join(root, 'node_modules/nfc-pcsc/package.json')) && existsSync(addon);
  if (isThere()) return null;
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const wanted = `nfc-pcsc@${packages['node_modules/nfc-pcsc'].version}`;
  console.log(`adding ${wanted}, which npm ci left out`);
  const args = ['install', '--no-save', '--no-audit', '--no-fund', wanted];
  const { status } = spawnSync('npm', args, { cwd: root, stdio: 'inherit' });
  if (isThere()) return null;
  return `npm ${args.join(' ')} ended with ${status}, and nfc-pcsc is not there: it needs a C++ compiler, make and python3`;
}
