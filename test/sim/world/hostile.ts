// Somebody on the network who is none of the site's, hears everything and can publish anywhere: sends again what was sent, also
// to others, changes it, forges it with a key of its own, and clears what the broker keeps.

import { sign as signBytes } from 'node:crypto';
import type { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import type { Seen, SimNetwork } from './network.ts';
import { type SimSite, siteId } from './site.ts';

/** Messages that it remembers, of all that there were. */
const rememberedMessages = 200;

const topicsOf = (controller: string): string[] =>
  ['events', 'ack', 'status', 'command', 'reply', 'want', 'replica/delta', 'replica/chunk/1/0'].map(
    (what) => `cardea/1/${siteId}/${controller}/${what}`,
  );

export class Hostile {
  count = 0;
  readonly #clock: VirtualClock;
  readonly #dice: Dice;
  readonly #history: History;
  readonly #network: SimNetwork;
  readonly #site: SimSite;
  readonly #heard: Seen[] = [];
  #heardInAll = 0;
  #over = false;

  constructor(clock: VirtualClock, dice: Dice, history: History, network: SimNetwork, site: SimSite) {
    this.#clock = clock;
    this.#dice = dice;
    this.#history = history;
    this.#network = network;
    this.#site = site;
  }

  hear(seen: Seen): void {
    this.#heardInAll += 1;
    if (this.#heard.length < rememberedMessages) this.#heard.push(seen);
    else if (this.#dice.chance(rememberedMessages / this.#heardInAll)) {
      this.#heard[this.#dice.between(0, rememberedMessages - 1)] = seen;
    }
    // What is fresh is what hurts most when it comes again.
    if (!this.#over && this.#dice.chance(0.02)) this.#again(seen, this.#dice.between(0, 20_000));
  }

  start(): void {
    this.#clock.after('hostile sender', this.#dice.between(1_000, 20 * 60_000), () => {
      if (this.#over) return;
      this.#act();
      this.start();
    });
  }

  stop(): void {
    this.#over = true;
  }

  #act(): void {
    if (this.#heard.length === 0) return;
    const seen = this.#dice.pick(this.#heard);
    const { topic, payload } = seen;
    const acts = {
      again: () => this.#again(seen, 0),
      elsewhere: () => this.#send(this.#anyTopic(), payload, 'elsewhere'),
      changed: () => this.#send(topic, this.#changed(payload), 'changed'),
      forged: () => this.#send(...this.#forged(seen), 'forged'),
      clear: () => this.#send(this.#dice.chance(0.5) ? topic : manifest, Buffer.alloc(0), 'cleared'),
      noise: () => this.#send(this.#anyTopic(), this.#dice.bytes(this.#dice.between(1, 300)), 'noise'),
    };
    acts[this.#dice.weighed({ again: 4, elsewhere: 3, changed: 3, forged: 4, clear: 1, noise: 1 })]();
  }

  #again({ topic, payload }: Seen, afterMs: number): void {
    this.#clock.after('hostile sender again', afterMs, () => {
      if (!this.#over) this.#send(topic, payload, 'again');
    });
  }

  #send(topic: string, payload: Uint8Array, how: string): void {
    this.count += 1;
    this.#history.note(`somebody sends on ${topic} (${how})`, payload);
    this.#network.inject(topic, payload, this.#dice.chance(0.3));
  }

  #anyTopic(): string {
    const { id } = this.#dice.pick(this.#site.controllers);
    return this.#dice.chance(0.1) ? manifest : this.#dice.pick(topicsOf(id));
  }

  #changed(payload: Uint8Array): Uint8Array {
    const bytes = Uint8Array.from(payload);
    const at = this.#dice.between(0, Math.max(bytes.length - 1, 0));
    bytes[at] = (bytes[at] ?? 0) ^ (1 << this.#dice.between(0, 6));
    return bytes;
  }

  /** The same claim, or a worse one, under a key of its own, with the right name or the wrong one. */
  #forged({ topic, payload }: Seen): [string, Uint8Array] {
    const [head = '', body = ''] = Buffer.from(payload).toString('latin1').split('.');
    const claim = topic.endsWith('/ack') && this.#dice.chance(0.7) ? this.#allAcknowledged(body) : body;
    const text = `${head}.${claim}`;
    const signature = signBytes(null, Buffer.from(text), this.#site.stranger.privateKey).toString('base64url');
    return [topic, Buffer.from(`${text}.${signature}`)];
  }

  #allAcknowledged(body: string): string {
    try {
      const ack = JSON.parse(Buffer.from(body, 'base64url').toString()) as { through: number };
      return Buffer.from(JSON.stringify({ ...ack, through: ack.through + 5 })).toString('base64url');
    } catch {
      return body;
    }
  }
}

const manifest = `cardea/1/${siteId}/replica/manifest`;
