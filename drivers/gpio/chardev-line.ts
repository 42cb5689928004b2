// One line of a character device, asked for by ioctl: held by this process alone until its descriptor is closed, which the
// kernel does when the process ends, however it ends.

import { closeSync, openSync } from 'node:fs';
import type { DevChip } from './dev-chips.ts';
import { GpioError, isGone, systemCode, systemWords } from './gpio-error.ts';
import { type GpioLine, lineWords } from './line.ts';
import { type Ioctl, loadIoctl } from './natives.ts';
import {
  getValuesRequest,
  type LineInfo,
  lineInfoQuestion,
  lineInfoRequest,
  lineRequest,
  lineValue,
  readLineInfo,
  readLineValue,
  requestedFd,
  setValuesRequest,
} from './uapi.ts';

/** Sets O_NONBLOCK on any file: a read that has nothing to read then fails, and holds nobody up. */
const nonblockingRequest = 0x5421;

export class ChardevLine {
  readonly fd: number;
  readonly #ioctl: Ioctl;

  private constructor(fd: number, ioctl: Ioctl) {
    this.fd = fd;
    this.#ioctl = ioctl;
  }

  /**
   * @param request as uapi.ts makes it for this line.
   * @throws GpioError `line-out-of-range`, `line-busy`, `chip-gone`, `gpio-failed`; nothing is held then.
   */
  static take(chip: DevChip, line: GpioLine, request: Buffer, ioctl: Ioctl = loadIoctl()): ChardevLine {
    const what = lineWords(line);
    if (line.line >= chip.lines) throw outOfRange(line, chip.lines);
    let chipFd: number | null = null;
    try {
      chipFd = openSync(chip.path, 'r+');
      ioctl(chipFd, lineRequest, request);
      return new ChardevLine(nonblocking(requestedFd(request), ioctl), ioctl);
    } catch (error) {
      if (systemCode(error) !== 'EBUSY' || chipFd === null) throw failed(what, 'could not be taken', error);
      throw busy(line, lineInfo(chipFd, line.line, ioctl));
    } finally {
      if (chipFd !== null) closeSync(chipFd);
    }
  }

  /** @throws Error of the system */
  set(active: boolean): void {
    this.#ioctl(this.fd, setValuesRequest, lineValue(active));
  }

  /** @throws Error of the system */
  get(): boolean {
    const bytes = lineValue(false);
    this.#ioctl(this.fd, getValuesRequest, bytes);
    return readLineValue(bytes);
  }

  release(): void {
    closeSync(this.fd);
  }
}

/** @throws Error of the system; the descriptor is closed then. */
function nonblocking(fd: number, ioctl: Ioctl): number {
  try {
    ioctl(fd, nonblockingRequest, Buffer.from([1, 0, 0, 0]));
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

export function outOfRange(line: GpioLine, lines: number): GpioError {
  const words = `${lineWords(line)} is not there: the chip has the lines 0 to ${lines - 1}`;
  return new GpioError('line-out-of-range', words);
}

/** @param info of the kernel, where it could be asked. */
export function busy(line: GpioLine, info: LineInfo | null): GpioError {
  const holder = info === null || info.consumer === '' ? 'somebody' : `"${info.consumer}"`;
  const mend =
    info?.consumer === 'sysfs'
      ? 'it was exported in /sys/class/gpio, perhaps by an earlier backend: sysfs; unexport it there, or restart the machine'
      : 'end that program or free the line in the device tree, or take another line';
  return new GpioError('line-busy', `${lineWords(line)} is held by ${holder}: ${mend}`);
}

/** @param what the line in words. @param did how far it came, as `could not be driven`. */
export function failed(what: string, did: string, error: unknown): GpioError {
  if (error instanceof GpioError) return error;
  const words = systemWords(error);
  if (isGone(error)) {
    const told = `${what} ${did}: the chip is gone (${words}); plug it in again`;
    return new GpioError('chip-gone', told, { cause: error });
  }
  return new GpioError('gpio-failed', `${what} ${did}: ${words}`, { cause: error });
}

/** Who holds a line, asked through the chip's open descriptor; null where the kernel does not say. */
export function lineInfo(chipFd: number, line: number, ioctl: Ioctl = loadIoctl()): LineInfo | null {
  const bytes = lineInfoQuestion(line);
  try {
    ioctl(chipFd, lineInfoRequest, bytes);
    return readLineInfo(bytes);
  } catch {
    return null;
  }
}
