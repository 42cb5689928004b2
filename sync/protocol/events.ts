// Batches of journal events on the wire. Keys and types of a newer controller are kept, because the hash of an event covers all
// of it. A record that is no event keeps its place, whole and with its hash: the records after it are not held up by it.

import { canonicalJson, eventHash } from '../../access/canonical.ts';
import type { Json, JsonObject } from '../../access/event.ts';
import { eventFault, isHash, isId, isObject, isSeq } from './event-form.ts';
import { readStandIn, type StandIn } from './stand-in.ts';

/** Most events of one message, most bytes of their texts together (but for one that alone is longer), and most of one. */
export const maxBatchEvents = 10_000;
export const maxBatchBytes = 2 * 1024 * 1024;
export const maxEventBytes = 256 * 1024;

/** The type of what has the place of an event and is none. */
export const asideType = 'unreadable';

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

/** What stands in the place of an event and cannot be taken for one. */
export interface Aside {
  /** Why, in words. */
  readonly reason: string;
  /** The first place that it stands for; the last is the event's. */
  readonly from: number;
  /** Whether it says what the hash of the record before it is. */
  readonly linked: boolean;
  /** Whether `text` is what was hashed; else it is what came in its place. */
  readonly whole: boolean;
}

/** A record that arrived: its values, the canonical text that was hashed, and that hash. */
export interface ReceivedEvent {
  /** Of what is put aside it has the place only, the type `unreadable`, and no data. */
  readonly event: WireEvent;
  readonly text: string;
  readonly hash: string;
  readonly aside?: Aside;
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

interface Owner {
  readonly site: string;
  readonly controller: string;
  readonly epoch: string;
}

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
  const { epoch, events } = isObject(payload) ? payload : {};
  if (!isId(epoch)) return refuse('payload', 'epoch: not an id');
  if (!Array.isArray(events) || events.length < 1 || events.length > maxBatchEvents) {
    return refuse('payload', `events: not a list of 1 to ${maxBatchEvents}`);
  }
  const owner = { site: from.site, controller: from.controller, epoch };
  const received: ReceivedEvent[] = [];
  const first = firstPlace(events);
  if (first === null) return refuse('payload', 'events: none says what its place is');
  let expected = first;
  for (const [index, item] of (events as readonly unknown[]).entries()) {
    const standIn = readStandIn(item);
    const said = standIn?.seq ?? (isObject(item) ? item.seq : undefined);
    if (isSeq(said) && said !== expected) return refuse('order', `event ${said} stands where ${expected} belongs`);
    const foreign = isObject(item) ? foreignWords(item, owner) : null;
    if (foreign !== null) return refuse('not-its-own', `event ${expected} is of ${foreign}`);
    const one: ReceivedEvent | null =
      standIn === null ? readItem(item, expected, owner, events[index + 1]) : ofStandIn(standIn, owner);
    if (one === null) break;
    received.push(one);
    expected = one.event.seq + 1;
  }
  if (received.length === 0) return refuse('payload', `event ${expected}: its hash cannot be known`);
  return { ok: true, batch: { epoch, events: received } };
}

/** An item that does not say its place has it from the others. */
function firstPlace(events: readonly unknown[]): number | null {
  for (const [index, item] of events.entries()) {
    if (!isObject(item) || !isSeq(item.seq)) continue;
    return item.seq - index >= 1 ? item.seq - index : null;
  }
  return null;
}

/** Whose it says that it is, where it is somebody else's. */
function foreignWords({ site, controller, epoch }: Readonly<Record<string, unknown>>, owner: Owner): string | null {
  if (site === owner.site && controller === owner.controller && epoch === owner.epoch) return null;
  if (!isId(site) || !isId(controller) || !isId(epoch)) return null;
  return `${site}/${controller}, epoch ${epoch}`;
}

/** null: nobody knows its hash; nothing from it on can be taken yet. */
function readItem(item: unknown, seq: number, owner: Owner, next: unknown): ReceivedEvent | null {
  const text = canonicalOrNull(item);
  if (text === null) {
    const hash = isObject(next) && isHash(next.prev) ? next.prev : null;
    if (hash === null) return null;
    return putAside(owner, seq, { text: '', hash }, { reason: 'no JSON can say it', from: seq, whole: false });
  }
  const hash = eventHash(text);
  const fault = isObject(item) ? (eventFault(item, owner) ?? lengthFault(text)) : 'not an object';
  // The original, not a copy: its unknown keys belong to the hash.
  if (fault === null) return { event: item as unknown as WireEvent, text, hash };
  const prev = isObject(item) && isHash(item.prev) ? item.prev : null;
  return putAside(owner, seq, { text, hash, prev }, { reason: fault, from: seq, whole: true });
}

function ofStandIn({ seq, through, hash, lost, text }: StandIn, owner: Owner): ReceivedEvent {
  const whole = text !== null && eventHash(text) === hash;
  const left = text ?? '';
  return putAside(owner, through, { text: left, hash }, { reason: lost, from: seq, whole });
}

function putAside(
  owner: Owner,
  seq: number,
  { text, hash, prev = null }: { readonly text: string; readonly hash: string; readonly prev?: string | null },
  aside: Omit<Aside, 'linked'>,
): ReceivedEvent {
  const clock = { boot: '', sinceBootMs: 0, synchronised: false };
  const event = { id: '', ...owner, seq, type: asideType, time: '', clock, data: {}, prev: prev ?? '' };
  return { event, text, hash, aside: { ...aside, linked: prev !== null } };
}

function canonicalOrNull(item: unknown): string | null {
  try {
    return canonicalJson(item as Json);
  } catch {
    return null;
  }
}

function lengthFault(text: string): string | null {
  // No character takes more than three bytes.
  if (text.length * 3 <= maxEventBytes) return null;
  const bytes = Buffer.byteLength(text);
  return bytes <= maxEventBytes ? null : `${bytes} bytes, at most ${maxEventBytes} are allowed`;
}

function refuse(reason: EventBatchRefusal['reason'], detail: string): EventBatchRefusal {
  return { ok: false, reason, detail };
}
