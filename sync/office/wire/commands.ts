// Commands on their way to the controllers: each is sent until an answer comes or it expires, with growing waits, and what
// became of it is kept. Commands of other processes on the same store are seen within a fifth of a second.

import type { Cancel, Clock } from '../../../access/clock.ts';
import { commandMessage, type Reply } from '../../protocol/commands.ts';
import { sign } from '../../protocol/jws.ts';
import type { Signer } from '../../protocol/keys.ts';
import { controllerTopic } from '../../protocol/topics.ts';
import type { PublishOptions } from '../../protocol/transport.ts';
import { countSent, type StoredCommand, settleCommand, waitingCommands, waitingQuestion } from '../store/commands.ts';
import { isBusy } from '../store/failure.ts';
import type { OfficeStore } from '../store/open.ts';

export interface CommandParts {
  readonly clock: Clock;
  readonly store: OfficeStore;
  readonly signer: Signer;
  /** Ids of the site's controllers. */
  readonly controllers: ReadonlySet<string>;
  publish(topic: string, payload: string, options: PublishOptions): boolean;
  told(message: string): void;
  failed(error: unknown): void;
}

const lookMs = 200;
const brokenMs = 5_000;
/** An answer may still be under way at the expiry. */
export const answerMs = 5_000;

/** Waits between two times that a command is sent, in milliseconds, for ever. */
export function* resendWaits(): Generator<number, never> {
  for (let waitMs = 1_000; ; waitMs = Math.min(waitMs * 2, 15_000)) yield waitMs;
}

interface Sending {
  readonly waits: Generator<number, never>;
  nextAtMs: number;
}

export class Commands {
  readonly #parts: CommandParts;
  readonly #anyWaits: () => boolean;
  readonly #sending = new Map<string, Sending>();
  #online = false;
  #stopped = false;
  #cancel: Cancel = () => {};

  constructor(parts: CommandParts) {
    this.#parts = parts;
    this.#anyWaits = waitingQuestion(parts.store);
  }

  start(): void {
    this.#look();
  }

  /** Whatever waits is sent anew, at once. */
  online(): void {
    this.#online = true;
    this.#sending.clear();
    this.#cancel();
    this.#look();
  }

  offline(): void {
    this.#online = false;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** A reply that the controller signed. */
  answered(controller: string, { id, outcome, reason }: Reply): void {
    const { store, clock, told, failed } = this.#parts;
    const first = outcome === 'duplicate' ? (reason === 'done' ? 'done' : 'refused') : outcome;
    const why = outcome === 'duplicate' && reason === 'done' ? null : reason;
    try {
      if (!settleCommand(store, { controller, id }, first, why, clock.now().wallMs)) return;
      this.#sending.delete(id);
      told(`${controller}: command ${id} ${first}${why === null ? '' : `: ${why}`}`);
    } catch (error) {
      // It is sent again, and answered again.
      failed(error);
    }
  }

  #look(): void {
    let delayMs = lookMs;
    try {
      this.#round();
    } catch (error) {
      if (!isBusy(error)) {
        this.#parts.failed(error);
        delayMs = brokenMs;
      }
    }
    if (!this.#stopped) this.#cancel = this.#parts.clock.after('office commands', delayMs, () => this.#look());
  }

  #round(): void {
    if (!this.#anyWaits()) {
      this.#sending.clear();
      return;
    }
    const { clock, store } = this.#parts;
    const { wallMs, sinceBootMs } = clock.now();
    const waiting = waitingCommands(store);
    const there = new Set(waiting.map(({ id }) => id));
    for (const id of this.#sending.keys()) if (!there.has(id)) this.#sending.delete(id);
    for (const stored of waiting) {
      if (wallMs >= stored.expiresAtMs) this.#over(stored, wallMs);
      else if (this.#online) this.#send(stored, sinceBootMs);
    }
  }

  /** It may not be carried out any more. */
  #over(stored: StoredCommand, nowMs: number): void {
    const { store, told } = this.#parts;
    const { id, controller, sent, expiresAtMs } = stored;
    if (sent > 0 && nowMs < expiresAtMs + answerMs) return;
    const state = sent > 0 ? 'unanswered' : 'unsent';
    if (settleCommand(store, stored, state, null, null)) told(`${controller}: command ${id} ${state}`);
  }

  #send({ id, controller, command, issuedAtMs, expiresAtMs }: StoredCommand, nowMs: number): void {
    const { store, signer, controllers, publish } = this.#parts;
    const sending = this.#sending.get(id) ?? { waits: resendWaits(), nextAtMs: nowMs };
    if (nowMs < sending.nextAtMs || !controllers.has(controller)) return;
    const topic = controllerTopic(store.site, controller, 'command');
    const message = sign(topic, commandMessage(command, { id, issuedAtMs, expiresAtMs }), signer);
    // Counted first: what may have been sent is never taken for unsent.
    countSent(store, id);
    sending.nextAtMs = nowMs + sending.waits.next().value;
    this.#sending.set(id, sending);
    publish(topic, message, { retain: false });
  }
}
