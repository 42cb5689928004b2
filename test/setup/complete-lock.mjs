// Completes package-lock.json: `node test/setup/complete-lock.mjs [FOLDER]`, after every `npm install` that changed it and
// before it is committed. Two things that npm 11 writes down wrongly, and that its own `npm ci` then refuses or gets wrong:
// - A registry that lacks the binaries of other platforms makes npm leave their entries out, although the packages that
//   want them still name them as optional: each is added, with what its name says of os, cpu and libc.
// - A package that package.json names as optional may land among the root's plain dependencies: it is moved back, and what
//   only optional packages need is marked as optional, so that it may fail to install.
// Running it again changes nothing. What it did is printed, one line each; it touches no network.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = 'arm arm64 ia32 loong64 mips64el ppc64 ppc64le riscv64 s390x wasm32 x64'.split(' ');
const libraries = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' };
const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

const folder = process.argv[2] ?? '.';
const file = join(folder, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const lines = [...moveOptional(lock.packages, manifest), ...addBinaries(lock.packages)];
lock.packages = sorted(lock.packages);
if (lines.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
for (const line of lines.length > 0 ? lines : ['nothing is missing']) console.log(line);

/** @returns what was moved, in words */
function moveOptional(packages, { optionalDependencies = {} }) {
  const root = packages[''];
  const moved = Object.keys(optionalDependencies).filter((name) => root.dependencies?.[name] !== undefined);
  if (moved.length === 0) return [];
  for (const name of moved) {
    root.optionalDependencies = sorted({ ...root.optionalDependencies, [name]: root.dependencies[name] });
    delete root.dependencies[name];
  }
  const required = reached(packages, [...Object.keys(root.dependencies), ...Object.keys(root.devDependencies ?? {})]);
  for (const path of reached(packages, moved)) if (!required.has(path)) packages[path].optional = true;
  return moved.map((name) => `${name}: an optional dependency again`);
}

/** The paths of all that these dependencies of the root cannot do without. */
function reached(packages, names) {
  const paths = new Set();
  const visit = (from, name) => {
    const path = placeOf(packages, from, name);
    if (path === null || paths.has(path)) return;
    paths.add(path);
    for (const next of Object.keys(packages[path].dependencies ?? {})) visit(path, next);
  };
  for (const name of names) visit('', name);
  return paths;
}

/** @returns what was added, in words */
function addBinaries(packages) {
  const lines = [];
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(path === '' ? {} : optionalDependencies)) {
      if (placeOf(packages, path, name) !== null) continue;
      if (!exact.test(version)) {
        lines.push(`${name}: left out, for ${path} names no exact version of it (${version})`);
        continue;
      }
      const entry = { version, ...sorted({ ...platformOf(name), ...(dev === true ? { dev } : {}), optional: true }) };
      packages[`node_modules/${name}`] = entry;
      lines.push(`${name}@${version}: added ${JSON.stringify(entry)}`);
    }
  }
  return lines;
}

/** Where Node finds the package from there: the nearest folder upwards that has it; null: nowhere. */
function placeOf(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(at.lastIndexOf('/node_modules/'), 0))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (at === '') return null;
  }
}

/** What a package of one platform says of it in its name, as `@rollup/rollup-linux-arm64-musl`. */
function platformOf(name) {
  const words = name.split('/').at(-1).split('-');
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  const libc = os === 'linux' ? libraries[words.find((word) => Object.hasOwn(libraries, word))] : undefined;
  return {
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(os === undefined ? {} : { os: [os] }),
    ...(libc === undefined ? {} : { libc: [libc] }),
  };
}

/** As npm sorts a lock, so that only what changed differs. */
function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => a.localeCompare(b, 'en')));
}
