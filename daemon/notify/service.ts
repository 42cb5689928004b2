// A controller as a service: says when its doors work, when it reads its config and when it ends, and feeds the watchdog
// from the main loop, but only while a tap can open a door. Fed at half of what the manager bears; while a tap can not,
// looked at more often, so that a keeper that was only replaced does not cost a restart.

import type { Cancel, Clock } from '../../access/clock.ts';
import type { Log } from '../log.ts';
import type { Assignment, Manager } from './manager.ts';

export interface ServiceParts {
  readonly manager: Manager;
  /** null: no watchdog. */
  readonly watchdogMs: number | null;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is told about: a running controller. */
export interface Served {
  /** One line about what runs. */
  statusWords(): string;
  /** What is broken, in words; null while a tap can open a door. */
  tapPathFault(): string | null;
}

/** While the watchdog is not fed, it is looked at this many times as often. */
const looksPerFeeding = 8;

export class Service {
  readonly #parts: ServiceParts;
  readonly #served: Served;
  #cancel: Cancel = () => {};
  #fault: string | null = null;
  #stopping = false;

  /** Says that the doors work, and feeds from now on. */
  constructor(parts: ServiceParts, served: Served) {
    this.#parts = parts;
    this.#served = served;
    parts.manager.say('READY=1', this.#status());
    this.#look();
  }

  /** Says so while `reload` runs. Never rejects with anything but what `reload` rejects with. */
  async reloading(reload: () => Promise<void>): Promise<void> {
    if (this.#stopping) return;
    const { manager, clock } = this.#parts;
    // systemd wants to see that this is after it asked; the clock counts whole milliseconds.
    const usec = BigInt(Math.ceil(clock.now().sinceBootMs) + 1) * 1000n;
    manager.say('RELOADING=1', `MONOTONIC_USEC=${usec}`, 'STATUS=reading the config again');
    try {
      await reload();
    } finally {
      if (!this.#stopping) manager.say('READY=1', this.#status());
    }
  }

  /** The end begins: the watchdog is not fed any more, the manager's own limit for stopping counts. */
  stopping(): void {
    this.#stopping = true;
    this.#cancel();
    this.#parts.manager.say('STOPPING=1', 'STATUS=draining');
  }

  #look(): void {
    const { manager, watchdogMs, clock, log } = this.#parts;
    if (watchdogMs === null) return;
    const fault = this.#served.tapPathFault();
    if (fault === null) {
      if (this.#fault !== null) log('info', 'a tap can open a door again: the watchdog is fed');
      manager.say('WATCHDOG=1', this.#status());
    } else if (fault !== this.#fault) {
      log('error', `${fault}: the watchdog is not fed until that ends`);
      manager.say(`STATUS=the watchdog is not fed: ${fault}`);
    }
    this.#fault = fault;
    const feedingMs = watchdogMs / 2;
    const waitMs = fault === null ? feedingMs : feedingMs / looksPerFeeding;
    this.#cancel = clock.after('watchdog', waitMs, () => this.#look());
  }

  #status(): Assignment {
    return `STATUS=${this.#served.statusWords()}`;
  }
}
