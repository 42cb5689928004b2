// A broker in memory with one client: what a test holds in place of the network. Nothing moves by itself; the test says when
// the connection comes up, when it breaks, and when the broker has taken what was published.

import type {
  Connection,
  ConnectionHandlers,
  ConnectRequest,
  PublishOptions,
  Transport,
} from '../../sync/protocol/transport.ts';

export interface Published {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly retain: boolean;
}

export class MemoryBroker implements Transport {
  readonly published: Published[] = [];
  readonly requests: ConnectRequest[] = [];
  /** Messages that the broker takes before it answers; more are turned away. */
  room = Number.POSITIVE_INFINITY;
  /** Connections that were closed with a goodbye. */
  goodbyes = 0;
  #handlers: ConnectionHandlers | null = null;
  #unanswered: (() => void)[] = [];

  connect(request: ConnectRequest, handlers: ConnectionHandlers): Connection {
    this.requests.push(request);
    this.#handlers = handlers;
    const forget = (): void => {
      if (this.#handlers === handlers) this.#forget();
    };
    return {
      publish: (topic, payload, options) => this.#publish(topic, payload, options),
      close: (done) => {
        this.goodbyes++;
        forget();
        done();
      },
      drop: forget,
    };
  }

  up(): void {
    this.#handlers?.up();
  }

  down(code = 'closed'): void {
    const handlers = this.#handlers;
    this.#forget();
    handlers?.down({ code, message: 'the broker ended the connection' });
  }

  message(topic: string, payload: string | Uint8Array): void {
    this.#handlers?.message(topic, typeof payload === 'string' ? Buffer.from(payload) : payload, false);
  }

  /** The transport dropped a message of `bytes` unread. */
  oversized(topic: string, bytes: number): void {
    this.#handlers?.oversized(topic, bytes);
  }

  /** The broker takes everything that was published up to now. How many that were. */
  answer(): number {
    const unanswered = this.#unanswered;
    this.#unanswered = [];
    for (const delivered of unanswered) delivered();
    return unanswered.length;
  }

  /** What was published on topics that fit, oldest first. */
  on(pattern: RegExp): Published[] {
    return this.published.filter(({ topic }) => pattern.test(topic));
  }

  #publish(topic: string, payload: string | Uint8Array, { retain, delivered }: PublishOptions): boolean {
    if (this.#handlers === null || this.#unanswered.length >= this.room) return false;
    this.published.push({ topic, payload, retain });
    this.#unanswered.push(delivered ?? (() => {}));
    return true;
  }

  #forget(): void {
    this.#handlers = null;
    this.#unanswered = [];
  }
}
