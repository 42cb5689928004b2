// The clock of replay, the simulator and the tests: time passes only when it is advanced, timers fire in the order of
// their instants (then of their making), and a step of the wall side moves no timer.

import type { Cancel, Clock, Moment } from '../../access/clock.ts';

interface Waiting {
  readonly dueMs: number;
  readonly order: number;
  readonly name: string;
  readonly task: () => void;
}

export class VirtualClock implements Clock {
  #sinceBootMs: number;
  #wallOffsetMs: number;
  #synchronised = true;
  #sleptMs = 0;
  #boot: string;
  #order = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** Starts at `wallMs` (UTC milliseconds), synchronised, an hour after the boot named `boot`. */
  constructor(wallMs: number, boot = '00000000-0000-4000-8000-000000000001', sinceBootMs = 3_600_000) {
    this.#sinceBootMs = sinceBootMs;
    this.#wallOffsetMs = wallMs - sinceBootMs;
    this.#boot = boot;
  }

  now(): Moment {
    return {
      wallMs: this.#sinceBootMs + this.#wallOffsetMs,
      sinceBootMs: this.#sinceBootMs,
      boot: this.#boot,
      synchronised: this.#synchronised,
    };
  }

  sleptMs(): number {
    return this.#sleptMs;
  }

  after(name: string, delayMs: number, task: () => void): Cancel {
    const order = this.#order++;
    this.#waiting.set(order, { dueMs: this.#sinceBootMs + Math.max(delayMs, 0), order, name, task });
    return () => this.#waiting.delete(order);
  }

  /** Sets what the wall side says from now on; waits are untouched. */
  step(wallMs: number, synchronised: boolean): void {
    this.#wallOffsetMs = wallMs - this.#sinceBootMs;
    this.#synchronised = synchronised;
  }

  /** Lets `ms` milliseconds pass, firing what falls due on the way at its own instant. */
  advance(ms: number): void {
    const endMs = this.#sinceBootMs + ms;
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#waiting.delete(next.order);
      this.#sinceBootMs = Math.max(this.#sinceBootMs, next.dueMs);
      next.task();
    }
    this.#sinceBootMs = endMs;
  }

  /** Lets `ms` milliseconds pass in which the process stands still: what falls due meanwhile fires with the next advance. */
  stall(ms: number): void {
    this.#sinceBootMs += ms;
  }

  /** The machine sleeps for `ms` milliseconds: the wall goes on, no wait and no duration knows of it. */
  sleep(ms: number): void {
    this.#sleptMs += ms;
    this.#wallOffsetMs += ms;
  }

  /** How long until the next wait ends, in milliseconds; undefined when nothing waits. */
  untilNextMs(): number | undefined {
    const next = this.#next(Number.POSITIVE_INFINITY);
    return next === undefined ? undefined : Math.max(next.dueMs - this.#sinceBootMs, 0);
  }

  /** Names of the waits that are running, soonest first: what a test asserts on. */
  waits(): string[] {
    return [...this.#waiting.values()].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order).map((w) => w.name);
  }

  #next(untilMs: number): Waiting | undefined {
    let first: Waiting | undefined;
    for (const w of this.#waiting.values()) {
      if (w.dueMs > untilMs) continue;
      if (first === undefined || w.dueMs < first.dueMs || (w.dueMs === first.dueMs && w.order < first.order)) first = w;
    }
    return first;
  }
}
