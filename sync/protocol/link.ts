// Either end's connection to the broker: tried again for ever, with growing waits; at most one attempt at a time, and
// nothing is heard of an attempt that was given up.

import type { Cancel, Clock, Random } from '../../access/clock.ts';
import { backoff } from './retry.ts';
import type { Connection, ConnectRequest, LinkFault, PublishOptions, Transport } from './transport.ts';

export interface LinkHandlers {
  /** Connected, and subscribed to everything. */
  online(): void;
  /** What was online is not any more. `code`: of the fault. */
  offline(code: string): void;
  /** `retained`: the broker had kept it. */
  message(topic: string, payload: Uint8Array, retained: boolean): void;
  oversized(topic: string, bytes: number): void;
  /** Only when something changed: up, down, or down for another reason. */
  changed(online: boolean, detail: string): void;
}

export interface LinkOptions {
  /** Whose it is: stands before the names of its waits. */
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly request: ConnectRequest;
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
}

/** An attempt that came to no end is given up. */
const attemptMs = 30_000;
/** A connection that held this long was a good one: the next wait is short again. */
const steadyMs = 30_000;
const goodbyeMs = 2_000;

export class Link {
  readonly #options: LinkOptions;
  readonly #handlers: LinkHandlers;
  #waits: Generator<number, never>;
  #connection: Connection | null = null;
  #attempt = 0;
  #online = false;
  #stopped = false;
  #said: string | null = null;
  #cancel: Cancel = () => {};

  constructor(options: LinkOptions, handlers: LinkHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#waits = this.#freshWaits();
  }

  start(): void {
    if (this.#stopped || this.#connection !== null) return;
    const attempt = ++this.#attempt;
    const mine = (act: () => void): void => {
      if (attempt === this.#attempt) act();
    };
    this.#wait('attempt', attemptMs, () => {
      this.#connection?.drop();
      this.#down({ code: 'timeout', message: `no answer from the broker within ${attemptMs / 1000} s` });
    });
    this.#connection = this.#options.transport.connect(this.#options.request, {
      up: () => mine(() => this.#up()),
      message: (...received) => mine(() => this.#handlers.message(...received)),
      oversized: (topic, bytes) => mine(() => this.#handlers.oversized(topic, bytes)),
      down: (fault) => mine(() => this.#down(fault)),
    });
  }

  /** false: not handed over. */
  publish(topic: string, payload: string | Uint8Array, options: PublishOptions): boolean {
    return this.#online && (this.#connection?.publish(topic, payload, options) ?? false);
  }

  /** Says goodbye, for good. Settles within 2 s. */
  stop(): Promise<void> {
    const connection = this.#connection;
    const wasOnline = this.#online;
    this.#stopped = true;
    this.#forget();
    if (connection === null || !wasOnline) {
      connection?.drop();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#wait('goodbye', goodbyeMs, () => {
        connection.drop();
        resolve();
      });
      connection.close(() => {
        this.#cancel();
        resolve();
      });
    });
  }

  #up(): void {
    if (this.#online) return;
    this.#online = true;
    this.#wait('steady', steadyMs, () => {
      this.#waits = this.#freshWaits();
    });
    this.#say(true, 'connected');
    this.#handlers.online();
  }

  #down(fault: LinkFault): void {
    const wasOnline = this.#online;
    this.#forget();
    this.#wait('reconnect', this.#waits.next().value, () => this.start());
    this.#say(false, `${fault.code}: ${fault.message}`);
    if (wasOnline) this.#handlers.offline(fault.code);
  }

  #forget(): void {
    this.#attempt++;
    this.#connection = null;
    this.#online = false;
    this.#cancel();
  }

  #say(online: boolean, detail: string): void {
    if (this.#said === detail) return;
    this.#said = detail;
    this.#handlers.changed(online, detail);
  }

  #wait(what: string, delayMs: number, task: () => void): void {
    const { clock, name } = this.#options;
    this.#cancel();
    this.#cancel = clock.after(`${name} ${what}`, delayMs, task);
  }

  #freshWaits(): Generator<number, never> {
    const { backoffMinMs, backoffMaxMs, random } = this.#options;
    return backoff(backoffMinMs, backoffMaxMs, random);
  }
}
