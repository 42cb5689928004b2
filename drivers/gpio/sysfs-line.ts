// One line of the old sysfs interface, through onoff. It stays exported, at its level, when the process ends: what a dead
// holder left is taken over here. Nothing in the kernel keeps another program from moving an exported line.

import { accessSync, closeSync, constants, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { busy, failed, lineInfo, outOfRange } from './chardev-line.ts';
import { denied } from './denied.ts';
import { type DevChips, devChip } from './dev-chips.ts';
import { GpioError, systemCode, systemWords } from './gpio-error.ts';
import { type GpioLine, lineWords } from './line.ts';
import { loadOnoff, type OnoffClass } from './natives.ts';
import type { SysfsChip } from './sysfs-chips.ts';

export type OnoffLine = InstanceType<OnoffClass>;

export interface SysfsPlace {
  readonly chip: SysfsChip;
  /** Those with a character device, which can say who holds a line. */
  readonly devices: () => DevChips;
}

export function lineFolder({ chip }: SysfsPlace, { line }: GpioLine): string {
  return `/sys/class/gpio/gpio${chip.base + line}`;
}

/**
 * Exports the line where it is not, and makes it what is asked for. Waits for nothing.
 * @param direction `high` and `low` are outputs at that electrical level, in one step.
 * @throws GpioError, `line-settling` at most once for a line that is exported here
 */
export function takeLine(place: SysfsPlace, line: GpioLine, direction: 'in' | 'high' | 'low'): OnoffLine {
  const { chip } = place;
  if (line.line >= chip.lines) throw outOfRange(line, chip.lines);
  const Gpio = loadOnoff();
  // onoff exports too, but then tries ten thousand times to open files that udev has not given to anybody yet.
  const fresh = exported(place, line);
  mayUse(line, lineFolder(place, line), direction === 'in' ? ['edge'] : [], fresh);
  try {
    // What onoff has opened and then cannot read, it never closes: of a chip that does not answer that is known here first.
    readFileSync(`${lineFolder(place, line)}/value`);
    const edge = direction === 'in' ? 'both' : 'none';
    const taken = new Gpio(chip.base + line.line, direction, edge, { activeLow: line.activeLow });
    return settled(taken, line, direction);
  } catch (error) {
    throw ofSystem(line, error, lineFolder(place, line));
  }
}

/** Whether it was exported only now. */
function exported(place: SysfsPlace, line: GpioLine): boolean {
  if (existsSync(lineFolder(place, line))) return false;
  const path = '/sys/class/gpio/export';
  try {
    writeFileSync(path, String(place.chip.base + line.line));
    return true;
  } catch (error) {
    if (systemCode(error) === 'EBUSY') throw busy(line, holder(place, line));
    throw ofSystem(line, error, path);
  }
}

/** Of a line that was exported already, onoff says nothing where it could not be changed. */
function settled(taken: OnoffLine, line: GpioLine, direction: 'in' | 'high' | 'low'): OnoffLine {
  const wanted = direction === 'in' ? 'in' : 'out';
  let fits = false;
  try {
    fits = taken.direction() === wanted && taken.activeLow() === line.activeLow;
    if (direction === 'in') fits &&= taken.edge() === 'both';
  } finally {
    // Closes what onoff opened.
    if (!fits) taken.unexport();
  }
  if (fits) return taken;
  throw new GpioError('gpio-failed', `${lineWords(line)} stays what it was: it does not become ${wanted}`);
}

function mayUse(line: GpioLine, folder: string, more: readonly string[], fresh: boolean): void {
  for (const name of ['value', 'direction', 'active_low', ...more]) {
    const path = `${folder}/${name}`;
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
    } catch (error) {
      if (!fresh) throw ofSystem(line, error, path);
      const words = `${lineWords(line)} was exported just now, and ${path} is nobody's yet`;
      throw new GpioError('line-settling', words, { cause: error });
    }
  }
}

function ofSystem(line: GpioLine, error: unknown, path: string): GpioError {
  if (error instanceof GpioError) return error;
  const what = lineWords(line);
  if (['EACCES', 'EPERM'].includes(systemCode(error))) return denied(what, path, error);
  if (systemCode(error) === 'EROFS') {
    const words = `${what}: /sys is read-only here: the service needs the drop-in sysfs-gpio.conf for backend: sysfs`;
    return new GpioError('no-permission', `${words} (${systemWords(error)})`, { cause: error });
  }
  return failed(what, 'could not be taken', error);
}

/** sysfs does not say who holds a line; the character device of the same chip does, where there is one. */
function holder({ chip, devices }: SysfsPlace, { line }: GpioLine): ReturnType<typeof lineInfo> {
  try {
    const device = devChip(devices(), chip.label);
    if (device === null) return null;
    const fd = openSync(device.path, 'r+');
    try {
      return lineInfo(fd, line);
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}
