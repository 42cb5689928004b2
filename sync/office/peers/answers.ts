// Answers controllers that ask for what they missed of the site's other journals: as the office keeps them, signed by it, a bounded
// number of messages each time. Of a journal that is new to a controller it begins where that can still matter to a door.

import { genesisHash } from '../../../access/canonical.ts';
import type { Cancel, Clock } from '../../../access/clock.ts';
import { signText } from '../../protocol/jws.ts';
import type { Signer } from '../../protocol/keys.ts';
import { type PeersWant, peersAnswerText } from '../../protocol/peers.ts';
import { controllerTopic } from '../../protocol/topics.ts';
import type { PublishOptions } from '../../protocol/transport.ts';
import { JournalsKept, type KeptJournal } from '../store/journals.ts';
import type { OfficeStore } from '../store/open.ts';

export interface AnswersParts {
  readonly clock: Clock;
  readonly store: OfficeStore;
  readonly signer: Signer;
  publish(topic: string, payload: string, options: PublishOptions): boolean;
  failed(error: unknown): void;
}

const maxMessages = 8;
const maxEvents = 500;
const maxBytes = 256 * 1024;
/** Between two answers to one controller. */
const restMs = 500;
/** Nothing older begins at a controller that is new; what the newest replica includes neither, but for the last days. */
const oldestMs = 14 * 86_400_000;
const includedMs = 2 * 86_400_000;

export class Answers {
  readonly #parts: AnswersParts;
  readonly #journals: JournalsKept;
  /** The newest question of each controller. */
  readonly #waiting = new Map<string, PeersWant>();
  readonly #resting = new Map<string, Cancel>();

  constructor(parts: AnswersParts) {
    this.#parts = parts;
    this.#journals = new JournalsKept(parts.store);
  }

  wanted(controller: string, want: PeersWant): void {
    this.#waiting.set(controller, want);
    if (!this.#resting.has(controller)) this.#answer(controller);
  }

  /** The connection is gone: whoever asked asks again. */
  reset(): void {
    for (const cancel of this.#resting.values()) cancel();
    this.#resting.clear();
    this.#waiting.clear();
  }

  #answer(controller: string): void {
    const want = this.#waiting.get(controller);
    if (want === undefined) return;
    this.#waiting.delete(controller);
    const cancel = this.#parts.clock.after(`office peers of ${controller}`, restMs, () => {
      this.#resting.delete(controller);
      this.#answer(controller);
    });
    this.#resting.set(controller, cancel);
    try {
      this.#send(controller, want);
    } catch (error) {
      this.#parts.failed(error);
    }
  }

  #send(asker: string, { peers }: PeersWant): void {
    const known = new Map(peers.map(({ controller, epoch, through }) => [`${controller} ${epoch}`, through]));
    let messages = 0;
    for (const journal of this.#journals.all()) {
      const through = known.get(`${journal.controller} ${journal.epoch}`);
      // Its own journal a controller names itself; an earlier one of the same name it may have lost.
      if (through !== undefined && through >= journal.through) continue;
      const outcome = this.#part(asker, journal, through ?? null);
      if (outcome === 'full' || (outcome === 'sent' && ++messages >= maxMessages)) return;
    }
  }

  #part(asker: string, journal: KeptJournal, asked: number | null): 'sent' | 'nothing' | 'full' {
    const { store, signer, publish } = this.#parts;
    const { controller, epoch, through: head } = journal;
    const after = this.#placeOf(controller, epoch, asked ?? this.#beginning(journal));
    if (after === undefined) return 'nothing';
    const texts = this.#journals.texts(controller, epoch, after.seq, maxEvents, maxBytes);
    if (texts.length === 0) return 'nothing';
    const topic = controllerTopic(store.site, asker, 'peers');
    const text = peersAnswerText({ controller, epoch, asked, after, head }, texts);
    return publish(topic, signText(topic, text, signer), { retain: false }) ? 'sent' : 'full';
  }

  /** That record and its hash; where it is among lost ones, the last of those. */
  #placeOf(
    controller: string,
    epoch: string,
    seq: number,
  ): { readonly seq: number; readonly hash: string } | undefined {
    if (seq === 0) return { seq, hash: genesisHash({ site: this.#parts.store.site, controller, epoch }) };
    const hash = this.#journals.hashOf(controller, epoch, seq);
    if (hash !== undefined) return { seq, hash };
    const end = this.#journals.endOfLost(controller, epoch, seq);
    return end === undefined ? undefined : { seq: end.seq, hash: end.hash };
  }

  #beginning({ controller, epoch }: KeptJournal): number {
    const nowMs = this.#parts.clock.now().wallMs;
    const included = this.#journals.included(controller, epoch);
    const recent = this.#journals.lastBefore(controller, epoch, nowMs - includedMs);
    return Math.max(this.#journals.lastBefore(controller, epoch, nowMs - oldestMs), Math.min(included, recent));
  }
}
