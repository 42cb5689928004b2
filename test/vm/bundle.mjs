// What the installer is given: the checkout as a bundle, and two that only claim to be later ones.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Bundles the checkout into `folder`; its path. */
export function makeBundle(folder) {
  const made = run(process.execPath, [join(root, 'systemd/bundle.mjs'), '--out', folder], root);
  return made.trim().split('\n').at(-1);
}

/** The same program with a higher version. @param broken it never becomes ready. @returns the path of the new bundle. */
export function laterBundle(bundle, version, broken) {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-vm-bundle-'));
  try {
    run('tar', ['-xzf', bundle, '-C', folder]);
    const inside = join(folder, 'package');
    for (const name of ['package.json', 'bundle.json']) {
      const file = join(inside, name);
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), version }, null, 2));
    }
    if (broken) {
      const never = "export async function runController() {\n  throw new Error('broken on purpose');\n}\n";
      writeFileSync(join(inside, 'dist/daemon/run.js'), never);
    }
    const file = join(bundle, '..', basename(bundle).replace(/-\d+\.\d+\.\d+[^-]*-/, `-${version}-`));
    run('tar', ['-czf', file, '-C', folder, 'package']);
    return file;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command, args, cwd = '/') {
  return execFileSync('nice', ['-n', '19', command, ...args], { cwd, encoding: 'utf8' });
}
