// What of a journal's records the other controllers of a site need: who came, who went, who was seen. Every end keeps the same
// set of them and orders it the same way, whatever order it arrived in.

import type { Json, JsonObject } from '../event.ts';
import { holderKey } from '../site-rules/state.ts';

/** The office's own journal stands among those of the controllers under this name. */
export const officeName = 'office';

/** Where a record stands: in all journals of a site no two have the same place. */
export interface RecordPlace {
  readonly controller: string;
  readonly epoch: string;
  readonly seq: number;
  /** Wall time of the record, UTC milliseconds. */
  readonly timeMs: number;
}

export interface SharedRecord extends RecordPlace {
  /** Whom it is about: a `holderKey`; of `clock.stepped` the boot. */
  readonly holder: string;
  readonly type: string;
  readonly boot: string;
  readonly sinceBootMs: number;
  readonly data: JsonObject;
  /** How far `timeMs` was moved, since the clock of its controller was set (`times.ts`); left out: it was not. */
  readonly movedMs?: number;
}

/** How far a journal was read, and the hash of the last record that was. */
export interface JournalCursor {
  readonly controller: string;
  readonly epoch: string;
  readonly through: number;
  readonly hash: string;
}

/** An event of any journal, as far as it is looked at here. */
export interface SharedEvent {
  readonly controller: string;
  readonly epoch: string;
  readonly seq: number;
  readonly type: string;
  readonly time: string;
  readonly clock: { readonly boot: string; readonly sinceBootMs: number; readonly synchronised: boolean };
  readonly data: JsonObject;
}

/** The types of which a record may be shared. */
export const sharedTypes = [
  'access.granted',
  'access.denied',
  'checkin.recorded',
  'checkout.recorded',
  'checkout.orphan',
  'clock.stepped',
  'pass.oversold',
  'visitor.arrived',
  'visitor.departed',
] as const;

/** The record as it is shared; null for one that says nothing to the others. */
export function sharedOf({ controller, epoch, seq, type, time, clock, data }: SharedEvent): SharedRecord | null {
  const holder = type === 'clock.stepped' ? bootKey(clock) : holderOf(type, data);
  const timeMs = Date.parse(time);
  if (holder === null || Number.isNaN(timeMs)) return null;
  const { boot, sinceBootMs } = clock;
  return { holder, timeMs, controller, epoch, seq, type, boot, sinceBootMs, data };
}

/** What is about all records of a boot stands under it. A clock that is not right says nothing of them. */
function bootKey({ boot, synchronised }: SharedEvent['clock']): string | null {
  return synchronised ? bootHolder(boot) : null;
}

export function bootHolder(boot: string): string {
  return `boot:${boot}`;
}

function holderOf(type: string, data: JsonObject): string | null {
  if (!sharedTypes.some((shared) => shared === type)) return null;
  if (type.startsWith('visitor.')) return keyOf('visitor', data.visitor);
  if (!type.startsWith('access.')) return keyOf('customer', data.customer);
  const { visit, absent, present, holder } = data;
  if (visit === undefined && absent === undefined && present === undefined) return null;
  const { kind, id } = (holder ?? {}) as JsonObject;
  return kind === 'customer' ? keyOf(kind, id) : null;
}

function keyOf(kind: 'customer' | 'visitor', id: Json | undefined): string | null {
  return typeof id === 'string' ? holderKey({ kind, id }) : null;
}

/** The total order of a site's records: by time, then by place. */
export function byTimeAndPlace(a: RecordPlace, b: RecordPlace): number {
  return (
    a.timeMs - b.timeMs || compareText(a.controller, b.controller) || compareText(a.epoch, b.epoch) || a.seq - b.seq
  );
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
