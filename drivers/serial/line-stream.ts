// From the chunks of one connection to its credentials: guard, readline parser, meaning, in that order and in one turn:
// what a chunk completes is presented before `feed` returns.

import { ReadlineParser } from '@serialport/parser-readline';
import type { SerialReaderConfig } from '../../config/types.ts';
import type { Presented } from '../port.ts';
import { lineCredential } from './line-credential.ts';
import { LineGuard } from './line-guard.ts';

export type DropReason =
  /** A whole line that is no credential: control characters, invalid UTF-8, not a value of the reader's type. */
  | 'not-a-credential'
  | 'line-too-long'
  /** Nothing more came, or the device was unplugged, before the line ended. */
  | 'line-unfinished'
  /** Read before the device was online. */
  | 'stale';

export interface LineStreamEvents {
  presented(credential: Presented): void;
  dropped(reason: DropReason, count: number): void;
}

export class LineStream {
  readonly #guard: LineGuard;
  /** Objects, so that each `read` gives one line. */
  readonly #parser = new ReadlineParser({ delimiter: '\n', encoding: 'latin1', readableObjectMode: true });
  readonly #type: SerialReaderConfig['credential'];
  readonly #events: LineStreamEvents;
  #live = false;

  constructor(config: Pick<SerialReaderConfig, 'credential' | 'maxLineBytes'>, events: LineStreamEvents) {
    this.#guard = new LineGuard(config.maxLineBytes);
    this.#type = config.credential;
    this.#events = events;
  }

  /** Until `goLive` whole lines are dropped as stale. */
  feed(chunk: Uint8Array): void {
    const { bytes, lines, tooLong } = this.#guard.feed(chunk);
    this.#drop('line-too-long', tooLong);
    if (lines === 0) return;
    if (!this.#live) {
      this.#drop('stale', lines);
      return;
    }
    this.#parser.write(bytes);
    let refused = 0;
    for (let line: string | null = this.#parser.read(); line !== null; line = this.#parser.read()) {
      const credential = lineCredential(this.#type, line);
      if (credential === null) {
        refused++;
      } else {
        this.#drop('not-a-credential', refused);
        refused = 0;
        this.#events.presented(credential);
      }
    }
    this.#drop('not-a-credential', refused);
  }

  /** From now on lines count; one that has begun already does not. */
  goLive(): void {
    this.#drop('stale', this.#guard.dropRest());
    this.#live = true;
  }

  /** Whether a line has begun that has not ended. */
  get unfinished(): boolean {
    return this.#guard.unfinished;
  }

  /** Drops the line that has begun: it is not going to end. */
  expire(): void {
    this.#drop('line-unfinished', this.#guard.expire());
  }

  #drop(reason: DropReason, count: number): void {
    if (count > 0) this.#events.dropped(reason, count);
  }
}
