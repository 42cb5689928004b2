// The `serial` reader with `format: line`: card numbers or QR texts, one a line. Keeps the reader port's promises
// (../port.ts) over a device that may be absent, busy, unplugged or noisy at any time.

import type { Cancel, Clock, Random } from '../../access/clock.ts';
import type { SerialReaderConfig } from '../../config/types.ts';
import { backoff, deviceBackoff } from '../backoff.ts';
import type { DeviceFault, Display, Reader, ReaderEvents, ReaderMeans } from '../port.ts';
import { Connection } from './connection.ts';
import { LineStream } from './line-stream.ts';
import { lineMeans } from './written-line.ts';

/** A USB scanner sends what it read while nobody listened as soon as the port opens: until this is over all is stale. */
export const settleMs = 50;

/** A device that stayed this long begins its waits anew when it is lost; one that flaps waits longer and longer. */
const steadyMs = 10_000;

type Spell = 'new' | 'online' | 'offline';

export class SerialReader implements Reader {
  readonly #config: SerialReaderConfig;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly means: ReaderMeans | null;
  #waits: Iterator<number, never>;
  #events: ReaderEvents | null = null;
  #connection: Connection | null = null;
  #spell: Spell = 'new';
  #onlineSinceMs = 0;
  #closed = false;
  #cancelWait: Cancel = () => undefined;
  #cancelLine: Cancel = () => undefined;

  constructor(config: SerialReaderConfig, clock: Clock, random: Random) {
    this.#config = config;
    this.#clock = clock;
    this.#random = random;
    this.#waits = backoff(random, deviceBackoff);
    this.means = lineMeans(config.feedback);
  }

  open(events: ReaderEvents): void {
    if (this.#closed || this.#events !== null) return;
    this.#events = events;
    this.#connect(events);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#cancelWait();
    this.#cancelLine();
    return this.#connection?.close() ?? Promise.resolve();
  }

  show({ kind }: Display): void {
    const line = this.#config.feedback?.[kind];
    if (line !== undefined && this.#spell === 'online' && !this.#closed) this.#connection?.write(Buffer.from(line));
  }

  #connect(events: ReaderEvents): void {
    const { path, baudRate } = this.#config;
    const lines = new LineStream(this.#config, {
      presented: (credential) => {
        if (!this.#closed) events.presented(credential);
      },
      dropped: (reason, count) => {
        if (!this.#closed) events.dropped(reason, count);
      },
    });
    this.#connection = new Connection(path, baudRate, {
      opened: () => this.#wait('settle', settleMs, () => this.#goOnline(lines, events)),
      bytes: (chunk) => {
        lines.feed(chunk);
        this.#watchLine(lines);
      },
      ended: (fault) => this.#lose(lines, fault, events),
    });
  }

  #goOnline(lines: LineStream, events: ReaderEvents): void {
    lines.goLive();
    this.#spell = 'online';
    this.#onlineSinceMs = this.#clock.now().sinceBootMs;
    events.online();
  }

  #lose(lines: LineStream, fault: DeviceFault, events: ReaderEvents): void {
    this.#cancelWait();
    this.#cancelLine();
    lines.expire();
    const steady = this.#spell === 'online' && this.#clock.now().sinceBootMs - this.#onlineSinceMs >= steadyMs;
    if (steady) this.#waits = backoff(this.#random, deviceBackoff);
    if (this.#spell !== 'offline') {
      this.#spell = 'offline';
      events.offline(fault);
    }
    if (this.#closed) return;
    this.#wait('reopen', this.#waits.next().value, () => this.#connect(events));
  }

  /** Armed only while a line is unfinished: a line that comes in one piece sets no timer. */
  #watchLine(lines: LineStream): void {
    this.#cancelLine();
    if (this.#closed || !lines.unfinished) return;
    this.#cancelLine = this.#clock.after(`${this.#config.id} line`, this.#config.lineTimeoutMs, () => lines.expire());
  }

  #wait(name: string, delayMs: number, task: () => void): void {
    this.#cancelWait = this.#clock.after(`${this.#config.id} ${name}`, delayMs, task);
  }
}
