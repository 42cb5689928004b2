// test/setup/complete-lock.mjs on a small lock, as npm 11 leaves one behind.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../setup/complete-lock.mjs', import.meta.url));
const manifest = {
  dependencies: { tool: '^1.0.0' },
  optionalDependencies: { card: '^2.0.0' },
  devDependencies: { bundler: '^4.0.0' },
};
const lock = {
  name: 'site',
  lockfileVersion: 3,
  packages: {
    '': { dependencies: { card: '^2.0.0', tool: '^1.0.0' }, devDependencies: manifest.devDependencies },
    'node_modules/bundler': {
      version: '4.0.0',
      dev: true,
      optionalDependencies: {
        '@bundler/bundler-linux-arm-gnueabihf': '4.0.0',
        '@bundler/bundler-linux-x64-gnu': '4.0.0',
        '@bundler/bundler-openharmony-arm64': '4.0.0',
        fsevents: '~2.3.2',
      },
    },
    'node_modules/@bundler/bundler-linux-x64-gnu': { version: '4.0.0', dev: true, optional: true },
    'node_modules/card': { version: '2.0.0', dependencies: { reader: '1.0.0', shared: '1.0.0' } },
    'node_modules/card/node_modules/reader': {
      version: '1.0.0',
      optionalDependencies: { 'reader-win32-x64': '1.0.0' },
    },
    'node_modules/shared': { version: '1.0.0' },
    'node_modules/tool': { version: '1.0.0', dependencies: { shared: '1.0.0' } },
  },
};

let folder: string;

function complete(): { lines: string[]; packages: Record<string, Record<string, unknown>>; text: string } {
  const run = spawnSync(execPath, [program, folder], { encoding: 'utf8' });
  expect([run.status, run.stderr]).toEqual([0, '']);
  const text = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  return { lines: run.stdout.trimEnd().split('\n'), packages: JSON.parse(text).packages, text };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-lock-'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
});

afterEach(() => rmSync(folder, { recursive: true }));

it('adds the binaries that other platforms take, with what their names say', () => {
  const { packages, lines } = complete();
  const optional = { version: '4.0.0', dev: true, optional: true };
  expect(packages['node_modules/@bundler/bundler-linux-arm-gnueabihf']).toEqual({
    ...optional,
    os: ['linux'],
    cpu: ['arm'],
    libc: ['glibc'],
  });
  expect(packages['node_modules/@bundler/bundler-openharmony-arm64']).toEqual({
    ...optional,
    os: ['openharmony'],
    cpu: ['arm64'],
  });
  expect(packages['node_modules/reader-win32-x64']).toEqual({
    version: '1.0.0',
    optional: true,
    os: ['win32'],
    cpu: ['x64'],
  });
  expect(packages['node_modules/@bundler/bundler-linux-x64-gnu']).toEqual({ ...optional });
  expect(packages['node_modules/fsevents']).toBeUndefined();
  expect(lines).toContain('fsevents: left out, for node_modules/bundler names no exact version of it (~2.3.2)');
});

it('moves an optional package of the root back, with all that only it needs', () => {
  const { packages } = complete();
  expect(packages['']).toEqual({
    dependencies: { tool: '^1.0.0' },
    optionalDependencies: { card: '^2.0.0' },
    devDependencies: manifest.devDependencies,
  });
  const optional = Object.keys(packages).filter((path) => packages[path]?.optional === true && !path.includes('-'));
  expect(optional).toEqual(['node_modules/card', 'node_modules/card/node_modules/reader']);
});

it('changes nothing the second time', () => {
  const first = complete();
  const second = complete();
  expect(second.text).toBe(first.text);
  expect(second.lines).toEqual(['fsevents: left out, for node_modules/bundler names no exact version of it (~2.3.2)']);
});
