// Which of the oldest records go, and when. Pure. What the office has on its disk goes first, by age and by size; only where
// nothing of that is left, and the journal may grow no more, goes what it has not. The last records always stay: the check
// at start, the clock's last synchronised record and the calls for help look back at them.

export interface RetentionBounds {
  readonly keepMs: number;
  readonly maxBytes: number;
}

export interface OldRecord {
  readonly seq: number;
  readonly timeMs: number;
  readonly bytes: number;
}

export interface RetentionFacts {
  /** Sequence number of the last record. */
  readonly head: number;
  /** Everything up to here was dropped. */
  readonly dropped: number;
  /** Everything up to here is on the office's disk, or nobody waits for it. */
  readonly delivered: number;
  /** Bytes of the file that hold something. */
  readonly usedBytes: number;
  /** UTC milliseconds; null where the time is not known: nothing grows old then. */
  readonly nowMs: number | null;
  /** It was too large, and is brought down a good part. */
  readonly shrinking: boolean;
  /** The oldest records, in order. */
  readonly oldest: readonly OldRecord[];
}

export interface RetentionStep {
  /** Drop everything up to here; null: nothing. */
  readonly through: number | null;
  readonly shrinking: boolean;
}

/** Records that always stay. */
export const keptRecords = 1_000;
/** Once too large, it shrinks to this part of the bound: not every new record then drops an old one. */
const shrunk = 0.95;
/** Bytes of the records of one step, beside the first. */
const stepBytes = 256 * 1024;
/** A record from so far ahead was made under a wrong clock, and keeps none after it from growing old. */
const futureMs = 86_400_000;

export function planRetention(
  facts: RetentionFacts,
  { keepMs, maxBytes }: RetentionBounds,
  kept = keptRecords,
): RetentionStep {
  const { head, dropped, delivered, usedBytes, nowMs, oldest } = facts;
  const shrinking = usedBytes > (facts.shrinking ? maxBytes * shrunk : maxBytes);
  const last = head - kept;
  const bySize = shrinking ? (delivered > dropped && last > dropped ? Math.min(delivered, last) : last) : 0;
  const byAge = nowMs === null ? 0 : Math.min(agedThrough(oldest, nowMs, keepMs), delivered, last);
  const through = lastOf(oldest, Math.max(bySize, byAge));
  return { through, shrinking };
}

function agedThrough(oldest: readonly OldRecord[], nowMs: number, keepMs: number): number {
  let through = 0;
  for (const { seq, timeMs } of oldest) {
    if (timeMs >= nowMs - keepMs && timeMs <= nowMs + futureMs) break;
    through = seq;
  }
  return through;
}

/** The last of the records up to `limit` that one step takes. */
function lastOf(oldest: readonly OldRecord[], limit: number): number | null {
  let through: number | null = null;
  let sum = 0;
  for (const { seq, bytes } of oldest) {
    sum += bytes;
    if (seq > limit || (sum > stepBytes && through !== null)) break;
    through = seq;
  }
  return through;
}

/** Of the bound, what records that the office has not take at which it is told, and below which it is over. */
const lowFrom = 0.8;
const lowUntil = 0.7;

/** Whether records that the office has not, and which therefore stay, take nearly all that the journal may take. */
export function isLow(facts: Omit<RetentionFacts, 'oldest' | 'shrinking'>, maxBytes: number, wasLow: boolean): boolean {
  const { head, dropped, delivered, usedBytes } = facts;
  const waiting = Math.max(head - Math.max(delivered, dropped), 0);
  const bytes = head === dropped ? 0 : (usedBytes * waiting) / (head - dropped);
  return bytes > maxBytes * (wasLow ? lowUntil : lowFrom);
}
