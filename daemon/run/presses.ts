// Presses of requests-to-exit that are told of late, because the program stood still. Whoever pressed and let go has left, and
// the door stays shut; whoever still presses stands there, and it opens. The input itself tells which: a press that has ended
// is told of as ended right behind.

import type { Cancel, Clock } from '../../access/clock.ts';
import type { Standstill } from './standstill.ts';

export interface PressHost {
  /** @param atMs when it came, milliseconds since boot. */
  press(accessPoint: string, active: boolean, atMs: number): void;
  /** One that was over before it was told: it opens nothing. @param ageMs of its end, milliseconds. */
  stale(accessPoint: string, ageMs: number): void;
}

/** What had been waiting is read at once; beyond it lies the debounce of the end of a press. */
const readMs = 50;

export class Presses {
  readonly #clock: Clock;
  readonly #standstill: Standstill;
  readonly #host: PressHost;
  readonly #waiting = new Map<string, Cancel>();

  constructor(clock: Clock, standstill: Standstill, host: PressHost) {
    this.#clock = clock;
    this.#standstill = standstill;
    this.#host = host;
  }

  /** A new level of the button there. */
  told(accessPoint: string, active: boolean, atMs: number, debounceMs: number): void {
    const waited = this.forget(accessPoint);
    if (active && this.#standstill.isOld(atMs)) this.#wait(accessPoint, debounceMs);
    else if (waited && !active) this.#host.stale(accessPoint, Math.round(this.#nowMs - atMs));
    else this.#host.press(accessPoint, active, atMs);
  }

  /** @returns whether a press waited there: it frees nothing any more. */
  forget(accessPoint: string): boolean {
    this.#waiting.get(accessPoint)?.();
    return this.#waiting.delete(accessPoint);
  }

  #wait(accessPoint: string, debounceMs: number): void {
    const cancel = this.#clock.after(`late press at ${accessPoint}`, debounceMs + readMs, () => {
      this.#waiting.delete(accessPoint);
      this.#host.press(accessPoint, true, this.#nowMs);
    });
    this.#waiting.set(accessPoint, cancel);
  }

  get #nowMs(): number {
    return this.#clock.now().sinceBootMs;
  }
}
