// The ports' contract, compiled for a machine that has neither TypeScript nor vitest, with what runs it there.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const cases = ['lock', 'input'].map((port) => join(root, `test/contract/${port}.contract.ts`));

/** Leaves the folder `contract` in `folder`. */
export function buildContract(folder) {
  const target = join(folder, 'contract');
  mkdirSync(target, { recursive: true });
  for (const name of ['main', 'descriptors', 'worlds', 'levels'])
    cpSync(join(here, `${name}.mjs`), join(target, `${name}.mjs`));
  // Beside the sources, so that types are found as they are found there.
  const settings = mkdtempSync(join(root, 'test/vm/contract/.build-'));
  try {
    const file = join(settings, 'tsconfig.json');
    const options = { noEmit: false, outDir: join(target, 'cases'), rootDir: root };
    writeFileSync(
      file,
      JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: options, files: cases, include: [] }),
    );
    execFileSync('nice', ['-n', '19', process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', file]);
  } finally {
    rmSync(settings, { recursive: true, force: true });
  }
  writeFileSync(join(target, 'package.json'), '{ "type": "module" }\n');
}
