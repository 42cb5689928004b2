// What an acknowledgement means for the outbox. `through` says that the office has everything up to it on its disk. An old
// acknowledgement, however often it is sent again, neither moves the cursor back nor tells of an office that lost data.

import type { Ack } from './messages.ts';

export interface AckState {
  readonly epoch: string;
  /** Last acknowledged sequence number; 0 before the first. */
  readonly through: number;
  /** Highest issue instant of an acknowledgement of this epoch so far, UTC milliseconds; null before the first that had one. */
  readonly issuedAtMs: number | null;
}

export type AckVerdict =
  /** The office has more, or the same as before. */
  | { readonly outcome: 'forward'; readonly state: AckState }
  /** The office lost what lies above `through`: it is to be sent again. */
  | { readonly outcome: 'rewind'; readonly state: AckState }
  /** Nothing new: an old or repeated acknowledgement. */
  | { readonly outcome: 'ignored'; readonly reason: 'stale' | 'behind' }
  | { readonly outcome: 'refused'; readonly reason: 'other-epoch' | 'ack-ahead' };

/**
 * @param head highest sequence number that was ever written in this epoch.
 */
export function judgeAck(state: AckState, head: number, ack: Ack): AckVerdict {
  const { issuedAtMs } = ack;
  if (ack.epoch !== state.epoch) return { outcome: 'refused', reason: 'other-epoch' };
  if (ack.through > head) return { outcome: 'refused', reason: 'ack-ahead' };
  if (issuedAtMs !== null && state.issuedAtMs !== null && issuedAtMs < state.issuedAtMs) {
    return { outcome: 'ignored', reason: 'stale' };
  }
  const newest = issuedAtMs ?? state.issuedAtMs;
  const next: AckState = { epoch: state.epoch, through: ack.through, issuedAtMs: newest };
  if (ack.through >= state.through) return { outcome: 'forward', state: next };
  if (issuedAtMs !== null && issuedAtMs !== state.issuedAtMs) return { outcome: 'rewind', state: next };
  return { outcome: 'ignored', reason: 'behind' };
}
