// One try to hold one serial port, from opening to release. Hides serialport's ways: after its end nothing is emitted or
// thrown, an unplugged port is not closed a second time, and modem lines are never touched (a pty has none). Of what is
// written while the device takes nothing only the last is kept.

import type { DeviceFault } from '../port.ts';
import { HangupPort } from './hangup-port.ts';
import { lostFault, openFault } from './port-faults.ts';

export interface ConnectionEvents {
  /** The port is held, and what the kernel had buffered before is thrown away. */
  opened(): void;
  bytes(chunk: Uint8Array): void;
  /** It could not be opened, or was lost; nothing follows. Called at most once, and not after `close`. */
  ended(fault: DeviceFault): void;
}

export class Connection {
  readonly #port: HangupPort;
  readonly #events: ConnectionEvents;
  #over = false;
  #writing = false;
  /** Written once the device has taken what came before. */
  #next: Uint8Array | null = null;
  readonly #released: Promise<void>;
  #release: () => void = () => undefined;

  constructor(path: string, baudRate: number, events: ConnectionEvents) {
    this.#events = events;
    this.#released = new Promise((resolve) => {
      this.#release = resolve;
    });
    this.#port = new HangupPort(path, baudRate);
    this.#port.on('close', (error: Error | null) => {
      this.#release();
      this.#end(lostFault(path, error ?? new Error('closed')));
    });
    this.#port.on('error', (error) => this.#fail(lostFault(path, error)));
    this.#port.on('data', (chunk: Buffer) => {
      if (!this.#over) this.#events.bytes(chunk);
    });
    this.#port.open((error) => {
      if (error !== null) {
        this.#release();
        this.#end(openFault(path, error));
      } else if (this.#over) {
        this.#port.close();
      } else {
        this.#discardOld(path);
      }
    });
  }

  /** Returns at once. A device that takes nothing is none that is lost: it may be read all the same. */
  write(bytes: Uint8Array): void {
    if (this.#over || !this.#port.isOpen) return;
    if (this.#writing) {
      this.#next = bytes;
      return;
    }
    this.#writing = true;
    this.#port.write(Buffer.from(bytes), () => {
      this.#writing = false;
      const next = this.#next;
      this.#next = null;
      if (next !== null) this.write(next);
    });
  }

  /** Lets the port go, at any time, also twice; settles when it is released. */
  close(): Promise<void> {
    this.#over = true;
    if (this.#port.isOpen) this.#port.close();
    return this.#released;
  }

  /** Opening sets the speed, which flushes for the usual speeds only: say it for all. */
  #discardOld(path: string): void {
    this.#port.flush((error) => {
      if (this.#over) return;
      if (error !== null) this.#fail(lostFault(path, error));
      else this.#events.opened();
    });
  }

  #fail(fault: DeviceFault): void {
    if (this.#port.isOpen) this.#port.close();
    else if (!this.#port.opening && !this.#port.closing) this.#release();
    this.#end(fault);
  }

  #end(fault: DeviceFault): void {
    if (this.#over) return;
    this.#over = true;
    this.#events.ended(fault);
  }
}
