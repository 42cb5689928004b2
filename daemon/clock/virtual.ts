// The clock of replay, the simulator and the tests: time passes only when it is advanced, timers fire in the order of
// their instants (then of their making), and a step of the wall side moves no timer.

import type { Cancel, Clock, Moment } from '../../access/clock.ts';

interface Waiting {
  readonly dueMs: number;
  readonly order: number;
  readonly name: string;
  readonly task: () => void;
  over: boolean;
}

export class VirtualClock implements Clock {
  #sinceBootMs: number;
  #wallOffsetMs: number;
  #synchronised = true;
  #sleptMs = 0;
  #boot: string;
  #order = 0;
  /** A heap: each stands behind the one at half its place. Waits that are over stay until they come up, or are too many. */
  #waiting: Waiting[] = [];
  #over = 0;

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
    const wait = { dueMs: this.#sinceBootMs + Math.max(delayMs, 0), order, name, task, over: false };
    this.#push(wait);
    return () => this.#end(wait);
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
      next.over = true;
      this.#pop();
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
    const running = this.#waiting.filter(({ over }) => !over);
    return running.sort((a, b) => (isBefore(a, b) ? -1 : 1)).map(({ name }) => name);
  }

  #next(untilMs: number): Waiting | undefined {
    let [first] = this.#waiting;
    while (first?.over === true) {
      this.#pop();
      this.#over -= 1;
      [first] = this.#waiting;
    }
    return first === undefined || first.dueMs > untilMs ? undefined : first;
  }

  #end(wait: Waiting): void {
    if (wait.over) return;
    wait.over = true;
    this.#over += 1;
    if (this.#over < 64 || this.#over * 2 < this.#waiting.length) return;
    const running = this.#waiting.filter(({ over }) => !over);
    this.#waiting = [];
    this.#over = 0;
    for (const one of running) this.#push(one);
  }

  #push(wait: Waiting): void {
    const heap = this.#waiting;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, wait)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = wait;
  }

  /** Takes the first one away. */
  #pop(): void {
    const heap = this.#waiting;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = last;
  }
}

function isBefore(a: Waiting, b: Waiting): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
