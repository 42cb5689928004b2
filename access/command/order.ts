// What makes a command an order: an id by which it is carried out once, and the span of time in which it holds. An order that
// came late, came back or came out of turn changes nothing.

import type { WallTime } from '../door/modes.ts';
import type { JsonObject } from '../event.ts';

export interface Order {
  readonly id: string;
  /** UTC milliseconds. */
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

export interface OrderBounds {
  /** From its issue to its expiry, at most. */
  readonly maxLifeMs: number;
  /** How far the clock of whoever issued it may be ahead. */
  readonly maxSkewMs: number;
}

export type OrderFault = 'life-too-long' | 'expired' | 'issued-in-future' | 'issued-before-journal';

/**
 * Why it does not hold now; null: it does.
 * @param time the least that the time can be, and whether it is more than that.
 * @param sinceMs what was carried out before is not known here (a new or a restored journal), UTC milliseconds; null: it is.
 */
export function orderFault(
  order: Order,
  time: WallTime,
  bounds: OrderBounds,
  sinceMs: number | null,
): OrderFault | null {
  const { issuedAtMs, expiresAtMs } = order;
  if (expiresAtMs - issuedAtMs > bounds.maxLifeMs) return 'life-too-long';
  if (expiresAtMs <= issuedAtMs || expiresAtMs <= time.wallMs) return 'expired';
  // Of a clock that may be behind, nobody can say that something lies ahead.
  if (time.known && issuedAtMs > time.wallMs + bounds.maxSkewMs) return 'issued-in-future';
  return sinceMs !== null && issuedAtMs < sinceMs - bounds.maxSkewMs ? 'issued-before-journal' : null;
}

/**
 * Whether a later one was carried out there already. One that would have been issued in the future counts for nothing: a
 * clock that was wrong once must not shut out all that comes after.
 * @param lastMs when the last one that was carried out there was issued, UTC milliseconds; undefined: none was.
 */
export function isReordered(
  issuedAtMs: number,
  lastMs: number | undefined,
  time: WallTime,
  maxSkewMs: number,
): boolean {
  if (lastMs === undefined || issuedAtMs >= lastMs) return false;
  return !time.known || lastMs <= time.wallMs + maxSkewMs;
}

/** As the records of its command say. */
export function orderData({ id, issuedAtMs, expiresAtMs }: Order): JsonObject {
  return { id, issuedAt: new Date(issuedAtMs).toISOString(), expiresAt: new Date(expiresAtMs).toISOString() };
}
