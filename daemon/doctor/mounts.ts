// Which file system a path lies on, as /proc/mounts tells it.

import type { Tree } from '../devices/tree.ts';

export interface Mount {
  /** What is mounted, as `/dev/mmcblk0p2`. */
  readonly source: string;
  readonly at: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** The innermost mount above a path of the tree; null where /proc does not tell. */
export function mountOf(tree: Tree, path: string): Mount | null {
  let found: Mount | null = null;
  for (const line of (tree.text('/proc/mounts') ?? '').split('\n')) {
    const [source, at, type, options] = line.split(' ').map(readable);
    if (source === undefined || at === undefined || type === undefined || options === undefined) continue;
    const above = at === '/' || path === at || path.startsWith(`${at}/`);
    // Of two mounts at one place the later one is seen.
    if (above && (found === null || at.length >= found.at.length))
      found = { source, at, type, options: options.split(',') };
  }
  return found;
}

/** Blanks and the like stand as three octal digits (proc(5)). */
function readable(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
