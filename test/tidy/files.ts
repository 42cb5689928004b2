// The source files of this repository, read once.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Scanned, scan } from './scan.ts';

export interface SourceFile extends Scanned {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly lines: number;
}

export const productRooms = ['access', 'config', 'db', 'drivers', 'sync', 'daemon'];

const root = fileURLToPath(new URL('../../', import.meta.url));

export function readSources(rooms: readonly string[]): SourceFile[] {
  return rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => sourceFile(`${room}/${name.replaceAll('\\', '/')}`, readFileSync(join(root, room, name), 'utf8'))),
  );
}

export function readRoot(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

export function sourceFile(path: string, text: string): SourceFile {
  return { path, lines: text.replace(/\n$/, '').split('\n').length, ...scan(text) };
}
