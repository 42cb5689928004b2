// A controller's end of the wire made of mqtt and jose alone (interfaces.md section 6): what the office sends is verified,
// what is sent is signed, and nothing of ours is used.

import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { eventually } from './eventually.ts';
import { type JoseSigner, joseRead } from './jose-signer.ts';
import type { JournalMaker } from './journal-maker.ts';

export interface WireMessage {
  readonly topic: string;
  readonly payload: Buffer;
}

export class WireEdge {
  readonly messages: WireMessage[] = [];
  readonly controller: string;
  readonly #client: MqttClient;
  readonly #base: string;
  readonly #signer: JoseSigner;
  readonly #office: Pick<JoseSigner, 'kid' | 'publicKey'>;

  private constructor(client: MqttClient, base: string, controller: string, signer: JoseSigner, office: JoseSigner) {
    this.#client = client;
    this.#base = base;
    this.controller = controller;
    this.#signer = signer;
    this.#office = office;
    client.on('message', (topic, payload) => this.messages.push({ topic, payload }));
  }

  /** Connected, and subscribed to what a controller of `site` hears. */
  static async connect(
    url: string,
    options: IClientOptions,
    who: { site: string; controller: string; signer: JoseSigner; office: JoseSigner },
  ): Promise<WireEdge> {
    const { site, controller, signer, office } = who;
    const client = await mqtt.connectAsync(url, { ...options, protocolVersion: 4, reconnectPeriod: 100 });
    const base = `cardea/1/${site}`;
    const edge = new WireEdge(client, base, controller, signer, office);
    const topics = [`${base}/${controller}/ack`, `${base}/replica/manifest`, `${base}/${controller}/replica/chunk/+/+`];
    await client.subscribeAsync(topics, { qos: 1 });
    return edge;
  }

  async send(what: 'events' | 'want' | 'status', payload: object, signer = this.#signer): Promise<void> {
    const topic = `${this.#base}/${this.controller}/${what}`;
    await this.publish(topic, await signer.sign(topic, payload));
  }

  async publish(topic: string, payload: string | Buffer, { retain = false } = {}): Promise<void> {
    await this.#client.publishAsync(topic, payload, { qos: 1, retain });
  }

  /**
   * Sends the journal from the last acknowledgement on, again and again, as an outbox does, until the office has
   * acknowledged it to its end.
   */
  async deliver(journal: JournalMaker): Promise<void> {
    await eventually(`the acknowledgement of ${journal.events.length} events`, async () => {
      const through = await this.acknowledged(journal.epoch);
      if (through >= journal.events.length) return true;
      await this.send('events', journal.batch(through + 1));
      return false;
    });
  }

  /** The highest sequence number of this epoch that the office has acknowledged; every acknowledgement is verified. */
  async acknowledged(epoch: string): Promise<number> {
    const acks = (await this.read('ack')).filter((ack) => ack.epoch === epoch);
    return Math.max(0, ...acks.map(({ through }) => Number(through)));
  }

  /** The messages of one kind, verified, oldest first. */
  read(what: 'ack' | 'manifest'): Promise<Record<string, unknown>[]> {
    const topic = what === 'ack' ? `${this.#base}/${this.controller}/ack` : `${this.#base}/replica/manifest`;
    const found = this.messages.filter((message) => message.topic === topic);
    return Promise.all(found.map(({ payload }) => joseRead(topic, payload, this.#office)));
  }

  /** The chunks of a revision that came on this controller's own topics, by number. */
  chunks(revision: number): Map<number, Buffer> {
    const prefix = `${this.#base}/${this.controller}/replica/chunk/${revision}/`;
    const found = this.messages.filter(({ topic }) => topic.startsWith(prefix));
    return new Map(found.map(({ topic, payload }) => [Number(topic.slice(prefix.length)), payload]));
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
