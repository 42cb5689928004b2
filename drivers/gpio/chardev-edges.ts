// The edges of an input on the character device: kept by the kernel with their own times, 1024 of them, so that a main loop
// that is busy loses none. What no edge told of, because the kernel lost some or the chip its interrupt, is seen in the level
// whenever somebody drains.

import { readSync } from 'node:fs';
import type { Clock } from '../../access/clock.ts';
import { ChardevLine, failed } from './chardev-line.ts';
import type { DevChip } from './dev-chips.ts';
import { systemCode } from './gpio-error.ts';
import { type EdgeEvents, type Edges, type GpioLine, lineWords } from './line.ts';
import { type Ioctl, loadIoctl } from './natives.ts';
import { eventQueue, inputRequest, lineEventBytes, readLineEvents } from './uapi.ts';
import { watch } from './watch.ts';

export class ChardevEdges implements Edges {
  readonly #line: GpioLine;
  readonly #taken: ChardevLine;
  readonly #events: EdgeEvents;
  readonly #clock: Clock;
  readonly #buffer = Buffer.alloc(eventQueue * lineEventBytes);
  readonly #unwatch: () => void;
  #sequence = 0;
  /** As the last edge, or the last look, has it. */
  #last: boolean;
  #closed = false;

  /** @throws GpioError; nothing is held then. */
  constructor(
    chip: DevChip,
    line: GpioLine,
    consumer: string,
    clock: Clock,
    events: EdgeEvents,
    ioctl: Ioctl = loadIoctl(),
  ) {
    this.#line = line;
    this.#events = events;
    this.#clock = clock;
    this.#taken = ChardevLine.take(chip, line, inputRequest({ ...line, consumer }), ioctl);
    try {
      this.#last = this.#taken.get();
      this.#unwatch = watch(this.#taken.fd, 'events', (error) => {
        if (error !== null) this.#end(error);
        else if (this.#read()) this.#look();
      });
    } catch (error) {
      this.#taken.release();
      throw failed(lineWords(line), 'cannot be watched', error);
    }
  }

  drain(): void {
    this.#read();
    this.#look();
  }

  level(): boolean {
    try {
      this.#last = this.#taken.get();
      return this.#last;
    } catch (error) {
      throw failed(lineWords(this.#line), 'cannot be read', error);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unwatch();
    this.#taken.release();
  }

  /** One read takes all that the kernel keeps. @returns whether some were lost, so that the level is not known. */
  #read(): boolean {
    if (this.#closed) return false;
    let count: number;
    try {
      count = readSync(this.#taken.fd, this.#buffer);
    } catch (error) {
      if (systemCode(error) !== 'EAGAIN') this.#end(error);
      return false;
    }
    let gap = false;
    for (const { active, atNs, sequence } of readLineEvents(this.#buffer.subarray(0, count))) {
      if (this.#closed) return false;
      const atMs = Number(atNs) / 1e6;
      if (sequence !== (this.#sequence + 1) >>> 0) {
        gap = true;
        this.#events.lost(atMs);
      }
      this.#sequence = sequence;
      this.#last = active;
      this.#events.edge(active, atMs);
    }
    return gap;
  }

  /** A level that no edge told of is an edge that was missed. Nobody knows when it was, nor how long the level before lasted. */
  #look(): void {
    if (this.#closed) return;
    try {
      const before = this.#last;
      const level = this.level();
      if (level === before) return;
      const atMs = this.#clock.now().sinceBootMs;
      this.#events.lost(atMs);
      this.#events.edge(level, atMs);
    } catch (error) {
      this.#end(error);
    }
  }

  #end(error: unknown): void {
    if (this.#closed) return;
    this.close();
    this.#events.gone(failed(lineWords(this.#line), 'cannot be watched', error));
  }
}
