// A bundle of this tree and the systems that the real installer puts it into: folders that look like the root of a machine.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export const systemdFolder = join(root, 'systemd');

export interface Installed {
  readonly status: number | null;
  readonly said: string;
}

export class Staging {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardea-install-'));
  readonly bundle: string;

  constructor() {
    const args = [join(systemdFolder, 'bundle.mjs'), '--built', '--out', this.folder];
    this.bundle = execFileSync(execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  }

  /** An empty machine. */
  system(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path);
    return path;
  }

  install(...args: readonly string[]): Installed {
    const { status, stdout, stderr } = spawnSync('sh', [join(systemdFolder, 'install.sh'), ...args], {
      encoding: 'utf8',
    });
    return { status, said: `${stdout}${stderr}` };
  }

  /** The same bundle with something changed in it, not compressed. @param change is given the unpacked folder. */
  variant(name: string, change: (folder: string) => void): string {
    const folder = this.system(`variant-${name}`);
    execFileSync('tar', ['-xzf', this.bundle, '-C', folder]);
    change(join(folder, 'package'));
    const file = join(this.folder, `${name}.tar`);
    execFileSync('tar', ['-cf', file, '-C', folder, 'package']);
    return file;
  }
}

/** Writes values into a JSON file. */
export function edit(file: string, values: Readonly<Record<string, string>>): void {
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...values }));
}
