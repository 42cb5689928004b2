// The office's connection to the broker: tried again for ever with growing waits, one attempt at a time; nothing is heard of
// an attempt that was given up.

import type { Cancel, Clock, Random } from '../../../access/clock.ts';
import { backoff } from '../../protocol/retry.ts';
import type { Connection, ConnectRequest, LinkFault, PublishOptions, Transport } from '../../protocol/transport.ts';

export interface UplinkParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly request: ConnectRequest;
}

export interface UplinkHandlers {
  up(): void;
  /** The connection, or an attempt, came to its end. */
  down(fault: LinkFault): void;
  message(topic: string, payload: Uint8Array): void;
  oversized(topic: string, bytes: number): void;
}

const backoffMinMs = 500;
const backoffMaxMs = 30_000;
/** An attempt that came to no end is given up. */
const attemptMs = 30_000;
/** A connection that held this long was a good one: the next wait is short again. */
const steadyMs = 30_000;
const goodbyeMs = 2_000;

export class Uplink {
  readonly #parts: UplinkParts;
  readonly #handlers: UplinkHandlers;
  #waits: Generator<number, never>;
  #connection: Connection | null = null;
  #up = false;
  /** Counts attempts; what an older one says is not heard. */
  #attempt = 0;
  #cancel: Cancel = () => {};

  constructor(parts: UplinkParts, handlers: UplinkHandlers) {
    this.#parts = parts;
    this.#handlers = handlers;
    this.#waits = backoff(backoffMinMs, backoffMaxMs, parts.random);
  }

  start(): void {
    const attempt = ++this.#attempt;
    const mine = (act: () => void): void => {
      if (attempt === this.#attempt) act();
    };
    this.#wait('office attempt', attemptMs, () => {
      this.#connection?.drop();
      this.#down({ code: 'timeout', message: `no answer from the broker within ${attemptMs / 1000} s` });
    });
    this.#connection = this.#parts.transport.connect(this.#parts.request, {
      up: () => mine(() => this.#connected()),
      message: (topic, payload) => mine(() => this.#handlers.message(topic, payload)),
      oversized: (topic, bytes) => mine(() => this.#handlers.oversized(topic, bytes)),
      down: (fault) => mine(() => this.#down(fault)),
    });
  }

  /** false: not handed over. */
  publish(topic: string, payload: string | Uint8Array, options: PublishOptions): boolean {
    return this.#up && (this.#connection?.publish(topic, payload, options) ?? false);
  }

  /** Says goodbye, for good. Settles within 2 s. */
  stop(): Promise<void> {
    const connection = this.#connection;
    const wasUp = this.#up;
    this.#forget();
    if (connection === null) return Promise.resolve();
    if (!wasUp) {
      connection.drop();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#wait('office goodbye', goodbyeMs, () => {
        connection.drop();
        resolve();
      });
      connection.close(() => {
        this.#cancel();
        resolve();
      });
    });
  }

  #connected(): void {
    this.#up = true;
    this.#wait('office steady', steadyMs, () => {
      this.#waits = backoff(backoffMinMs, backoffMaxMs, this.#parts.random);
    });
    this.#handlers.up();
  }

  #down(fault: LinkFault): void {
    this.#forget();
    this.#wait('office reconnect', this.#waits.next().value, () => this.start());
    this.#handlers.down(fault);
  }

  #forget(): void {
    this.#attempt++;
    this.#connection = null;
    this.#up = false;
    this.#cancel();
  }

  #wait(name: string, delayMs: number, task: () => void): void {
    this.#cancel();
    this.#cancel = this.#parts.clock.after(name, delayMs, task);
  }
}
