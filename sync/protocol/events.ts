// Batches of journal events on the wire. The bound fields are strict; keys and types of a newer controller are kept, because
// the hash of an event covers all of it.

import { z } from 'zod';
import { canonicalJson, eventHash } from '../../access/canonical.ts';
import type { JsonObject } from '../../access/event.ts';
import { hashField, idField } from './fields.ts';

/** Most events of one message, most bytes of their texts together (but for one that alone is longer), and most of one. */
export const maxBatchEvents = 10_000;
export const maxBatchBytes = 2 * 1024 * 1024;
export const maxEventBytes = 256 * 1024;

/** An event as it was received: a JournalEvent, but for a `type` that a newer controller may have made up. */
export interface WireEvent {
  readonly id: string;
  readonly site: string;
  readonly controller: string;
  readonly epoch: string;
  readonly seq: number;
  readonly type: string;
  readonly time: string;
  readonly clock: { readonly boot: string; readonly sinceBootMs: number; readonly synchronised: boolean };
  readonly accessPoint?: string | undefined;
  readonly reader?: string | undefined;
  readonly data: JsonObject;
  readonly prev: string;
}

const eventSchema = z.object({
  id: idField,
  site: idField,
  controller: idField,
  epoch: idField,
  seq: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  type: z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/, 'not an event type'),
  time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'not an instant in UTC milliseconds'),
  clock: z.object({ boot: z.string().min(1).max(64), sinceBootMs: z.number().min(0), synchronised: z.boolean() }),
  accessPoint: idField.optional(),
  reader: idField.optional(),
  data: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  prev: hashField,
});

/** The form of a batch; `readEventBatch` reads one. */
export const batchSchema = z.object({ epoch: idField, events: z.array(eventSchema).min(1).max(maxBatchEvents) });

/** An event that arrived: its values, the canonical text that was hashed, and that hash. */
export interface ReceivedEvent {
  readonly event: WireEvent;
  readonly text: string;
  readonly hash: string;
}

export interface EventBatch {
  readonly epoch: string;
  readonly events: readonly ReceivedEvent[];
}

export type EventBatchRefusal = {
  readonly ok: false;
  readonly reason: 'payload' | 'not-its-own' | 'order';
  readonly detail: string;
};

/** The message of a batch, from canonical texts in the order of their sequence. */
export function eventBatchText(epoch: string, texts: readonly string[]): string {
  return `{"epoch":${JSON.stringify(epoch)},"events":[${texts.join(',')}]}`;
}

/**
 * Reads a verified payload as the batch of one controller: all events are its own, of the batch's epoch, without a gap
 * between them. Whether the first continues what is known, and whether `prev` fits, is the receiver's to check.
 */
export function readEventBatch(
  payload: unknown,
  from: { readonly site: string; readonly controller: string },
): { readonly ok: true; readonly batch: EventBatch } | EventBatchRefusal {
  const read = batchSchema.safeParse(payload);
  if (!read.success) {
    const [issue] = read.error.issues;
    return refuse('payload', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  // The originals, not zod's copies: their unknown keys belong to the hash.
  const { epoch, events } = payload as { epoch: string; events: readonly WireEvent[] };
  const received: ReceivedEvent[] = [];
  let expected = events[0]?.seq ?? 0;
  for (const event of events) {
    if (event.site !== from.site || event.controller !== from.controller || event.epoch !== epoch) {
      return refuse('not-its-own', `event ${event.seq} is of ${event.site}/${event.controller}, epoch ${event.epoch}`);
    }
    if (event.seq !== expected++) return refuse('order', `event ${event.seq} stands where ${expected - 1} belongs`);
    const text = canonicalJson(event as unknown as JsonObject);
    if (Buffer.byteLength(text) > maxEventBytes) return refuse('payload', `event ${event.seq} is too long`);
    received.push({ event, text, hash: eventHash(text) });
  }
  return { ok: true, batch: { epoch, events: received } };
}

function refuse(reason: EventBatchRefusal['reason'], detail: string): EventBatchRefusal {
  return { ok: false, reason, detail };
}
