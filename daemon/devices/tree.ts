// What the kernel and the system say of themselves in files, below a root: `/`, or a made-up folder. What is missing, gone
// meanwhile or not to be read is absent, never an exception; every read has a bound.

import { accessSync, constants, readdirSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { FileError } from '../../config/problem.ts';
import { readBytes } from '../../config/source/read-file.ts';

/** A longer file is as good as absent: none of those that are read here comes near it. */
const maxBytes = 4 * 1024 * 1024;

export type Access = 'yes' | 'missing' | 'denied';

export class Tree {
  readonly root: string;

  /** @throws Error where there is no such folder. */
  constructor(root = '/') {
    this.root = realpathSync(root);
  }

  /** Where this process finds a path of the tree; a path that lies below the root already is taken as it is. */
  at(path: string): string {
    const whole = resolve('/', path);
    if (this.root === '/' || whole === this.root || whole.startsWith(`${this.root}/`)) return whole;
    return join(this.root, whole);
  }

  /** The path inside the tree, links followed; null where they lead nowhere. */
  real(path: string): string | null {
    const found = attempt(() => realpathSync(this.at(path)));
    if (found === null || this.root === '/') return found;
    return found.startsWith(`${this.root}/`) ? `/${relative(this.root, found)}` : found;
  }

  /** What a link says, as it is written; null where there is no link. */
  link(path: string): string | null {
    return attempt(() => readlinkSync(this.at(path)));
  }

  /** The names in a folder, in order. */
  names(path: string): string[] {
    return attempt(() => readdirSync(this.at(path)))?.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })) ?? [];
  }

  /** A file's text as it is; null where it cannot be read. */
  text(path: string): string | null {
    try {
      return readBytes(this.at(path), maxBytes).toString('utf8');
    } catch (error) {
      if (error instanceof FileError) return null;
      throw error;
    }
  }

  /** The one line that a file of sysfs holds, trimmed; null where there is none. */
  line(path: string): string | null {
    const text = this.text(path)?.trim();
    return text === undefined || text === '' ? null : text;
  }

  /** Links followed. */
  status(path: string): Stats | null {
    return attempt(() => statSync(this.at(path)));
  }

  exists(path: string): boolean {
    return this.status(path) !== null;
  }

  /** Whether this process may do it. */
  access(path: string, wanted: 'read' | 'read-write' | 'run'): Access {
    const { R_OK, W_OK, X_OK } = constants;
    const mode = { read: R_OK, 'read-write': R_OK | W_OK, run: X_OK }[wanted];
    try {
      accessSync(this.at(path), mode);
      return 'yes';
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'denied';
    }
  }
}

/** Null for whatever the file system refuses. */
function attempt<Value>(ask: () => Value): Value | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
