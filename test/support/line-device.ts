// A line of a GPIO chip as the kernel shows it through the character device (include/uapi/linux/gpio.h): its descriptor is a
// pipe with the events in it, its level is a variable, and its ioctl calls are answered here. It knows nothing of the driver.

import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const request = { take: 0xc250b407, getValues: 0xc010b40e, nonblocking: 0x5421 };
const rising = 1;
const falling = 2;

export type Failure = 'take' | 'nonblocking' | 'level' | 'watch';

export class LineDevice {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cardea-line-'));
  readonly #fifo = join(this.#folder, 'events');
  /** A file that can be opened as the chip's device is, and one that epoll does not take. */
  readonly path = join(this.#folder, 'chip');
  readonly #writer: number;
  #sequence = 0;
  level = false;
  /** What the next calls cannot do. */
  fails: Failure | null = null;

  constructor() {
    writeFileSync(this.path, '');
    execFileSync('mkfifo', [this.#fifo]);
    this.#writer = openSync(this.#fifo, constants.O_RDWR | constants.O_NONBLOCK);
  }

  readonly ioctl = (_fd: number, what: number, data: Buffer): number => {
    if (what === request.take) this.#take(data);
    else if (what === request.getValues) this.#get(data);
    else if (what === request.nonblocking) this.#refuseIf('nonblocking');
    else throw new Error(`no ioctl ${what.toString(16)} is known here`);
    return 0;
  };

  /** The level changes, and the kernel keeps the event. @param atMs CLOCK_MONOTONIC. */
  edge(level: boolean, atMs: number): void {
    this.level = level;
    const event = Buffer.alloc(48);
    event.writeBigUInt64LE(BigInt(Math.round(atMs * 1e6)), 0);
    event.writeUInt32LE(level ? rising : falling, 8);
    event.writeUInt32LE(++this.#sequence, 16);
    writeSync(this.#writer, event);
  }

  /** The level changes, and the kernel's queue was too short for its event. */
  loseEvent(level: boolean): void {
    this.level = level;
    this.#sequence++;
  }

  remove(): void {
    closeSync(this.#writer);
    rmSync(this.#folder, { recursive: true });
  }

  #take(data: Buffer): void {
    this.#refuseIf('take');
    const { O_RDONLY, O_NONBLOCK } = constants;
    const fd = this.fails === 'watch' ? openSync(this.path, O_RDONLY) : openSync(this.#fifo, O_RDONLY | O_NONBLOCK);
    data.writeInt32LE(fd, 588);
  }

  #get(data: Buffer): void {
    this.#refuseIf('level');
    data.writeBigUInt64LE(this.level ? 1n : 0n, 0);
  }

  #refuseIf(failure: Failure): void {
    if (this.fails === failure) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
  }
}

/** How many descriptors of this process are open. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
