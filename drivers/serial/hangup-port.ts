// A SerialPort that notices every unplugging. serialport 13 reads first and polls afterwards, and takes a read of 0 bytes
// as "try again": a device unplugged while it was sending leaves it spinning for ever, with no event. On a tty 0 bytes
// after "readable" mean that it hung up. This one polls first, then reads at most one chunk in that turn of the loop.

import { readSync } from 'node:fs';
import { SerialPort } from 'serialport';

/** Read in one turn at most: a device that floods delays the others by no more than this. The kernel's own buffer is as large. */
const chunkBytes = 4096;

export class HangupPort extends SerialPort {
  constructor(path: string, baudRate: number) {
    super({ path, baudRate, autoOpen: false, highWaterMark: chunkBytes });
  }

  override _read(wanted: number): void {
    const device = this.port;
    if (!this.isOpen || device === undefined) {
      this.once('open', () => this._read(wanted));
    } else if ('poller' in device) {
      const readable = new Promise<void>((resolve, reject) => {
        device.poller.once('readable', (error) => (error === null ? resolve() : reject(error)));
      });
      // By way of a promise: an exception of whoever takes the data must not pass through the poller's native frames.
      readable.then(
        () => this.#take(device.fd, wanted),
        (error: Error & { canceled?: boolean }) => {
          if (error.canceled !== true) this._disconnected(error);
        },
      );
    } else {
      super._read(wanted);
    }
  }

  #take(fd: number | null, wanted: number): void {
    if (!this.isOpen || fd === null) return;
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let taken: number;
    try {
      taken = readSync(fd, chunk, 0, chunkBytes, null);
    } catch (error) {
      if (isEmpty(error)) this._read(wanted);
      else this._disconnected(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (taken === 0) this._disconnected(new Error('the device hung up'));
    else this.push(chunk.subarray(0, taken));
  }
}

function isEmpty(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EAGAIN' || code === 'EINTR';
}
