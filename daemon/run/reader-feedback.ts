// What one reader shows: an answer, a wait or its name for some seconds, and else what stands: an alarm of its door, a clock or
// data that cannot be trusted, or nothing. Called after the lock was told; whatever becomes of it reaches no tap.

import type { Cancel, Clock } from '../../access/clock.ts';
import { type FeedbackKind, isInsistent, isWaiting } from '../../access/feedback/kind.ts';
import type { FeedbackSettings } from '../../config/types.ts';
import { displayOf } from '../../drivers/feedback/look.ts';
import type { Display, Reader, ReaderMeans } from '../../drivers/port.ts';

export interface ReaderFeedbackParts {
  readonly id: string;
  readonly reader: Reader;
  readonly clock: Clock;
  /** As they are now: a new config may change them. */
  readonly settings: () => FeedbackSettings;
  /** The driver threw, which it must not. */
  readonly failed: (error: unknown) => void;
}

interface Moment {
  readonly kind: FeedbackKind;
  readonly untilMs: number;
}

export class ReaderFeedback {
  readonly #parts: ReaderFeedbackParts;
  #online = false;
  #standing: FeedbackKind = 'idle';
  #moment: Moment | null = null;
  #shown: Display | null = null;
  #cancel: Cancel = () => undefined;

  constructor(parts: ReaderFeedbackParts) {
    this.#parts = parts;
  }

  /** null: it can show nothing, or nobody knows before it is online. */
  get means(): ReaderMeans | null {
    return this.#parts.reader.means ?? null;
  }

  /** What it was told last; null: nothing that it can show. */
  get shown(): Display | null {
    return this.#shown;
  }

  online(): void {
    this.#online = true;
    if (this.#standing !== 'idle') this.#show();
  }

  offline(): void {
    this.#online = false;
    this.#moment = null;
    this.#shown = null;
    this.#cancel();
  }

  /** The answer to a tap: it takes the place of whatever is shown. */
  answer(kind: FeedbackKind): void {
    const { answerMs, waitingMs } = this.#parts.settings();
    this.#showFor(kind, isWaiting(kind) ? waitingMs : answerMs);
  }

  /** Shows which one it is. @returns for how long. */
  identify(): number {
    const { identifyMs } = this.#parts.settings();
    this.#showFor('identify', identifyMs);
    return identifyMs;
  }

  /** What is shown while nothing else is; an answer that is being shown stays its time. */
  stand(kind: FeedbackKind): void {
    if (kind === this.#standing) return;
    this.#standing = kind;
    if (this.#moment === null) this.#show();
  }

  #showFor(kind: FeedbackKind, forMs: number): void {
    if (!this.#online || this.means === null) return;
    this.#moment = { kind, untilMs: this.#nowMs + forMs };
    this.#show();
  }

  #show(): void {
    const { means } = this;
    if (!this.#online || means === null) return;
    const { reader, settings, failed } = this.#parts;
    const kind = this.#moment?.kind ?? this.#standing;
    this.#shown = means.kinds.includes(kind) ? displayOf(kind, settings().texts, means) : null;
    try {
      if (this.#shown !== null) reader.show?.(this.#shown);
    } catch (error) {
      failed(error);
    }
    this.#arm(isInsistent(kind) ? settings().againMs : Number.POSITIVE_INFINITY);
  }

  #arm(againMs: number): void {
    this.#cancel();
    const leftMs = this.#moment === null ? Number.POSITIVE_INFINITY : this.#moment.untilMs - this.#nowMs;
    const waitMs = Math.min(againMs, leftMs);
    if (waitMs === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#parts.clock.after(`feedback ${this.#parts.id}`, waitMs, () => {
      if (this.#moment !== null && this.#moment.untilMs <= this.#nowMs) this.#moment = null;
      this.#show();
    });
  }

  get #nowMs(): number {
    return this.#parts.clock.now().sinceBootMs;
  }
}
