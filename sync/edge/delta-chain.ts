// The deltas from the revision that is there to the one that is wanted, in their order. What comes out of turn, again, or leads
// elsewhere is left aside: it is asked for again, or is nobody's.

import type { Delta } from '../protocol/messages.ts';

/** One revision's step to the next that was published, all its parts together. */
export interface DeltaStep {
  readonly from: number;
  readonly to: number;
  readonly operations: readonly (readonly unknown[])[];
}

/** Most bytes of messages that are held; an office sends no more than half of that (docs/protocol.md). */
export const maxChainBytes = 16 * 1024 * 1024;

export class DeltaChain {
  readonly #to: number;
  readonly #steps: DeltaStep[] = [];
  #at: number;
  #open: { readonly to: number; readonly parts: number; next: number; operations: (readonly unknown[])[] } | null =
    null;
  #bytes = 0;

  constructor(from: number, to: number) {
    this.#at = from;
    this.#to = to;
  }

  /** Bytes of the messages that were taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /** All of them, once it is whole. */
  get steps(): readonly DeltaStep[] {
    return this.#steps;
  }

  /** `too-large`: it is of no more use. */
  offer(delta: Delta, bytes: number): 'left' | 'taken' | 'whole' | 'too-large' {
    const { from, to, part, parts, operations } = delta;
    if (from !== this.#at || to > this.#to) return 'left';
    const open = this.#open ?? { to, parts, next: 0, operations: [] };
    if (open.to !== to || open.parts !== parts || open.next !== part) return 'left';
    this.#bytes += bytes;
    if (this.#bytes > maxChainBytes) return 'too-large';
    open.operations.push(...operations);
    open.next++;
    this.#open = open;
    if (open.next < parts) return 'taken';
    this.#steps.push({ from, to, operations: open.operations });
    this.#open = null;
    this.#at = to;
    return to === this.#to ? 'whole' : 'taken';
  }
}
