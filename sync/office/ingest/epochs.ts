// The journals of one controller beside each other: a new one is told of, with what it says of the one before; two that are
// written at the same time are told of too, because then two controllers have one name.

import type { ReceivedEvent, WireEvent } from '../../protocol/events.ts';
import type { AnomalyFound } from '../store/anomalies.ts';
import type { Events } from '../store/events.ts';
import { restoredData } from './event-data.ts';

/** A clock that is right within this sets nobody under suspicion. */
const toleranceMs = 60_000;

export class Epochs {
  readonly #events: Events;

  constructor(events: Events) {
    this.#events = events;
  }

  /** To be asked before the journal has its place here. */
  begun(controller: string, epoch: string, first: WireEvent | undefined): AnomalyFound[] {
    const before = this.#events.otherEpoch(controller, epoch);
    if (before === undefined) return [];
    const restored = first === undefined ? null : this.#restoredWords(first);
    const reason = restored ?? `a new journal; the one before is ${before}`;
    return [{ kind: 'new-epoch', controller, epoch, seq: 1, subject: '', reason, body: null }];
  }

  /** Of records that were just taken, only those under a synchronised clock can say when they were made. */
  wrote(controller: string, epoch: string, taken: readonly ReceivedEvent[]): AnomalyFound[] {
    const lastMs = madeMs(taken.findLast(isDated));
    if (lastMs === null) return [];
    const began = this.#events.began(controller, epoch);
    if (began === null) this.#events.setBegan(controller, epoch, madeMs(taken.find(isDated)) ?? lastMs);
    const later = this.#events.begunBetween(controller, began ?? lastMs, lastMs - toleranceMs);
    if (later === undefined) return [];
    const [made, since] = [lastMs, later.beganMs].map((ms) => new Date(ms).toISOString());
    const reason = `written at ${made}, after journal ${later.epoch} began at ${since}: two controllers are called ${controller}`;
    return [{ kind: 'two-writers', controller, epoch, seq: 0, subject: later.epoch, reason, body: null }];
  }

  /** What a journal that a restore began says of itself, beside what is kept here of the one before. */
  #restoredWords({ controller, type, data }: WireEvent): string | null {
    const read = type === 'controller.started' ? restoredData.safeParse(data).data : undefined;
    if (read === undefined) return null;
    const { previousEpoch, through, takenAt } = read;
    const known = this.#events.cursor(controller, previousEpoch)?.through ?? 0;
    const time = new Date(takenAt).toISOString();
    const words = `a journal restored from a backup of ${time}, with ${through} records of ${previousEpoch}`;
    if (known <= through) return words;
    return `${words}; here are ${known}: of the last ${known - through} the controller knows nothing any more`;
  }
}

function isDated({ event, aside }: ReceivedEvent): boolean {
  return aside === undefined && event.clock.synchronised && !Number.isNaN(Date.parse(event.time));
}

function madeMs(received: ReceivedEvent | undefined): number | null {
  return received === undefined ? null : Date.parse(received.event.time);
}
