// The USB device that a device of the kernel hangs on, in the words of its maker, or in ours where it has none.

import { dirname } from 'node:path';
import type { Tree } from './tree.ts';

export interface UsbDevice {
  /** Four hexadecimal digits each, lower case. */
  readonly vendorId: string;
  readonly productId: string;
  readonly words: string;
  readonly serialNumber: string | null;
}

/** Chips that stay silent about themselves, or say only "USB Serial". */
const known: Readonly<Record<string, string>> = {
  '0403:6001': 'FTDI FT232R serial converter',
  '0403:6015': 'FTDI FT-X serial converter',
  '067b:2303': 'Prolific PL2303 serial converter',
  '10c4:ea60': 'Silicon Labs CP210x serial converter',
  '1a86:55d3': 'QinHeng CH343 serial converter',
  '1a86:55d4': 'QinHeng CH9102 serial converter',
  '1a86:7523': 'QinHeng CH340 serial converter',
  '072f:2200': 'ACS ACR122U contactless reader',
};

/** Looks upwards from a device's real path in sysfs; null where none of its parents is a USB device. */
export function usbDeviceOf(tree: Tree, device: string): UsbDevice | null {
  for (let folder = device; folder.length > 1; folder = dirname(folder)) {
    const [vendorId, productId] = [tree.line(`${folder}/idVendor`), tree.line(`${folder}/idProduct`)];
    if (vendorId === null || productId === null) continue;
    const said = [tree.line(`${folder}/manufacturer`), tree.line(`${folder}/product`)];
    return {
      vendorId,
      productId,
      words: words(said, `${vendorId}:${productId}`),
      serialNumber: tree.line(`${folder}/serial`),
    };
  }
  return null;
}

function words([maker, product]: readonly (string | null | undefined)[], ids: string): string {
  const bare = product == null || /^usb[\s\d.-]*serial$/i.test(product);
  const ours = Object.hasOwn(known, ids) ? known[ids] : undefined;
  if (bare && ours !== undefined) return ours;
  const parts = [maker, product].filter((part) => part != null);
  // Many makers begin their product's name with their own.
  const [first, second] = parts;
  if (first != null && second?.toLowerCase().startsWith(first.toLowerCase()) === true) return second;
  return parts.length === 0 ? 'a USB device without a name' : parts.join(' ');
}
