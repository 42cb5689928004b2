// How long to wait before the next try: for a message that is refused, and for an endpoint that is away. Both go on for days.

import type { Random } from '../../../access/clock.ts';
import { backoff } from '../../protocol/retry.ts';

/** From 5 s to an hour: a message that one endpoint does not take. */
const messageMinMs = 5_000;
const messageMaxMs = 3_600_000;
/** From 2 s to 5 minutes: whoever mends an endpoint does not want to wait long for what it missed. */
const endpointMinMs = 2_000;
const endpointMaxMs = 300_000;
/** What an endpoint asks for is heeded up to here. */
const askedMaxMs = 3_600_000;

/** Endless, in milliseconds. */
export function messageWaits(random: Random): Generator<number, never> {
  return backoff(messageMinMs, messageMaxMs, random);
}

/** Endless, in milliseconds. */
export function endpointWaits(random: Random): Generator<number, never> {
  return backoff(endpointMinMs, endpointMaxMs, random);
}

/** What `Retry-After` asks for (RFC 9110, 10.2.3: seconds or a date), in milliseconds; 0 where it asks for nothing. */
export function askedMs(retryAfter: string | null, nowMs: number): number {
  if (retryAfter === null) return 0;
  const atMs = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - nowMs;
  return Number.isNaN(atMs) ? 0 : Math.min(Math.max(atMs, 0), askedMaxMs);
}
