// The GPIO chips of the old sysfs interface: where each begins in the one row of numbers that all lines share there.

import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ambiguous, chipMissing } from './dev-chips.ts';
import { GpioError } from './gpio-error.ts';

export interface SysfsChip {
  readonly label: string;
  /** The number of its line 0. */
  readonly base: number;
  readonly lines: number;
  /** The device behind it, links followed; several chips may have one. Null where the kernel does not say. */
  readonly device: string | null;
}

/** @param root what `/` is. @throws GpioError `no-sysfs-gpio` */
export function sysfsChips(root = '/'): SysfsChip[] {
  const folder = join(root, 'sys/class/gpio');
  if (!existsSync(folder)) {
    const words = '/sys/class/gpio is not there: this kernel has no sysfs interface to GPIO; take backend: chardev';
    throw new GpioError('no-sysfs-gpio', words);
  }
  return readdirSync(folder).flatMap((name) => {
    const at = join(folder, name);
    const [base, lines] = [Number(line(at, 'base') ?? Number.NaN), Number(line(at, 'ngpio') ?? Number.NaN)];
    if (!/^gpiochip\d+$/.test(name) || !Number.isInteger(base) || !Number.isInteger(lines)) return [];
    return [{ label: line(at, 'label') ?? '', base, lines, device: real(join(at, 'device')) }];
  });
}

/**
 * The chip of that label, or else of the kernel's own name for it, as `gpiochip0`: the folders of the class are named by
 * numbers of lines instead.
 * @throws GpioError `chip-missing`, `chip-ambiguous`
 */
export function sysfsChip(chips: readonly SysfsChip[], wanted: string, root = '/'): SysfsChip {
  const labelled = chips.filter(({ label }) => label === wanted);
  const fitting = labelled.length > 0 ? labelled : chips.filter(({ device }) => isNamed(device, wanted, root));
  const [first] = fitting;
  if (first !== undefined && fitting.length === 1) return first;
  if (first !== undefined)
    throw ambiguous(
      wanted,
      fitting.map(({ base }) => `one from ${base} on`),
    );
  throw chipMissing(wanted, chips.map(sysfsWords));
}

export function sysfsWords({ label, base, lines }: SysfsChip): string {
  return `${label} (sysfs ${base} to ${base + lines - 1})`;
}

/** The device of the class is the chip itself, or what it hangs on. */
function isNamed(device: string | null, name: string, root: string): boolean {
  if (device === null || !/^gpiochip\d+$/.test(name)) return false;
  const place = real(join(root, 'sys/bus/gpio/devices', name));
  return place !== null && (device === place || device === dirname(place));
}

function line(folder: string, name: string): string | null {
  try {
    return readFileSync(join(folder, name), 'utf8').trim();
  } catch {
    return null;
  }
}

function real(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
