// An office on virtual time, with a broker in memory, two controllers that sign with jose, and a store of its own.

import { seededRandom } from '../../../daemon/clock/random.ts';
import type { OfficeLog } from '../../../sync/office/log.ts';
import { Office, type OfficeParts } from '../../../sync/office/office.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { signerOf } from '../../../sync/protocol/keys.ts';
import { type JoseSigner, joseRead, joseSigner } from '../../support/jose-signer.ts';
import type { JournalMaker } from '../../support/journal-maker.ts';
import { MemoryBroker } from '../../support/memory-broker.ts';
import { type Bench, openBench } from './bench.ts';

export const base = 'cardea/1/riverside';
export const siteKey = new Uint8Array(32).fill(7);

export class OfficeBench {
  readonly bench: Bench = openBench();
  readonly broker = new MemoryBroker();
  readonly store: OfficeStore = this.bench.open();
  readonly log: string[] = [];
  readonly officeKey: JoseSigner;
  readonly front: JoseSigner;
  readonly back: JoseSigner;
  readonly stranger: JoseSigner;
  office: Office;

  private constructor(keys: readonly [JoseSigner, JoseSigner, JoseSigner, JoseSigner]) {
    [this.officeKey, this.front, this.back, this.stranger] = keys;
    this.office = this.newOffice();
  }

  static async make(): Promise<OfficeBench> {
    return new OfficeBench(await Promise.all([joseSigner(), joseSigner(), joseSigner(), joseSigner()]));
  }

  newOffice(over: Partial<OfficeParts> = {}): Office {
    const log: OfficeLog = (level, message) => this.log.push(`${level} ${message}`);
    this.office = new Office({
      clock: this.bench.clock,
      random: seededRandom('office'),
      log,
      transport: this.broker,
      store: this.store,
      signer: signerOf(this.officeKey.privateKey),
      siteKey,
      controllers: [
        { id: 'front-desk', publicKey: this.front.publicKey },
        { id: 'back-door', publicKey: this.back.publicKey },
      ],
      ...over,
    });
    return this.office;
  }

  /** Starts the office and lets it connect. */
  start(): void {
    this.office.start();
    this.broker.up();
    this.run(0);
  }

  /** Lets time pass, with a broker that takes what it is given. */
  run(ms: number): void {
    const { clock } = this.bench;
    const endMs = clock.now().sinceBootMs + ms;
    for (;;) {
      clock.advance(0);
      if (this.broker.answer() > 0) continue;
      const nextMs = clock.untilNextMs();
      if (nextMs === undefined || clock.now().sinceBootMs + nextMs > endMs) break;
      clock.advance(nextMs);
    }
    clock.advance(endMs - clock.now().sinceBootMs);
  }

  async events(journal: JournalMaker, from?: number, to?: number, signer = this.front): Promise<void> {
    const topic = `${base}/${journal.controller}/events`;
    this.broker.message(topic, await signer.sign(topic, journal.batch(from, to)));
  }

  async want(controller: string, payload: object, signer = this.front): Promise<void> {
    const topic = `${base}/${controller}/want`;
    this.broker.message(topic, await signer.sign(topic, payload));
  }

  async status(controller: string, payload: object, signer = this.front): Promise<void> {
    const topic = `${base}/${controller}/status`;
    this.broker.message(topic, await signer.sign(topic, payload));
  }

  /** Acknowledgements so far, oldest first, each verified. */
  acks(controller = 'front-desk'): Promise<Record<string, unknown>[]> {
    const topic = `${base}/${controller}/ack`;
    const found = this.broker.published.filter((message) => message.topic === topic);
    return Promise.all(found.map(({ payload }) => joseRead(topic, payload, this.officeKey)));
  }

  manifests(): Promise<Record<string, unknown>[]> {
    const topic = `${base}/replica/manifest`;
    const found = this.broker.published.filter((message) => message.topic === topic);
    return Promise.all(found.map(({ payload }) => joseRead(topic, payload, this.officeKey)));
  }

  chunkTopics(): string[] {
    return this.broker.on(/\/chunk\//).map(({ topic }) => topic.slice(base.length + 1));
  }

  async close(): Promise<void> {
    await this.office.stop();
    this.bench.close();
  }
}
