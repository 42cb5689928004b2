// A broker in memory for several clients, on the clock it is given: retained messages, last wills, one-level wildcards; whoever
// comes under a name that is taken throws the other out. Every message takes a moment; the test may break connections and
// lose messages on their way. What our own ends say is held against docs/asyncapi.yaml.

import type { Clock } from '../../access/clock.ts';
import type {
  Connection,
  ConnectionHandlers,
  ConnectRequest,
  PublishOptions,
  Transport,
} from '../../sync/protocol/transport.ts';
import { WireCheck } from './wire-check.ts';

/** One for all networks: reading the document takes its time. */
const described = new WireCheck();

interface Client {
  readonly request: ConnectRequest;
  readonly handlers: ConnectionHandlers;
  readonly fits: (topic: string) => boolean;
}

export class MemoryNetwork {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #clients = new Set<Client>();
  readonly #retained = new Map<string, Uint8Array>();
  /** Asked for each message to each receiver: true loses it. */
  loses: (topic: string) => boolean = () => false;
  #open = true;

  constructor(clock: Clock, delayMs = 5) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  transport(): Transport {
    return { connect: (request, handlers) => this.#connect(request, handlers) };
  }

  /** Breaks all connections, or only that of one client; last wills go out. */
  break(clientId?: string): void {
    for (const client of [...this.#clients]) {
      if (clientId === undefined || client.request.clientId === clientId) this.#lose(client, true);
    }
  }

  /** Turns everybody away, or no longer. */
  set open(open: boolean) {
    this.#open = open;
    if (!open) this.break();
  }

  #connect(request: ConnectRequest, handlers: ConnectionHandlers): Connection {
    const patterns = request.subscriptions.map(
      (filter) => new RegExp(`^${filter.replaceAll('.', '\\.').replaceAll('+', '[^/]+')}$`),
    );
    const client: Client = { request, handlers, fits: (topic) => patterns.some((pattern) => pattern.test(topic)) };
    let given = true;
    this.#clock.after(`network connects ${request.clientId}`, this.#delayMs, () => {
      if (!given) return;
      if (!this.#open) {
        handlers.down({ code: 'unreachable', message: 'nobody answers' });
        return;
      }
      this.break(request.clientId);
      this.#clients.add(client);
      handlers.up();
      for (const [topic, payload] of this.#retained) {
        if (client.fits(topic)) this.#deliver(client, topic, payload, true);
      }
    });
    const leave = (will: boolean): void => {
      given = false;
      if (this.#clients.delete(client) && will) this.#will(client);
    };
    return {
      publish: (topic, payload, options) => this.#publish(client, topic, payload, options),
      close: (done) => {
        leave(false);
        done();
      },
      drop: () => leave(true),
    };
  }

  #publish(from: Client, topic: string, payload: string | Uint8Array, { retain, delivered }: PublishOptions): boolean {
    if (!this.#clients.has(from)) return false;
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    if (from.request.clientId.startsWith('cardea')) {
      described.take(topic, bytes);
      described.end();
    }
    this.#clock.after(`network takes ${topic}`, this.#delayMs, () => {
      this.#spread(topic, bytes, retain);
      if (this.#clients.has(from)) delivered?.();
    });
    return true;
  }

  #spread(topic: string, payload: Uint8Array, retain: boolean): void {
    if (retain) this.#retained.set(topic, payload);
    for (const client of this.#clients) if (client.fits(topic)) this.#deliver(client, topic, payload);
  }

  #deliver(to: Client, topic: string, payload: Uint8Array, retained = false): void {
    if (this.loses(topic)) return;
    this.#clock.after(`network delivers ${topic}`, this.#delayMs, () => {
      if (this.#clients.has(to)) to.handlers.message(topic, payload, retained);
    });
  }

  #lose(client: Client, will: boolean): void {
    this.#clients.delete(client);
    if (will) this.#will(client);
    client.handlers.down({ code: 'closed', message: 'the broker ended the connection' });
  }

  #will({ request: { will } }: Client): void {
    if (will !== null) this.#spread(will.topic, Buffer.from(will.payload), true);
  }
}
