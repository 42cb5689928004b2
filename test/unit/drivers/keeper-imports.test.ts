import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Every module that the one at `url` brings in at run time, with itself. */
function reached(url: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(url.href)) return seen;
  seen.add(url.href);
  const text = readFileSync(fileURLToPath(url), 'utf8');
  for (const [, type, from = ''] of text.matchAll(/^import (type )?[^;]*?'([^']+)';$/gm)) {
    if (type !== undefined) continue;
    if (from.startsWith('.')) reached(new URL(from, url), seen);
    else seen.add(from);
  }
  return seen;
}

describe('the keeper process', () => {
  it('brings in nothing but its own few files and the file system, until it is given a real line', () => {
    const root = new URL('../../../drivers/', import.meta.url);
    const modules = [...reached(new URL('keeper/keeper-main.ts', root))].map((one) => one.replace(root.href, ''));
    expect(modules.sort()).toEqual([
      'keeper/file-line.ts',
      'keeper/keeper-clock.ts',
      'keeper/keeper-core.ts',
      'keeper/keeper-main.ts',
      'keeper/messages.ts',
      'keeper/open-line.ts',
      'node:fs',
      'port.ts',
    ]);
  });
});
