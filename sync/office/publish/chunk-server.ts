// Answers controllers that want the replica. Each gets chunk after chunk, the next only when the broker has taken the one
// before; few are served at once, the others wait in turn, and none is served more often than every few seconds: a
// controller that asks without end costs one of these places at most, and never holds up the events.

import type { Cancel, Clock } from '../../../access/clock.ts';
import type { Want } from '../../protocol/messages.ts';
import { chunkTopic } from '../../protocol/topics.ts';
import type { PublishOptions } from '../../protocol/transport.ts';
import type { OfficeStore } from '../store/open.ts';
import { chunkBody } from './snapshot.ts';

export interface ChunkServerParts {
  readonly clock: Clock;
  readonly store: OfficeStore;
  /** The revision that is offered; 0 for none. */
  revision(): number;
  publish(topic: string, payload: Uint8Array, options: PublishOptions): boolean;
  failed(error: unknown): void;
}

/** Controllers that are served at once. */
const places = 4;
/** Between the end of one answer and the beginning of the next to the same controller. */
const restMs = 5_000;
/** Before a chunk that could not be handed over is tried again. */
const fullMs = 250;

interface Answer {
  readonly controller: string;
  readonly revision: number;
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
      const answer = { controller, revision, next: missing?.revision === revision ? missing.from : 0 };
      this.#serving.set(controller, answer);
      this.#later(answer, 0);
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
    const { controller, revision, next } = answer;
    const { store, publish } = this.#parts;
    if (revision !== this.#parts.revision()) {
      this.#serving.delete(controller);
      this.#fill();
      return;
    }
    const body = this.#body(answer);
    if (body === undefined) {
      this.#rest(controller);
      return;
    }
    const delivered = (): void => {
      if (this.#serving.get(controller) !== answer) return;
      answer.next++;
      this.#later(answer, 0);
    };
    const topic = chunkTopic(store.site, controller, revision, next);
    if (!publish(topic, body, { retain: false, delivered })) this.#later(answer, fullMs);
  }

  #body({ revision, next }: Answer): Uint8Array | undefined {
    try {
      return chunkBody(this.#parts.store, revision, next);
    } catch (error) {
      this.#parts.failed(error);
      return undefined;
    }
  }

  /** After the last chunk. */
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
