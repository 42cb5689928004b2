// The GPIO chips that have a character device, by label. Labels tell chips apart, numbers do not: they differ between boards
// and kernels.

import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { denied } from './denied.ts';
import { GpioError, systemCode, systemWords } from './gpio-error.ts';
import { type Ioctl, loadIoctl } from './natives.ts';
import { type ChipInfo, chipInfoBytes, chipInfoRequest, readChipInfo } from './uapi.ts';

export interface DevChip extends ChipInfo {
  readonly path: string;
}

export interface DevChips {
  readonly chips: readonly DevChip[];
  /** Those that could not be asked. */
  readonly refused: readonly { readonly path: string; readonly error: unknown }[];
}

/** What a chip says of itself. @throws what the system says. */
export type AskChip = (path: string) => ChipInfo;

/** @param root what `/` is. @throws what the system says where it cannot say which there are */
export function devChips(ask: AskChip, root = '/'): DevChips {
  const chips: DevChip[] = [];
  const refused: { path: string; error: unknown }[] = [];
  for (const path of devices(join(root, 'dev'))) {
    try {
      chips.push({ ...ask(path), path });
    } catch (error) {
      // A chip that was pulled out meanwhile is not there.
      if (!['ENOENT', 'ENODEV', 'ENXIO'].includes(systemCode(error))) refused.push({ path, error });
    }
  }
  return { chips, refused };
}

/**
 * The chip of that label, or else of that name; null where none is called so.
 * @throws GpioError `chip-ambiguous`, and `no-permission` or `gpio-failed` where it may be one that cannot be asked.
 */
export function devChip({ chips, refused }: DevChips, wanted: string): DevChip | null {
  const labelled = chips.filter(({ label }) => label === wanted);
  const fitting = labelled.length > 0 ? labelled : chips.filter(({ name }) => name === wanted);
  const [first] = fitting;
  if (first !== undefined && fitting.length === 1) return first;
  if (first !== undefined)
    throw ambiguous(
      wanted,
      fitting.map(({ name }) => name),
    );
  const [unknown] = refused;
  if (unknown === undefined) return null;
  const { path, error } = unknown;
  if (['EACCES', 'EPERM'].includes(systemCode(error))) throw denied(`GPIO chip ${wanted}`, path, error);
  throw new GpioError('gpio-failed', `GPIO chip ${wanted}: ${path} cannot be asked: ${systemWords(error)}`);
}

export function ambiguous(wanted: string, names: readonly string[]): GpioError {
  const words = `several GPIO chips are called ${wanted}: ${names.join(', ')}; name one of these in the config`;
  return new GpioError('chip-ambiguous', words);
}

/** @param there labels and the like, as people know them. */
export function chipMissing(wanted: string, there: readonly string[]): GpioError {
  const words = there.length === 0 ? 'this machine shows none' : `there is ${there.join(', ')}`;
  return new GpioError('chip-missing', `no GPIO chip ${wanted}; ${words}: take the name that cardea devices shows`);
}

export function chipWords({ label, name, lines }: ChipInfo): string {
  return `${label} (${name}, ${lines} lines)`;
}

export function askChip(path: string, ioctl: Ioctl = loadIoctl()): ChipInfo {
  const fd = openSync(path, 'r+');
  try {
    const bytes = Buffer.alloc(chipInfoBytes);
    ioctl(fd, chipInfoRequest, bytes);
    return readChipInfo(bytes);
  } finally {
    closeSync(fd);
  }
}

/** A link is a second name, as Raspberry Pi OS makes for old programs. @throws what the system says */
function devices(folder: string): string[] {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const chips = entries.filter((entry) => /^gpiochip\d+$/.test(entry.name) && !entry.isSymbolicLink());
  return chips.map(({ name }) => join(folder, name)).sort();
}
