// What of a batch continues a journal. Pure: the same journal and the same batch always give the same verdict, so that what
// is kept does not depend on how often, in which pieces or in which order batches arrive.

import type { ReceivedEvent } from './events.ts';

/** How far a journal is known: everything up to `through`, whose hash (of the genesis for 0) is `hash`. */
export interface KnownTo {
  readonly through: number;
  readonly hash: string;
}

export type BatchOutcome =
  /** At least one record is new, and nothing stopped the rest. */
  | 'taken'
  /** All of it is kept already. */
  | 'duplicate'
  /** Records before it are missing: it is sent again after them. */
  | 'gap'
  /** Another record is kept in this place. What follows is not looked at. */
  | 'fork'
  /** The record does not name the one before it. What follows is not looked at. */
  | 'chain-break';

export interface Verdict {
  readonly outcome: BatchOutcome;
  /** What continues the journal, in order; may be some even where something stopped the rest. */
  readonly take: readonly ReceivedEvent[];
  /** The record that stopped the rest; null for `taken` and `duplicate`. */
  readonly stopped: ReceivedEvent | null;
}

/**
 * @param keptHash hash of the record that is kept at a sequence number up to the cursor.
 */
export function judgeBatch(
  cursor: KnownTo,
  events: readonly ReceivedEvent[],
  keptHash: (seq: number) => string | undefined,
): Verdict {
  const take: ReceivedEvent[] = [];
  let { through, hash } = cursor;
  for (const received of events) {
    const { event, aside } = received;
    const { seq, prev } = event;
    if (seq <= cursor.through) {
      // Of places that were lost together only the last one's hash is known.
      if ((keptHash(seq) ?? received.hash) !== received.hash) return { outcome: 'fork', take, stopped: received };
      continue;
    }
    if ((aside?.from ?? seq) > through + 1) return { outcome: 'gap', take, stopped: received };
    if (prev !== hash && aside?.linked !== false) return { outcome: 'chain-break', take, stopped: received };
    take.push(received);
    through = seq;
    hash = received.hash;
  }
  return { outcome: take.length > 0 ? 'taken' : 'duplicate', take, stopped: null };
}
