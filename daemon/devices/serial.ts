// The serial ports that really exist, each under the path that stays the same when it is plugged in again.

import { basename, dirname } from 'node:path';
import { consoleClaims } from './consoles.ts';
import type { Access, Tree } from './tree.ts';
import { type UsbDevice, usbDeviceOf } from './usb.ts';

export interface SerialPort {
  /** The kernel's name, as `ttyUSB0`; it may be another one tomorrow. */
  readonly name: string;
  /** What belongs into a config. */
  readonly path: string;
  /** How far that path can be relied on. */
  readonly pathKind: 'by-id' | 'by-path' | 'alias' | 'name';
  readonly words: string;
  readonly usb: UsbDevice | null;
  /** Whether this process may open it. */
  readonly access: Access;
  /** The file that gives the port to the system's console; null where none does. */
  readonly console: string | null;
}

interface Found {
  readonly name: string;
  /** The real path of the device in sysfs. */
  readonly device: string;
  readonly usb: UsbDevice | null;
}

export function serialPorts(tree: Tree): SerialPort[] {
  const found = tree.names('/sys/class/tty').flatMap((name): Found[] => {
    const device = tree.real(`/sys/class/tty/${name}/device`);
    if (device === null || !isReal(tree, name, device)) return [];
    return [{ name, device, usb: usbDeviceOf(tree, device) }];
  });
  const links = {
    'by-id': linksIn(tree, '/dev/serial/by-id'),
    'by-path': linksIn(tree, '/dev/serial/by-path'),
    alias: linksIn(tree, '/dev', /^serial\d$/),
  };
  const claims = consoleClaims(tree);
  return found.map(({ name, device, usb }) => {
    // Two devices without serial numbers have one name in by-id, which is now the one's and now the other's.
    const twins = found.filter((other) => usb !== null && sameId(other.usb, usb)).length > 1;
    const order = twins ? (['by-path'] as const) : (['by-id', 'by-path', 'alias'] as const);
    const pathKind = order.find((kind) => links[kind].has(name)) ?? 'name';
    const path = pathKind === 'name' ? `/dev/${name}` : (links[pathKind].get(name) ?? `/dev/${name}`);
    return {
      name,
      path,
      pathKind,
      words: usb === null ? boardWords(tree, device) : usbWords(usb),
      usb,
      access: tree.access(`/dev/${name}`, 'read-write'),
      console: claims.find(({ port }) => port === name)?.file ?? null,
    };
  });
}

/**
 * Terminals without hardware have no device. The kernel also makes a fixed number of ttyS ports of which most are not
 * there: their UART type is 0 (PORT_UNKNOWN in linux/serial_core.h), or they still hang on the placeholder's driver.
 */
function isReal(tree: Tree, name: string, device: string): boolean {
  const type = tree.line(`/sys/class/tty/${name}/type`);
  if (type !== null) return type !== '0';
  return !(name.startsWith('ttyS') && basename(tree.real(`${device}/driver`) ?? '') === 'serial8250');
}

/** For each port's name its link in a folder; where there are several, the first. */
function linksIn(tree: Tree, folder: string, named = /./): Map<string, string> {
  const links = new Map<string, string>();
  for (const entry of tree.names(folder)) {
    const target = named.test(entry) ? tree.link(`${folder}/${entry}`) : null;
    const name = target === null ? null : basename(target);
    if (name !== null && !links.has(name)) links.set(name, `${folder}/${entry}`);
  }
  return links;
}

function sameId(a: UsbDevice | null, b: UsbDevice): boolean {
  return a?.vendorId === b.vendorId && a.productId === b.productId && a.serialNumber === b.serialNumber;
}

function usbWords({ words, vendorId, productId, serialNumber }: UsbDevice): string {
  return `${words} (USB ${vendorId}:${productId}${serialNumber === null ? '' : `, serial number ${serialNumber}`})`;
}

/** Drivers of the kernel's own scaffolding say nothing about the hardware. */
const scaffolding = ['port', 'ctrl'];

function boardWords(tree: Tree, device: string): string {
  for (let folder = device; folder.length > 1; folder = dirname(folder)) {
    const driver = basename(tree.real(`${folder}/driver`) ?? '');
    if (driver !== '' && !scaffolding.includes(driver)) return `a port of the board (driver ${driver})`;
  }
  return 'a port of the board';
}
