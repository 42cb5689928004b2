#!/usr/bin/env node
// Makes a bundle: the packed program with the packages that it needs, compiled for this kind of machine, so that
// systemd/install.sh needs neither npm nor a network. Run it in a clone after `npm ci`, on a machine like the ones that are to
// have it (same architecture, same Node): what is installed here, at the versions of package-lock.json, goes in.
//   node systemd/bundle.mjs [--out FOLDER] [--built]     --built: dist/ is up to date, do not build it

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../', import.meta.url));
/** What compiling left behind, and what was compiled from. */
const leavings = ['obj', 'obj.target', 'deps', '.deps', 'sqlite3.a', 'test_extension.node'];

try {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: '.' },
      built: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) console.log('node systemd/bundle.mjs [--out FOLDER] [--built]');
  else console.log(bundle(resolve(values.out), values.built));
} catch (error) {
  console.error(`bundle: ${error.message}`);
  process.exitCode = 1;
}

/** The path of the bundle that was made. */
function bundle(out, built) {
  const lock = join(root, 'package-lock.json');
  if (!existsSync(lock)) throw new Error(`${lock} is missing: run this in a clone, after npm ci`);
  if (!built) npm('run', 'build');
  const folder = mkdtempSync(join(tmpdir(), 'cardea-bundle-'));
  try {
    npm('pack', '--loglevel=error', '--ignore-scripts', '--pack-destination', folder);
    const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    execFileSync('tar', ['-xzf', join(folder, `${name}-${version}.tgz`), '-C', folder]);
    const inside = join(folder, 'package');
    if (!existsSync(join(inside, 'dist', 'daemon', 'cli', 'main.js')))
      throw new Error('dist/ is missing: run npm run build');
    for (const path of packagesOf(lock)) copyPackage(path, inside);
    const { platform, arch, versions } = process;
    const about = { name, version, platform, arch, nodeAbi: versions.modules, node: versions.node, libc: libc() };
    writeFileSync(join(inside, 'bundle.json'), `${JSON.stringify(about, null, 2)}\n`);
    mkdirSync(out, { recursive: true });
    const file = join(out, `${name}-${version}-${platform}-${arch}.tgz`);
    const owner = ['--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
    execFileSync('tar', ['-czf', file, ...owner, '-C', folder, 'package']);
    return file;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The packages of a running program, as the lock file names their folders; optional ones where they are installed. */
function packagesOf(lock) {
  const entries = Object.entries(JSON.parse(readFileSync(lock, 'utf8')).packages);
  return entries.flatMap(([path, { dev = false, devOptional = false, optional = false }]) => {
    if (path === '' || dev || devOptional) return [];
    if (existsSync(join(root, path))) return [path];
    if (optional) return [];
    throw new Error(`${path} is not installed: run npm ci`);
  });
}

function copyPackage(path, inside) {
  const from = join(root, path);
  cpSync(from, join(inside, path), {
    recursive: true,
    dereference: true,
    // Packages within it stand in the lock file by themselves.
    filter: (source) => source === from || (basename(source) !== 'node_modules' && !isLeft(source)),
  });
}

function isLeft(source) {
  const compiled = /\/(better-sqlite3|pcsclite|epoll|ioctl)\//.test(source);
  return (
    compiled && leavings.includes(basename(source)) && (statSync(source).isDirectory() || /\.(a|node)$/.test(source))
  );
}

function libc() {
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

function npm(...args) {
  execFileSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
