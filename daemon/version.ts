// Which version this is: as the package says that this file belongs to, from the source tree as from the build.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { recordOf, textOf } from '../config/raw.ts';

export function readVersion(): string {
  for (const up of ['../package.json', '../../package.json']) {
    const file = fileURLToPath(new URL(up, import.meta.url));
    if (!existsSync(file)) continue;
    const { name, version } = recordOf(JSON.parse(readFileSync(file, 'utf8')));
    if (name === 'cardea') return textOf(version) ?? 'unknown';
  }
  return 'unknown';
}
