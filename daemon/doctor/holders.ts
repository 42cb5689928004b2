// Which processes have a device open, as /proc shows it: all of them to root, else only one's own.

import type { Tree } from '../devices/tree.ts';

export interface Holders {
  readonly processes: readonly { readonly pid: number; readonly command: string }[];
  /** Whether there were processes that could not be looked into. */
  readonly partly: boolean;
}

export function holdersOf(tree: Tree, path: string): Holders {
  const device = tree.real(path);
  const processes: { pid: number; command: string }[] = [];
  let partly = false;
  for (const pid of tree.names('/proc').filter((name) => /^\d+$/.test(name))) {
    const folder = `/proc/${pid}/fd`;
    if (tree.access(folder, 'read') === 'denied') partly = true;
    if (!tree.names(folder).some((fd) => tree.link(`${folder}/${fd}`) === device)) continue;
    const command = tree.text(`/proc/${pid}/cmdline`)?.split('\0').join(' ').trim() ?? '';
    processes.push({
      pid: Number(pid),
      command: command === '' ? (tree.line(`/proc/${pid}/comm`) ?? 'a process') : command.slice(0, 120),
    });
  }
  return { processes, partly };
}
