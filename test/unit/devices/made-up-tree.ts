// A made-up machine: a real folder with files, links and programs where Linux has them. Imports nothing of what it is for.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

export class MadeUpTree {
  readonly root = mkdtempSync(join(tmpdir(), 'cardea-tree-'));

  path(path: string): string {
    return join(this.root, path);
  }

  file(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
    chmodSync(this.path(path), mode);
  }

  /** What a file of the tree holds. */
  text(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  folder(path: string, mode = 0o755): void {
    mkdirSync(this.path(path), { recursive: true });
    chmodSync(this.path(path), mode);
  }

  /** A link inside the tree, relative as those of sysfs and udev are. */
  link(path: string, to: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    symlinkSync(relative(dirname(this.path(path)), this.path(to)), this.path(path));
  }

  /** A link that says just this. */
  rawLink(path: string, to: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    symlinkSync(to, this.path(path));
  }

  /** A program of the made-up system: what it does, in the language of sh. */
  program(path: string, script: string): void {
    this.file(path, `#!/bin/sh\n${script}\n`, 0o755);
  }

  remove(path: string): void {
    rmSync(this.path(path), { recursive: true, force: true });
  }

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A USB serial converter as Linux shows it, by the name of its port. */
export function usbSerial(
  tree: MadeUpTree,
  name: string,
  usb: { ids: string; maker?: string; product?: string; serial?: string },
): void {
  const device = `/sys/devices/usb1/1-${name}`;
  const [vendor, product] = usb.ids.split(':');
  tree.file(`${device}/idVendor`, `${vendor}\n`);
  tree.file(`${device}/idProduct`, `${product}\n`);
  if (usb.maker !== undefined) tree.file(`${device}/manufacturer`, `${usb.maker}\n`);
  if (usb.product !== undefined) tree.file(`${device}/product`, `${usb.product}\n`);
  if (usb.serial !== undefined) tree.file(`${device}/serial`, `${usb.serial}\n`);
  tree.file(`${device}/1-1:1.0/${name}/tty/${name}/dev`, '188:0\n');
  tree.link(`${device}/1-1:1.0/${name}/tty/${name}/device`, `${device}/1-1:1.0/${name}`);
  tree.link(`/sys/class/tty/${name}`, `${device}/1-1:1.0/${name}/tty/${name}`);
  tree.file(`/dev/${name}`, '');
}

/** A port of the board: its UART type as sysfs tells it, or none, and its driver. */
export function boardSerial(tree: MadeUpTree, name: string, { type, driver }: { type?: string; driver: string }): void {
  const device = `/sys/devices/platform/${name}.serial`;
  if (type !== undefined) tree.file(`${device}/tty/${name}/type`, `${type}\n`);
  tree.link(`${device}/tty/${name}/device`, device);
  tree.folder(`/sys/bus/platform/drivers/${driver}`);
  tree.link(`${device}/driver`, `/sys/bus/platform/drivers/${driver}`);
  tree.link(`/sys/class/tty/${name}`, `${device}/tty/${name}`);
  tree.file(`/dev/${name}`, '');
}

/** A GPIO chip; the old sysfs class and the device tree say only what is given. */
export function gpioChip(
  tree: MadeUpTree,
  name: string,
  {
    old,
    node,
  }: { old?: { base: number; label: string; lines: number }; node?: { compatible: string; names?: string[] } },
): void {
  const parent = `/sys/devices/platform/soc/${name}.gpio`;
  tree.folder(`${parent}/${name}`);
  tree.link(`/sys/bus/gpio/devices/${name}`, `${parent}/${name}`);
  if (old !== undefined) {
    const entry = `${parent}/gpio/gpiochip${old.base}`;
    for (const [key, value] of [
      ['base', old.base],
      ['label', old.label],
      ['ngpio', old.lines],
    ])
      tree.file(`${entry}/${key}`, `${value}\n`);
    tree.link(`${entry}/device`, parent);
    tree.link(`/sys/class/gpio/gpiochip${old.base}`, entry);
  }
  if (node !== undefined) {
    tree.file(`/sys/firmware/node-${name}/compatible`, `${node.compatible}\0`);
    if (node.names !== undefined) tree.file(`/sys/firmware/node-${name}/gpio-line-names`, `${node.names.join('\0')}\0`);
    tree.link(`${parent}/${name}/of_node`, `/sys/firmware/node-${name}`);
  }
  tree.file(`/dev/${name}`, '');
}
