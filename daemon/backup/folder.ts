// A folder of backups, one a night: each named by whose it is and when, the oldest removed once the newest is whole.

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Owner {
  readonly site: string;
  readonly controller: string;
}

interface Stamp {
  readonly name: string;
  readonly time: string;
  readonly number: number;
}

const suffix = '.tar.gz';

/** A name in `folder` that nothing has yet. @param timeMs UTC milliseconds. @throws what `node:fs` throws */
export function newName(folder: string, owner: Owner, timeMs: number): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const time = new Date(timeMs).toISOString().replace(/\.\d+|[-:]/g, '');
  const stem = join(folder, `${prefixOf(owner)}${time}`);
  let path = stem + suffix;
  for (let number = 2; existsSync(path); number++) path = `${stem}-${number}${suffix}`;
  return path;
}

/** Removes this controller's oldest, so that `keep` are left, `newest` among them. @returns the names that went */
export function prune(folder: string, owner: Owner, keep: number, newest: string): string[] {
  const others = stamps(folder, owner).filter(({ name }) => join(folder, name) !== newest);
  const old = others.slice(0, Math.max(others.length - (keep - 1), 0));
  for (const { name } of old) rmSync(join(folder, name));
  return old.map(({ name }) => name);
}

/** The oldest first. */
function stamps(folder: string, owner: Owner): Stamp[] {
  const prefix = prefixOf(owner);
  const found: Stamp[] = [];
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith(suffix)) continue;
    const [, time, number] = /^(\d{8}T\d{6}Z)(?:-(\d{1,9}))?$/.exec(name.slice(prefix.length, -suffix.length)) ?? [];
    if (time !== undefined) found.push({ name, time, number: Number(number ?? 1) });
  }
  return found.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.number - b.number));
}

/** No id holds a plus sign: no other controller's name begins like this. */
function prefixOf({ site, controller }: Owner): string {
  return `${site}+${controller}+`;
}
