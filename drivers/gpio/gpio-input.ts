// An input on a GPIO line: debounced by the times of its edges, and got back by itself, with backoff, when it cannot be
// watched. Its level is looked at once a second besides, whatever the edges said.

import type { Cancel, Clock, Random } from '../../access/clock.ts';
import { backoff, deviceBackoff } from '../backoff.ts';
import { type Debounce, debounceFrom, dueMs, edge, forget, lost, settle } from '../debounce.ts';
import { DriverError } from '../driver-error.ts';
import type { DeviceFault, Input, InputChange, InputHealth } from '../port.ts';
import { findEdges } from './backend.ts';
import { GpioError } from './gpio-error.ts';
import { consumerOf, type EdgeEvents, type Edges, type GpioLine } from './line.ts';
import { requireGpio } from './natives.ts';

/** How often the level is looked at, edges or not. */
const lookMs = 1_000;

export interface GpioInputConfig extends GpioLine {
  readonly debounceMs: number;
}

/** Takes the line and watches it; throws where it cannot. */
export type OpenEdges = (events: EdgeEvents) => Edges;

export class GpioInput implements Input {
  readonly #openEdges: OpenEdges;
  readonly #debounceMs: number;
  readonly #clock: Clock;
  readonly #random: Random;
  #change: InputChange | null = null;
  #health: InputHealth = () => {};
  #edges: Edges | null = null;
  #level: Debounce | null = null;
  #told: boolean | null = null;
  #faulty = false;
  #waits: Iterator<number, never>;
  #cancelSettle: Cancel = () => {};
  #cancelWait: Cancel = () => {};
  #closed = false;

  constructor(openEdges: OpenEdges, debounceMs: number, clock: Clock, random: Random) {
    this.#openEdges = openEdges;
    this.#debounceMs = debounceMs;
    this.#clock = clock;
    this.#random = random;
    this.#waits = backoff(random, deviceBackoff);
  }

  open(change: InputChange, health: InputHealth): void {
    if (this.#closed || this.#change !== null) return;
    this.#change = change;
    this.#health = health;
    this.#take();
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#release();
    return Promise.resolve();
  }

  #take(): void {
    try {
      const edges = this.#openEdges({
        edge: (active, atMs) => this.#step((level) => edge(level, active, atMs)),
        lost: (atMs) => this.#step((level) => lost(level, atMs)),
        gone: (error) => this.#lose(error),
      });
      this.#edges = edges;
      const [active, atMs] = [edges.level(), this.#clock.now().sinceBootMs];
      this.#recover();
      const before = this.#level;
      this.#level = before === null ? debounceFrom(active, atMs, this.#debounceMs) : edge(before, active, atMs);
      this.#tell();
    } catch (error) {
      this.#lose(error);
      return;
    }
    this.#watch();
  }

  #recover(): void {
    this.#waits = backoff(this.#random, deviceBackoff);
    if (!this.#faulty) return;
    this.#faulty = false;
    this.#health(null);
  }

  /** The look that a second has passed for; a chip that is gone is noticed by it at the latest. */
  #watch(): void {
    if (this.#closed || this.#edges === null) return;
    this.#cancelWait = this.#clock.after('input look', lookMs, () => {
      this.#edges?.drain();
      this.#watch();
    });
  }

  #step(next: (level: Debounce) => Debounce): void {
    if (this.#level === null || this.#closed) return;
    this.#level = next(this.#level);
    this.#tell();
  }

  /** Tells what counts now, and waits for what may count next. */
  #tell(): void {
    this.#cancelSettle();
    const level = this.#level;
    if (level === null || this.#closed) return;
    const due = dueMs(level);
    if (due !== null) {
      const waitMs = due - this.#clock.now().sinceBootMs;
      this.#cancelSettle = this.#clock.after('input debounce', waitMs, () => this.#settle());
    }
    if (level.stable === null || level.stable === this.#told) return;
    this.#told = level.stable;
    this.#change?.(level.stable, level.stableSinceMs);
  }

  /** Edges that the main loop has not read yet come first: they may say that the level did not last. */
  #settle(): void {
    this.#edges?.drain();
    // Without its line nobody knows whether the level lasts.
    if (this.#edges === null) return;
    this.#step((level) => settle(level, this.#clock.now().sinceBootMs));
  }

  #release(): void {
    this.#cancelSettle();
    this.#cancelWait();
    this.#edges?.close();
    this.#edges = null;
  }

  #lose(error: unknown): void {
    this.#release();
    if (this.#closed) return;
    if (this.#level !== null) this.#level = forget(this.#level);
    if (!this.#faulty && !(error instanceof GpioError && error.code === 'line-settling')) {
      this.#faulty = true;
      this.#health(faultOf(error));
    }
    this.#cancelWait = this.#clock.after('input again', this.#waits.next().value, () => this.#take());
  }
}

/** @param where names it in an error, as `contact of front-door`. @throws DriverError `driver-missing` */
export function gpioInput(
  where: string,
  config: GpioInputConfig,
  accessPoint: string,
  clock: Clock,
  random: Random,
): Input {
  requireGpio(where);
  const consumer = consumerOf(accessPoint);
  return new GpioInput((events) => findEdges(config, consumer, clock, events), config.debounceMs, clock, random);
}

function faultOf(error: unknown): DeviceFault {
  if (error instanceof GpioError || error instanceof DriverError) return { code: error.code, message: error.message };
  return { code: 'gpio-failed', message: error instanceof Error ? error.message : String(error) };
}
