// The edges of an input on the character device: kept by the kernel with their own times, 1024 of them, so that a main loop
// that is busy loses none. They are waited for with epoll: a read on Node's thread pool would keep the process from ending.

import { readSync } from 'node:fs';
import type { Clock } from '../../access/clock.ts';
import { ChardevLine, failed } from './chardev-line.ts';
import type { DevChip } from './dev-chips.ts';
import { systemCode } from './gpio-error.ts';
import { type EdgeEvents, type Edges, type GpioLine, lineWords } from './line.ts';
import { loadEpoll } from './natives.ts';
import { eventQueue, inputRequest, lineEventBytes, readLineEvents } from './uapi.ts';

export class ChardevEdges implements Edges {
  readonly #line: GpioLine;
  readonly #taken: ChardevLine;
  readonly #events: EdgeEvents;
  readonly #clock: Clock;
  readonly #buffer = Buffer.alloc(eventQueue * lineEventBytes);
  readonly #unwatch: () => void;
  #sequence = 0;
  #closed = false;

  /** @throws GpioError */
  constructor(chip: DevChip, line: GpioLine, consumer: string, clock: Clock, events: EdgeEvents) {
    this.#line = line;
    this.#events = events;
    this.#clock = clock;
    const Epoll = loadEpoll();
    this.#taken = ChardevLine.take(chip, line, inputRequest({ ...line, consumer }));
    const { fd } = this.#taken;
    const poller = new Epoll((error, _fd, what) => {
      if (error !== null) this.#end(error);
      else if ((what & (Epoll.EPOLLERR | Epoll.EPOLLHUP)) !== 0) this.#end(new Error('the kernel took it away'));
      else this.drain();
    });
    poller.add(fd, Epoll.EPOLLIN | Epoll.EPOLLPRI);
    this.#unwatch = () => poller.remove(fd).close();
  }

  drain(): void {
    const gap = this.#read();
    if (this.#closed || !gap) return;
    try {
      this.#events.edge(this.level(), this.#clock.now().sinceBootMs);
    } catch (error) {
      this.#end(error);
    }
  }

  level(): boolean {
    try {
      return this.#taken.get();
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
      this.#events.edge(active, atMs);
    }
    return gap;
  }

  #end(error: unknown): void {
    if (this.#closed) return;
    this.close();
    this.#events.gone(failed(lineWords(this.#line), 'cannot be watched', error));
  }
}
