// By which of the two ways a line is reached: as its config says, or, with `auto`, by the character device where its chip has
// one. Looked for anew each time: a chip that was plugged in again may be another device.

import type { Clock } from '../../access/clock.ts';
import { ChardevEdges } from './chardev-edges.ts';
import { ChardevOutput } from './chardev-output.ts';
import { askChip, chipMissing, chipWords, type DevChip, type DevChips, devChip, devChips } from './dev-chips.ts';
import { GpioError } from './gpio-error.ts';
import type { EdgeEvents, Edges, GpioLine, GpioOutput } from './line.ts';
import { sysfsChip, sysfsChips, sysfsWords } from './sysfs-chips.ts';
import { SysfsEdges } from './sysfs-edges.ts';
import type { SysfsPlace } from './sysfs-line.ts';
import { SysfsOutput } from './sysfs-output.ts';

type Found = { readonly by: 'chardev'; readonly chip: DevChip } | { readonly by: 'sysfs'; readonly place: SysfsPlace };

/** @throws GpioError, DriverError `driver-missing` */
export function findOutput(line: GpioLine, consumer: string): GpioOutput {
  const found = find(line);
  return found.by === 'chardev' ? new ChardevOutput(found.chip, line, consumer) : new SysfsOutput(found.place, line);
}

/** The input's line is taken. @throws GpioError, DriverError `driver-missing` */
export function findEdges(line: GpioLine, consumer: string, clock: Clock, events: EdgeEvents): Edges {
  const found = find(line);
  return found.by === 'chardev'
    ? new ChardevEdges(found.chip, line, consumer, clock, events)
    : new SysfsEdges(found.place, line, clock, events);
}

function find({ backend, chip }: GpioLine): Found {
  const ask = (): DevChips => devChips((path) => askChip(path));
  if (backend === 'sysfs') return { by: 'sysfs', place: { chip: sysfsChip(sysfsChips(), chip), devices: ask } };
  const devices = ask();
  const found = devChip(devices, chip);
  if (found !== null) return { by: 'chardev', chip: found };
  const there = devices.chips.map(chipWords);
  const old = oldChip(chip);
  if (old === null) throw chipMissing(chip, there);
  if (backend === 'auto') return { by: 'sysfs', place: { ...old, devices: ask } };
  const words = `${chip} has no character device /dev/gpiochip*; there is ${sysfsWords(old.chip)}: take backend: sysfs`;
  throw new GpioError('chip-missing', words);
}

function oldChip(wanted: string): Pick<SysfsPlace, 'chip'> | null {
  try {
    return { chip: sysfsChip(sysfsChips(), wanted) };
  } catch (error) {
    if (error instanceof GpioError && ['chip-missing', 'no-sysfs-gpio'].includes(error.code)) return null;
    throw error;
  }
}
