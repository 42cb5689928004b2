// What happened in a world, as one SHA-256 over it in order: two runs with one seed have the same. Whoever looks closer gets
// each line of it.

import { createHash } from 'node:crypto';
import type { VirtualClock } from '../../../daemon/clock/virtual.ts';

export class History {
  readonly #hash = createHash('sha256');
  readonly #clock: VirtualClock;
  readonly #trace: ((line: string) => void) | null;
  #over = false;

  constructor(clock: VirtualClock, trace: ((line: string) => void) | null) {
    this.#clock = clock;
    this.#trace = trace;
  }

  /** @param body belongs to it, and is not shown. */
  note(what: string, body: string | Uint8Array = ''): void {
    if (this.#over) return;
    const { wallMs } = this.#clock.now();
    this.#hash.update(`${wallMs} ${what} ${body.length} `).update(body).update('\n');
    this.#trace?.(`${new Date(wallMs).toISOString()} ${what}`);
  }

  /** What comes afterwards is no part of it. */
  end(): void {
    this.#over = true;
  }

  digest(): string {
    this.end();
    return this.#hash.digest('hex');
  }
}
