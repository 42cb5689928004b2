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

/** How often it is looked whether the doors work, until they do for the first time. */
const readyLookMs = 250;
/** While the watchdog is not fed, it is looked at this many times as often. */
const looksPerFeeding = 8;

export class Service {
  readonly #parts: ServiceParts;
  readonly #served: Served;
  #cancel: Cancel = () => {};
  #fault: string | null = null;
  #ready = false;
  #stopping = false;

  /** Says that the doors work as soon as they do, and feeds from then on. */
  constructor(parts: ServiceParts, served: Served) {
    this.#parts = parts;
    this.#served = served;
    this.#begin();
  }

  /** Says so while `reload` runs. Never rejects with anything but what `reload` rejects with. */
  async reloading(reload: () => Promise<void>): Promise<void> {
    if (this.#stopping) return;
    if (!this.#ready) return reload();
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

  /** The keeper may be slow to hold the lines: the manager's own limit for starting counts, and an installer waits. */
  #begin(): void {
    const { manager, clock, log } = this.#parts;
    const fault = this.#served.tapPathFault();
    if (fault === null) {
      this.#fault = null;
      this.#ready = true;
      manager.say('READY=1', this.#status());
      this.#look();
      return;
    }
    if (fault !== this.#fault) {
      log('error', `${fault}: not ready until that ends`);
      manager.say(`STATUS=not ready: ${fault}`);
    }
    this.#fault = fault;
    this.#cancel = clock.after('ready', readyLookMs, () => this.#begin());
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
