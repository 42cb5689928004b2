// The manifest that stands, retained, at the broker: the office's own, whatever somebody else puts in its place. Publishing
// it again costs no signature and no new instant, so that no controller takes it for news.

import type { Cancel, Clock } from '../../../access/clock.ts';
import { manifestTopic } from '../../protocol/topics.ts';
import type { PublishOptions } from '../../protocol/transport.ts';

export interface StandingParts {
  readonly clock: Clock;
  readonly site: string;
  publish(topic: string, payload: string, options: PublishOptions): boolean;
  /** Something else took the manifest's place. */
  replaced(detail: string): void;
}

/** Between two times that the same manifest is published again, whatever for. */
const againMs = 5_000;

interface Standing {
  readonly text: string;
  readonly bytes: Uint8Array;
  publishedAtMs: number;
  /** The broker gave it back: whatever comes from now on came to the broker later. */
  returned: boolean;
}

export class StandingManifest {
  readonly #parts: StandingParts;
  readonly #topic: string;
  #standing: Standing | null = null;
  #againAtMs = Number.NEGATIVE_INFINITY;
  #cancel: Cancel | null = null;

  constructor(parts: StandingParts) {
    this.#parts = parts;
    this.#topic = manifestTopic(parts.site);
  }

  /** Publishes a new one, retained. false: not handed over, and what stood before still stands. */
  publish(text: string): boolean {
    if (!this.#parts.publish(this.#topic, text, { retain: true })) return false;
    this.#stopWaiting();
    this.#standing = { text, bytes: Buffer.from(text), publishedAtMs: this.#nowMs(), returned: false };
    return true;
  }

  /** What the broker says on the manifest's topic; null: something too long to be read. */
  heard(payload: Uint8Array | null): void {
    const standing = this.#standing;
    if (standing === null) return;
    if (payload !== null && Buffer.compare(payload, standing.bytes) === 0) {
      standing.returned = true;
      this.#stopWaiting();
      return;
    }
    const earliestMs = this.#againAtMs + againMs;
    if (standing.returned) {
      this.#parts.replaced(payload === null ? 'too long to be read' : `${payload.length} bytes`);
      this.#againAfter(earliestMs - this.#nowMs());
      // What comes before ours is given back was there before it, as a rule; not where the broker dropped ours.
    } else this.#againAfter(Math.max(earliestMs, standing.publishedAtMs + againMs) - this.#nowMs());
  }

  /** A controller may not have seen it. Whoever was connected when it was last published has, and else asks again. */
  wanted(): void {
    const standing = this.#standing;
    if (standing !== null && this.#nowMs() - standing.publishedAtMs >= againMs) this.#again(standing);
  }

  /** The connection is gone: at the next one, the office publishes anew. */
  reset(): void {
    this.#stopWaiting();
    this.#standing = null;
  }

  #againAfter(delayMs: number): void {
    if (this.#cancel !== null || this.#standing === null) return;
    if (delayMs <= 0) {
      this.#again(this.#standing);
      return;
    }
    this.#cancel = this.#parts.clock.after('office manifest again', delayMs, () => {
      this.#cancel = null;
      if (this.#standing !== null) this.#again(this.#standing);
    });
  }

  #again(standing: Standing): void {
    this.#stopWaiting();
    this.#againAtMs = this.#nowMs();
    if (this.#parts.publish(this.#topic, standing.text, { retain: true })) {
      standing.publishedAtMs = this.#againAtMs;
      standing.returned = false;
    } else this.#againAfter(againMs);
  }

  #stopWaiting(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #nowMs(): number {
    return this.#parts.clock.now().sinceBootMs;
  }
}
