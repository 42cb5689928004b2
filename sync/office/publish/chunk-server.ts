// Answers controllers that want the replica: with the deltas from what they have where that is less to send, else with the
// snapshot. Each gets message after message, the next only when the broker has taken the one
// before; few are served at once, the others wait in turn, and none is served more often than every few seconds: a
// controller that asks without end costs one of these places at most, and never holds up the events.

import type { Cancel, Clock } from '../../../access/clock.ts';
import type { Want } from '../../protocol/messages.ts';
import { chunkTopic, deltaTopic } from '../../protocol/topics.ts';
import type { PublishOptions } from '../../protocol/transport.ts';
import type { OfficeStore } from '../store/open.ts';
import { chainOf, type DeltaPart, deltaMessage } from './deltas.ts';
import { chunkBody } from './snapshot.ts';

export interface ChunkServerParts {
  readonly clock: Clock;
  readonly store: OfficeStore;
  /** The revision that is offered; 0 for none. */
  revision(): number;
  /** The signed message of a part of a delta. */
  signed(topic: string, payloadText: string): string;
  publish(topic: string, payload: string | Uint8Array, options: PublishOptions): boolean;
  failed(error: unknown): void;
}

/** Controllers that are served at once. */
const places = 4;
/** Between the end of one answer and the beginning of the next to the same controller. */
const restMs = 5_000;
/** Before a message that could not be handed over is tried again. */
const fullMs = 250;

interface Answer {
  readonly controller: string;
  readonly revision: number;
  /** Parts of the deltas that are sent; null: it is the snapshot. */
  readonly deltas: readonly DeltaPart[] | null;
  next: number;
}

export class ChunkServer {
  readonly #parts: ChunkServerParts;
  /** The newest wish of each controller that waits: at most one a controller. */
  readonly #waiting = new Map<string, Want>();
  readonly #serving = new Map<string, Answer>();
  readonly #resting = new Map<string, Cancel>();
  readonly #timers = new Map<string, Cancel>();

  constructor(parts: ChunkServerParts) {
    this.#parts = parts;
  }

  /** While a controller is being answered, the same wish is dropped: what it lacks is on its way, or it asks again. */
  want(controller: string, want: Want): void {
    const revision = this.#parts.revision();
    if (want.have >= revision || this.#serving.get(controller)?.revision === revision) return;
    this.#waiting.set(controller, want);
    this.#fill();
  }

  /** The connection is gone, and with it whatever was on its way. */
  reset(): void {
    for (const cancel of [...this.#resting.values(), ...this.#timers.values()]) cancel();
    this.#waiting.clear();
    this.#serving.clear();
    this.#resting.clear();
    this.#timers.clear();
  }

  #fill(): void {
    const revision = this.#parts.revision();
    for (const [controller, { have, missing }] of this.#waiting) {
      if (this.#serving.size >= places) return;
      if (this.#resting.has(controller) || this.#serving.has(controller)) continue;
      this.#waiting.delete(controller);
      if (have >= revision) continue;
      const answer = this.#answer(controller, revision, { have, missing });
      this.#serving.set(controller, answer);
      this.#later(answer, 0);
    }
  }

  #answer(controller: string, revision: number, { have, missing }: Want): Answer {
    const whole = { controller, revision, deltas: null, next: missing?.revision === revision ? missing.from : 0 };
    if (have === 0 || whole.next > 0) return whole;
    try {
      return { ...whole, deltas: chainOf(this.#parts.store, have, revision) };
    } catch (error) {
      this.#parts.failed(error);
      return whole;
    }
  }

  #later(answer: Answer, delayMs: number): void {
    const { controller } = answer;
    const cancel = this.#parts.clock.after(`office chunk to ${controller}`, delayMs, () => {
      this.#timers.delete(controller);
      this.#send(answer);
    });
    this.#timers.set(controller, cancel);
  }

  #send(answer: Answer): void {
    const { controller, revision } = answer;
    if (revision !== this.#parts.revision()) {
      this.#serving.delete(controller);
      this.#fill();
      return;
    }
    const message = this.#message(answer);
    if (message === undefined) {
      this.#rest(controller);
      return;
    }
    const delivered = (): void => {
      if (this.#serving.get(controller) !== answer) return;
      answer.next++;
      this.#later(answer, 0);
    };
    if (!this.#parts.publish(message.topic, message.payload, { retain: false, delivered })) this.#later(answer, fullMs);
  }

  /** undefined after the last, and where it is no longer kept. */
  #message(answer: Answer): { topic: string; payload: string | Uint8Array } | undefined {
    try {
      return answer.deltas === null ? this.#chunk(answer) : this.#delta(answer, answer.deltas);
    } catch (error) {
      this.#parts.failed(error);
      return undefined;
    }
  }

  #chunk({ controller, revision, next }: Answer): { topic: string; payload: Uint8Array } | undefined {
    const { store } = this.#parts;
    const payload = chunkBody(store, revision, next);
    return payload && { topic: chunkTopic(store.site, controller, revision, next), payload };
  }

  #delta({ controller, next }: Answer, deltas: readonly DeltaPart[]): { topic: string; payload: string } | undefined {
    const { store, signed } = this.#parts;
    const part = deltas[next];
    const text = part && deltaMessage(store, part);
    const topic = deltaTopic(store.site, controller);
    return text === undefined ? undefined : { topic, payload: signed(topic, text) };
  }

  /** After the last message. */
  #rest(controller: string): void {
    this.#serving.delete(controller);
    const cancel = this.#parts.clock.after(`office rest of ${controller}`, restMs, () => {
      this.#resting.delete(controller);
      this.#fill();
    });
    this.#resting.set(controller, cancel);
    this.#fill();
  }
}
