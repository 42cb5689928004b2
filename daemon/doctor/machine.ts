// The machine that is examined: its files below a root, its programs, its time. Programs are those of the root, so a
// made-up machine brings its own.

import { execFile } from 'node:child_process';
import type { Clock } from '../../access/clock.ts';
import type { ListReaders } from '../devices/pcsc.ts';
import type { Tree } from '../devices/tree.ts';

export interface Machine {
  readonly tree: Tree;
  readonly clock: Clock;
  readonly nodeVersion: string;
  /** Names of the PC/SC readers. */
  readonly listReaders: ListReaders;
  /** @throws DriverError where the driver for PC/SC readers is not installed. */
  readonly requireNfc: () => void;
  /** @throws DriverError where a package of the driver for GPIO lines is not installed. */
  readonly requireGpio: () => void;
}

const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];
const answerMs = 5_000;
const maxOutputBytes = 1024 * 1024;

/** A program of the machine; null where it is not installed. */
export function programPath(tree: Tree, name: string): string | null {
  return folders.map((folder) => `${folder}/${name}`).find((path) => tree.access(path, 'run') === 'yes') ?? null;
}

/** What a program prints on stdout, trimmed; null where it is not installed, fails, or does not end within 5 s. */
export function output(tree: Tree, name: string, args: readonly string[]): Promise<string | null> {
  const program = programPath(tree, name);
  if (program === null) return Promise.resolve(null);
  const limits = { timeout: answerMs, maxBuffer: maxOutputBytes };
  return new Promise((resolve) => {
    execFile(tree.at(program), args, limits, (error, stdout) => resolve(error === null ? stdout.trim() : null));
  });
}
