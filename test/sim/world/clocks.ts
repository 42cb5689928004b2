// The clocks of a world: one true time, and for every machine a clock of its own that may be wrong about it. A machine that
// boots has a new boot and does not know the time until somebody tells it.

import type { Cancel, Clock, Moment } from '../../../access/clock.ts';
import type { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { SimProcess } from './process.ts';

export class MachineTime {
  readonly #true: VirtualClock;
  #boot: string;
  #bootedAtMs: number;
  #aheadMs = 0;
  #synchronised = true;

  constructor(trueTime: VirtualClock, boot: string) {
    this.#true = trueTime;
    this.#boot = boot;
    this.#bootedAtMs = this.#trueMs - 3_600_000;
  }

  now(): Moment {
    const trueMs = this.#trueMs;
    return {
      wallMs: trueMs + this.#aheadMs,
      sinceBootMs: trueMs - this.#bootedAtMs,
      boot: this.#boot,
      synchronised: this.#synchronised,
    };
  }

  /** The wall says something else from now on. */
  step(byMs: number): void {
    this.#aheadMs += byMs;
  }

  /** The time source is lost: the wall runs on as it is. */
  lose(): void {
    this.#synchronised = false;
  }

  /** The time source is there: the wall is right. */
  synchronise(): void {
    this.#aheadMs = 0;
    this.#synchronised = true;
  }

  /** A machine without a battery: after a boot its wall says what it said when it was last written down, or 1970. */
  reboot(boot: string, wallMs: number): void {
    this.#boot = boot;
    this.#bootedAtMs = this.#trueMs - 20_000;
    this.#aheadMs = wallMs - this.#trueMs;
    this.#synchronised = false;
  }

  get #trueMs(): number {
    return this.#true.now().wallMs;
  }
}

/**
 * Waits that only ask, all the time, whether somebody else did something. Of a day there are a million; they are made longer
 * here, so that a day takes seconds. What they find, they find that much later. Milliseconds, by their names.
 */
const polls: Readonly<Record<string, number>> = {
  standstill: 2_000,
  'office commands': 4_000,
  'office replica': 20_000,
};
/** A shorter wait under the same name goes on with work. */
const pollsFromMs = 100;

/** The clock that a process of a machine is given: its waits end with it. */
export class ProcessClock implements Clock {
  readonly #true: VirtualClock;
  readonly #machine: MachineTime;
  readonly #process: SimProcess;

  constructor(trueTime: VirtualClock, machine: MachineTime, process: SimProcess) {
    this.#true = trueTime;
    this.#machine = machine;
    this.#process = process;
  }

  now(): Moment {
    return this.#machine.now();
  }

  sleptMs(): number {
    return 0;
  }

  after(name: string, delayMs: number, task: () => void): Cancel {
    if (!this.#process.alive) return () => {};
    const waitMs = delayMs < pollsFromMs ? delayMs : Math.max(delayMs, polls[name] ?? 0);
    return this.#true.after(name, waitMs, () => this.#process.run(task));
  }
}
