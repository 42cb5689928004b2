// Files that cannot be read: one problem each, never another exception.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readText } from '../../../config/source/read-file.ts';
import { linesOf } from './support/problems.ts';

const folder = mkdtempSync(join(tmpdir(), 'cardea-read-'));
afterAll(() => rmSync(folder, { recursive: true }));

function said(name: string, maxBytes: number): string[] {
  return linesOf(() => {
    readText(resolve(folder, name), maxBytes);
    return { warnings: [] };
  });
}

describe('reading a file', () => {
  it('gives its text without the byte order mark', () => {
    writeFileSync(join(folder, 'bom'), '\uFEFFsite: é\n');
    expect(readText(join(folder, 'bom'), 100)).toBe('site: é\n');
  });

  it('reads what has no size', () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    execFileSync('sh', ['-c', `printf 'site: a' > '${join(folder, 'pipe')}' &`], { stdio: 'ignore' });
    expect(readText(join(folder, 'pipe'), 100)).toBe('site: a');
  });

  it('refuses what it cannot read', () => {
    writeFileSync(join(folder, 'long'), 'x'.repeat(101));
    writeFileSync(join(folder, 'latin'), Buffer.from('a: 1\nb: gr\xfcn\n', 'latin1'));
    expect(said('none', 100)).toEqual(['1:1: found no such file; allowed: the path of a file that is there']);
    expect(said('long/below', 100)).toEqual(['1:1: found no such file; allowed: the path of a file that is there']);
    expect(said('.', 100)).toEqual(['1:1: found a folder; allowed: a file']);
    expect(said('long', 100)).toEqual(['1:1: found more than 100 bytes; allowed: at most 100 bytes']);
    expect(said('long', 101)).toEqual([]);
    expect(said('latin', 100)).toEqual(['2:6: found bytes that are not UTF-8; allowed: UTF-8 text']);
    expect(said('x\0y', 100)).toEqual([
      '1:1: found a file that cannot be read (ERR_INVALID_ARG_VALUE); allowed: a readable file',
    ]);
  });

  it('refuses an endless one at its bound', () => {
    expect(said('/dev/zero', 1000)).toEqual(['1:1: found more than 1000 bytes; allowed: at most 1000 bytes']);
  });
});
