// Which serial ports the system keeps for its own console: bytes of a reader there would go to a login prompt.

import { basename } from 'node:path';
import type { Tree } from './tree.ts';

export interface ConsoleClaim {
  /** The kernel's name of the port, as `ttyAMA0`. */
  readonly port: string;
  /** The file that says so. */
  readonly file: string;
}

/** The running kernel's command line, then those that the firmware of a Pi gives to the next one. */
const files = ['/proc/cmdline', '/boot/firmware/cmdline.txt', '/boot/cmdline.txt'];

export function consoleClaims(tree: Tree): ConsoleClaim[] {
  return files.flatMap((file) => {
    const words = (tree.text(file) ?? '').split(/\s+/);
    return words.flatMap((word) => {
      const name = /^console=([^,]+)/.exec(word)?.[1];
      return name === undefined || /^tty\d*$/.test(name) ? [] : [{ port: portOf(tree, name), file }];
    });
  });
}

/** `serial0` and `serial1` are links that Raspberry Pi OS makes to whatever port it is. */
function portOf(tree: Tree, name: string): string {
  if (!/^serial\d$/.test(name)) return name;
  return basename(tree.link(`/dev/${name}`) ?? name);
}
