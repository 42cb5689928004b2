// The GPIO chips of this machine by label, from what sysfs and the device tree say. Chips are found by label, never by
// number: numbers differ between boards and kernels.

import { dirname } from 'node:path';
import type { Access, Tree } from './tree.ts';

export interface GpioChip {
  /** The kernel's name, as `gpiochip0`. */
  readonly name: string;
  /** Null where neither the sysfs class nor a device tree that we know tells it. */
  readonly label: string | null;
  /** How many lines; null where nothing tells without opening the chip. */
  readonly lines: number | null;
  /** The lines' names in the device tree, by their numbers; empty where it names none. */
  readonly lineNames: readonly string[];
  /** Lines that somebody holds through the old sysfs interface. */
  readonly exported: readonly number[];
  /** Whether this process may open its character device. */
  readonly access: Access;
  /** Whether these are the pins of a Raspberry Pi's header. */
  readonly header: boolean;
}

/** Labels of the chips whose lines are on a Pi's header, by the `compatible` of their node. */
const headerLabels: Readonly<Record<string, string>> = {
  'brcm,bcm2835-gpio': 'pinctrl-bcm2835',
  'brcm,bcm2711-gpio': 'pinctrl-bcm2711',
  'raspberrypi,rp1-gpio': 'pinctrl-rp1',
};

interface ClassEntry {
  readonly device: string;
  readonly label: string | null;
  readonly base: number;
  readonly lines: number;
}

export function gpioChips(tree: Tree): GpioChip[] {
  const inSys = tree.names('/sys/bus/gpio/devices');
  // A link is a second name, as Raspberry Pi OS makes for old programs.
  const inDev = tree.names('/dev').filter((name) => /^gpiochip\d+$/.test(name) && tree.link(`/dev/${name}`) === null);
  const entries = classEntries(tree);
  const exported = exportedNumbers(tree);
  return [...new Set([...inSys, ...inDev])].map((name) => {
    const place = tree.real(`/sys/bus/gpio/devices/${name}`);
    const old = place === null ? null : entryOf(entries, place);
    const lineNames = place === null ? [] : nodeTexts(tree, place, 'gpio-line-names');
    const compatible = place === null ? [] : nodeTexts(tree, place, 'compatible');
    const known = compatible.flatMap((word) => (Object.hasOwn(headerLabels, word) ? [headerLabels[word]] : []))[0];
    const label = old?.label ?? known ?? null;
    return {
      name,
      label,
      lines: old?.lines ?? (lineNames.length > 0 ? lineNames.length : null),
      lineNames,
      exported: old === null ? [] : exported.map((n) => n - old.base).filter((n) => n >= 0 && n < old.lines),
      access: tree.access(`/dev/${name}`, 'read-write'),
      header: label !== null && Object.values(headerLabels).includes(label),
    };
  });
}

/** The sysfs class, where the kernel still has it: one entry a chip, named by its first number. */
function classEntries(tree: Tree): ClassEntry[] {
  return tree.names('/sys/class/gpio').flatMap((name) => {
    const folder = `/sys/class/gpio/${name}`;
    const device = tree.real(`${folder}/device`);
    const [base, lines] = [Number(tree.line(`${folder}/base`) ?? Number.NaN), Number(tree.line(`${folder}/ngpio`))];
    if (device === null || !/^gpiochip\d+$/.test(name) || !Number.isInteger(base)) return [];
    return [{ device, label: tree.line(`${folder}/label`), base, lines }];
  });
}

/** The entry's device is the chip's parent, or the chip itself; one device with several chips does not tell which is which. */
function entryOf(entries: readonly ClassEntry[], place: string): ClassEntry | null {
  const own = entries.filter(({ device }) => device === place);
  const fitting = own.length > 0 ? own : entries.filter(({ device }) => device === dirname(place));
  const [only] = fitting;
  return fitting.length === 1 && only !== undefined ? only : null;
}

function exportedNumbers(tree: Tree): number[] {
  return tree.names('/sys/class/gpio').flatMap((name) => {
    const number = /^gpio(\d+)$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

/** A list of texts in the device tree, each ended by a zero byte; of the chip's node, or of its parent's. */
function nodeTexts(tree: Tree, place: string, property: string): string[] {
  const text = tree.text(`${place}/of_node/${property}`) ?? tree.text(`${dirname(place)}/of_node/${property}`);
  return text === null ? [] : text.replace(/\0$/, '').split('\0');
}
