// The folder in which a measurement writes: on a disk, or there is no measurement. Memory is durable for nobody.

import { mkdtempSync, readFileSync, realpathSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const memory = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
]);
const overlay = 0x794c7630;

/** @throws Error where `parent` is in memory */
export function diskFolder(parent) {
  const real = realpathSync(parent);
  refuseMemory(real);
  const mount = mountOf(real);
  if (statfsSync(real).type === overlay) {
    const upper = /(?:^|,)upperdir=([^,]+)/.exec(mount.options)?.[1];
    if (upper === undefined) throw new Error(`${real} is an overlay without a folder that is written: name another`);
    refuseMemory(upper);
  }
  const path = mkdtempSync(join(real, 'cardea-bench-'));
  return { path, where: `${path} on ${mount.source} (${mount.type})`, remove: () => remove(path) };
}

function refuseMemory(path) {
  const kind = memory.get(statfsSync(path).type);
  if (kind !== undefined) throw new Error(`${path} is in memory (${kind}), not on a disk: name another with --folder`);
}

function mountOf(path) {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [left, right] = line.split(' - ');
      const [type, source, options] = right.split(' ');
      return { point: left.split(' ')[4], type, source, options };
    });
  const around = mounts.filter(({ point }) => point === '/' || path === point || path.startsWith(`${point}/`));
  return around.reduce((best, mount) => (mount.point.length >= best.point.length ? mount : best));
}

function remove(path) {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}
