// Acknowledgements on their way: for each journal at most one, and the newest of those that wait behind it. An
// acknowledgement that is lost is made up for when the controller sends its events again.

import { sign } from '../../protocol/jws.ts';
import type { Signer } from '../../protocol/keys.ts';
import { ackMessage } from '../../protocol/messages.ts';
import { controllerTopic } from '../../protocol/topics.ts';
import type { PublishOptions } from '../../protocol/transport.ts';
import type { IssuedAt } from './issued-at.ts';

export interface AckParts {
  readonly site: string;
  readonly signer: Signer;
  readonly issuedAt: IssuedAt;
  publish(topic: string, payload: string, options: PublishOptions): boolean;
  /** An acknowledgement could not be made. */
  failed(error: unknown): void;
}

/** Journals of one controller that are remembered here; the oldest is forgotten first. */
const maxJournals = 4;

interface Journal {
  readonly epoch: string;
  busy: boolean;
  next: Reached | null;
}

interface Reached {
  readonly through: number;
  /** Hash of the record there; null before the first. */
  readonly hash: string | null;
}

export class Acks {
  readonly #parts: AckParts;
  #journals = new Map<string, Journal[]>();

  constructor(parts: AckParts) {
    this.#parts = parts;
  }

  /** To be called only once everything up to `through` is on the disk. */
  send(controller: string, epoch: string, through: number, hash: string | null): void {
    const journals = this.#journals.get(controller) ?? [];
    this.#journals.set(controller, journals);
    let journal = journals.find((known) => known.epoch === epoch);
    if (journal === undefined) {
      journal = { epoch, busy: false, next: null };
      journals.push(journal);
      if (journals.length > maxJournals) journals.shift();
    }
    if (journal.busy) journal.next = { through, hash };
    else this.#publish(controller, journal, { through, hash });
  }

  /** The connection is gone, and with it whatever was on its way. */
  reset(): void {
    this.#journals = new Map();
  }

  #publish(controller: string, journal: Journal, reached: Reached): void {
    const { site, signer, publish } = this.#parts;
    const issuedAtMs = this.#instant();
    if (issuedAtMs === null) return;
    const topic = controllerTopic(site, controller, 'ack');
    const { through, hash } = reached;
    const ack = ackMessage({ epoch: journal.epoch, through, ...(hash === null ? {} : { hash }), issuedAtMs });
    const delivered = (): void => {
      journal.busy = false;
      const { next } = journal;
      journal.next = null;
      if (next !== null && this.#journals.get(controller)?.includes(journal)) this.#publish(controller, journal, next);
    };
    journal.busy = publish(topic, sign(topic, ack, signer), { retain: false, delivered });
  }

  #instant(): number | null {
    try {
      return this.#parts.issuedAt.next();
    } catch (error) {
      this.#parts.failed(error);
      return null;
    }
  }
}
