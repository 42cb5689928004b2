// Kernel modules: loaded, there to be loaded, or kept from it.

import type { Tree } from '../devices/tree.ts';

export interface ModuleFact {
  readonly name: string;
  readonly loaded: boolean;
  /** Whether the running kernel has it on disk. */
  readonly available: boolean;
  /** By a line of modprobe.d, or on the kernel's command line. */
  readonly blacklisted: boolean;
}

const folders = ['/etc/modprobe.d', '/run/modprobe.d', '/usr/lib/modprobe.d', '/lib/modprobe.d'];

export function moduleFact(tree: Tree, name: string): ModuleFact {
  const release = tree.line('/proc/sys/kernel/osrelease') ?? '';
  // The kernel takes `-` and `_` in a module's name for the same.
  const spelled = name.replaceAll('_', '[_-]');
  const lists = folders.flatMap((folder) =>
    tree.names(folder).flatMap((file) => (file.endsWith('.conf') ? [tree.text(`${folder}/${file}`) ?? ''] : [])),
  );
  const line = new RegExp(`^\\s*(blacklist\\s+${spelled}|install\\s+${spelled}\\s+/\\S*(false|true))\\s*$`, 'm');
  const argument = new RegExp(`(^|\\s)(module_blacklist|modprobe\\.blacklist)=(\\S*,)?${spelled}(,|\\s|$)`);
  return {
    name,
    loaded: new RegExp(`^${name} `, 'm').test(tree.text('/proc/modules') ?? ''),
    available: new RegExp(`/${spelled}\\.ko[.a-z]*:`).test(tree.text(`/lib/modules/${release}/modules.dep`) ?? ''),
    blacklisted: lists.some((text) => line.test(text)) || argument.test(tree.text('/proc/cmdline') ?? ''),
  };
}
