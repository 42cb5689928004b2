// The edges of an input of sysfs: the kernel only says that there was one, so the level is read when the main loop gets round
// to it, and the time is that of the reading. Right for contacts and buttons; two edges in between are one.

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Clock } from '../../access/clock.ts';
import { failed } from './chardev-line.ts';
import { type EdgeEvents, type Edges, type GpioLine, lineWords } from './line.ts';
import { lineFolder, type OnoffLine, type SysfsPlace, takeLine } from './sysfs-line.ts';
import { watch } from './watch.ts';

const one = '1'.charCodeAt(0);

export class SysfsEdges implements Edges {
  readonly #place: SysfsPlace;
  readonly #line: GpioLine;
  readonly #taken: OnoffLine;
  readonly #events: EdgeEvents;
  readonly #clock: Clock;
  readonly #fd: number;
  readonly #buffer = Buffer.alloc(1);
  readonly #unwatch: () => void;
  #last: boolean;
  #closed = false;

  /** @throws GpioError; nothing is held then. */
  constructor(place: SysfsPlace, line: GpioLine, clock: Clock, events: EdgeEvents) {
    this.#place = place;
    this.#line = line;
    this.#events = events;
    this.#clock = clock;
    this.#taken = takeLine(place, line, 'in');
    let fd: number | null = null;
    try {
      // Not onoff's own watch: it reads the value where nobody can catch that the chip is gone.
      fd = openSync(this.#file, 'r');
      this.#fd = fd;
      this.#last = this.level();
      this.#unwatch = watch(fd, 'edge', (error) => {
        if (error === null) this.#read(true);
        else this.#end(error);
      });
    } catch (error) {
      if (fd !== null) closeSync(fd);
      this.#taken.unexport();
      throw failed(lineWords(line), 'cannot be watched', error);
    }
  }

  drain(): void {
    this.#read(false);
  }

  level(): boolean {
    try {
      readSync(this.#fd, this.#buffer, 0, 1, 0);
      return this.#buffer[0] === one;
    } catch (error) {
      throw failed(lineWords(this.#line), 'cannot be read', error);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unwatch();
    // By now its number may be another line's, on a chip that was plugged in since: that one is not let go of.
    const another = this.#isAnother();
    closeSync(this.#fd);
    if (!another) this.#taken.unexport();
  }

  /** Reading the level is what makes the kernel tell of the next edge. @param edge there was one, whatever the level is. */
  #read(edge: boolean): void {
    if (this.#closed) return;
    try {
      const level = this.level();
      if (!edge && level === this.#last) return;
      this.#last = level;
      this.#events.edge(level, this.#clock.now().sinceBootMs);
    } catch (error) {
      this.#end(error);
    }
  }

  #end(error: unknown): void {
    if (this.#closed) return;
    this.close();
    this.#events.gone(failed(lineWords(this.#line), 'cannot be watched', error));
  }

  get #file(): string {
    return `${lineFolder(this.#place, this.#line)}/value`;
  }

  #isAnother(): boolean {
    try {
      return statSync(this.#file).ino !== fstatSync(this.#fd).ino;
    } catch {
      return false;
    }
  }
}
