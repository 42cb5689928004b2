// Whether a value is an event of the wire: the bound fields are strict; keys and types of a newer controller are let through.
// Written out by hand: this is asked of every event that an office ever receives.

import type { WireEvent } from './events.ts';

const id = /^[A-Za-z0-9._-]{1,64}$/;
const hash = /^[0-9a-f]{64}$/;
const type = /^[a-z][a-z0-9.-]{0,63}$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

type Fields = { readonly [K in keyof WireEvent]?: unknown };

export function isId(value: unknown): value is string {
  return typeof value === 'string' && id.test(value);
}

export function isHash(value: unknown): value is string {
  return typeof value === 'string' && hash.test(value);
}

export function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first thing that keeps a value from being an event of this journal; null where it is one. */
export function eventFault(value: Fields, owner: Pick<WireEvent, 'site' | 'controller' | 'epoch'>): string | null {
  const { clock } = value;
  if (!isId(value.id)) return 'id: not an id';
  if (value.site !== owner.site) return 'site: not an id';
  if (value.controller !== owner.controller) return 'controller: not an id';
  if (value.epoch !== owner.epoch) return 'epoch: not an id';
  if (!isSeq(value.seq)) return 'seq: not a whole number from 1 on';
  if (typeof value.type !== 'string' || !type.test(value.type)) return 'type: not an event type';
  if (typeof value.time !== 'string' || !time.test(value.time)) return 'time: not an instant in UTC milliseconds';
  if (!isObject(clock)) return 'clock: not an object';
  if (typeof clock.boot !== 'string' || clock.boot.length < 1 || clock.boot.length > 64) {
    return 'clock.boot: not a text of 1 to 64 characters';
  }
  if (typeof clock.sinceBootMs !== 'number' || !(clock.sinceBootMs >= 0)) return 'clock.sinceBootMs: not a duration';
  if (typeof clock.synchronised !== 'boolean') return 'clock.synchronised: not true or false';
  if (value.accessPoint !== undefined && !isId(value.accessPoint)) return 'accessPoint: not an id';
  if (value.reader !== undefined && !isId(value.reader)) return 'reader: not an id';
  if (!isObject(value.data)) return 'data: not an object';
  return isHash(value.prev) ? null : 'prev: not a SHA-256 in lower-case hex';
}
