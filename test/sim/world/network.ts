// The network and the broker on it, for all processes of a world. Neither is trusted with anything: messages are lost, doubled,
// late and out of order as the weather says, links are cut, and a broker that starts anew may have forgotten what it kept.

import type { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type {
  Connection,
  ConnectionHandlers,
  ConnectRequest,
  PublishOptions,
  Transport,
} from '../../../sync/protocol/transport.ts';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import type { SimProcess } from './process.ts';

export interface Weather {
  /** Of one message on one of its two ways. */
  lose: number;
  double: number;
  /** A message takes up to this much longer than its link does, and so overtakes others. */
  jitterMs: number;
}

export interface Seen {
  readonly from: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
}

interface Client {
  /** Of the process: what its link is called by. */
  readonly node: string;
  readonly process: SimProcess;
  readonly request: ConnectRequest;
  readonly handlers: ConnectionHandlers;
  readonly fits: (topic: string) => boolean;
  up: boolean;
}

/** A connection whose other end is gone is noticed this much later. */
const noticedMs = 20_000;

export class SimNetwork {
  readonly weather: Weather = { lose: 0, double: 0, jitterMs: 0 };
  /** Hears what a process hands over, before anything becomes of it. */
  watch: (seen: Seen) => void = () => {};
  readonly #clock: VirtualClock;
  readonly #dice: Dice;
  readonly #history: History;
  readonly #clients = new Set<Client>();
  readonly #retained = new Map<string, Uint8Array>();
  /** By node, how many cut its link: it is whole once each has mended what was theirs. */
  readonly #cut = new Map<string, number>();
  readonly #latencyMs = new Map<string, number>();
  #brokerRuns = true;

  constructor(clock: VirtualClock, dice: Dice, history: History) {
    this.#clock = clock;
    this.#dice = dice;
    this.#history = history;
  }

  transport(node: string, process: SimProcess): Transport {
    if (!this.#latencyMs.has(node)) this.#latencyMs.set(node, this.#dice.between(1, 60));
    return {
      connect: (request, handlers) => {
        process.step('connects');
        return this.#connect(node, process, request, handlers);
      },
    };
  }

  cut(node: string): void {
    this.#cut.set(node, (this.#cut.get(node) ?? 0) + 1);
    this.#clock.after('link noticed', noticedMs, () => {
      if (this.#cut.has(node)) for (const client of this.#of(node)) this.#lose(client, 'no answer any more');
    });
  }

  mend(node: string): void {
    const left = (this.#cut.get(node) ?? 1) - 1;
    if (left > 0) this.#cut.set(node, left);
    else this.#cut.delete(node);
  }

  isCut(node: string): boolean {
    return this.#cut.has(node);
  }

  /** The sockets of a process that ended: the broker sees them close. */
  close(node: string): void {
    for (const client of this.#of(node)) this.#forget(client, true);
  }

  stopBroker(forgets: boolean): void {
    this.#brokerRuns = false;
    if (forgets) this.#retained.clear();
    for (const client of [...this.#clients]) this.#lose(client, 'the broker ended the connection');
  }

  startBroker(): void {
    this.#brokerRuns = true;
  }

  /** Good weather, every link whole, the broker up. */
  calm(): void {
    Object.assign(this.weather, { lose: 0, double: 0, jitterMs: 0 });
    this.#cut.clear();
    this.#brokerRuns = true;
  }

  /** Somebody who can publish, and is none of the site's. */
  inject(topic: string, payload: Uint8Array, retain: boolean): void {
    if (this.#brokerRuns) this.#spread(topic, payload, retain);
  }

  #connect(node: string, process: SimProcess, request: ConnectRequest, handlers: ConnectionHandlers): Connection {
    const patterns = request.subscriptions.map(
      (filter) => new RegExp(`^${filter.replaceAll('.', '\\.').replaceAll('+', '[^/]+').replace(/#$/, '.*')}$`),
    );
    const fits = (topic: string): boolean => patterns.some((pattern) => pattern.test(topic));
    const client: Client = { node, process, request, handlers, fits, up: false };
    let given = true;
    this.#later(client, 'connects', () => {
      if (!given || this.#cut.has(node)) return;
      if (!this.#brokerRuns) process.run(() => handlers.down({ code: 'unreachable', message: 'nobody answers' }));
      else this.#accept(client);
    });
    const leave = (will: boolean): void => {
      given = false;
      this.#forget(client, will);
    };
    return {
      publish: (topic, payload, options) => this.#publish(client, topic, payload, options),
      close: (done) => {
        leave(false);
        this.#later(client, 'says goodbye', () => process.run(done));
      },
      drop: () => leave(true),
    };
  }

  #accept(client: Client): void {
    for (const other of [...this.#clients]) {
      if (other.request.clientId === client.request.clientId) this.#lose(other, 'another one has its name');
    }
    client.up = true;
    this.#clients.add(client);
    this.#history.note(`${client.node} is connected`);
    client.process.run(() => client.handlers.up());
    for (const [topic, payload] of this.#retained) if (client.fits(topic)) this.#deliver(client, topic, payload, true);
  }

  #publish(from: Client, topic: string, payload: string | Uint8Array, options: PublishOptions): boolean {
    const { node, process } = from;
    process.step('not sent yet');
    if (!from.up) return false;
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    this.watch({ from: node, topic, payload: bytes, retain: options.retain });
    process.step('sent');
    if (this.#cut.has(node)) return true;
    this.#later(from, 'takes', () => {
      if (!this.#brokerRuns || !from.up) return;
      process.run(() => options.delivered?.());
      if (!this.#isLost()) this.#spread(topic, bytes, options.retain);
      if (this.#dice.chance(this.weather.double)) this.#spread(topic, bytes, options.retain);
    });
    return true;
  }

  #spread(topic: string, payload: Uint8Array, retain: boolean): void {
    if (retain && payload.length === 0) this.#retained.delete(topic);
    else if (retain) this.#retained.set(topic, payload);
    for (const client of this.#clients) if (client.fits(topic)) this.#deliver(client, topic, payload, false);
  }

  #deliver(to: Client, topic: string, payload: Uint8Array, retained: boolean): void {
    if (this.#isLost()) return;
    this.#later(to, 'delivers', () => {
      if (!to.up || !to.process.alive || this.#cut.has(to.node)) return;
      this.#history.note(`${to.node} hears ${topic}${retained ? ' (kept)' : ''}`, payload);
      const { maxMessageBytes } = to.request;
      to.process.run(() => {
        if (payload.length > maxMessageBytes) to.handlers.oversized(topic, payload.length);
        else to.handlers.message(topic, payload, retained);
      });
    });
  }

  #lose(client: Client, message: string): void {
    if (!this.#forget(client, true)) return;
    client.process.run(() => client.handlers.down({ code: 'closed', message }));
  }

  /** @returns whether it was there */
  #forget(client: Client, withWill: boolean): boolean {
    client.up = false;
    if (!this.#clients.delete(client)) return false;
    this.#history.note(`${client.node} is gone`);
    const { will } = client.request;
    if (withWill && will !== null && this.#brokerRuns) this.#spread(will.topic, Buffer.from(will.payload), true);
    return true;
  }

  #of(node: string): Client[] {
    return [...this.#clients].filter((client) => client.node === node);
  }

  #later({ node }: Client, what: string, act: () => void): void {
    const { jitterMs } = this.weather;
    const extraMs = jitterMs === 0 ? 0 : this.#dice.between(0, jitterMs);
    this.#clock.after(`network ${what}`, (this.#latencyMs.get(node) ?? 1) + extraMs, act);
  }

  #isLost(): boolean {
    return this.weather.lose > 0 && this.#dice.chance(this.weather.lose);
  }
}
