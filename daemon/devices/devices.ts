// What is plugged in, by kind. A kind that cannot be looked through says why, and never hides the others.

import { type GpioChip, gpioChips } from './gpio.ts';
import { type ListReaders, type PcscReader, pcscReaders } from './pcsc.ts';
import { type SerialPort, serialPorts } from './serial.ts';
import { gpioSnippet, pcscSnippet, type Snippet, serialSnippet } from './snippet.ts';
import type { Tree } from './tree.ts';

export interface Kind<Device> {
  readonly devices: readonly (Device & { readonly snippet: Snippet })[];
  /** Why this kind could not be looked through, and what to do; null where it was. */
  readonly problem: string | null;
}

export interface Devices {
  readonly serial: Kind<SerialPort>;
  readonly pcsc: Kind<PcscReader>;
  readonly gpio: Kind<GpioChip>;
}

export async function findDevices(tree: Tree, listReaders: ListReaders): Promise<Devices> {
  return {
    serial: await kind(() => serialPorts(tree), serialSnippet),
    pcsc: await kind(
      async () => pcscReaders(await listReaders()),
      ({ pattern }, number) => pcscSnippet(pattern, number),
    ),
    gpio: await kind(() => gpioChips(tree), gpioSnippet),
  };
}

async function kind<Device>(
  find: () => readonly Device[] | Promise<readonly Device[]>,
  snippet: (device: Device, number: number) => Snippet,
): Promise<Kind<Device>> {
  try {
    const found = await find();
    return { devices: found.map((device, at) => ({ ...device, snippet: snippet(device, at + 1) })), problem: null };
  } catch (error) {
    return { devices: [], problem: error instanceof Error ? error.message : String(error) };
  }
}
