// A received record as a row: what is wrong with it is found, listed and kept from being derived from; the record itself is
// kept in its place, or its journal would have a hole.

import { canonicalJson } from '../../../access/canonical.ts';
import { type EventType, eventTypes } from '../../../access/event.ts';
import { type Aside, asideType, maxEventBytes, type ReceivedEvent } from '../../protocol/events.ts';
import type { AnomalyFound } from '../store/anomalies.ts';
import { type EventRow, lostType } from '../store/events.ts';
import { dataFault } from './event-data.ts';

/** The types of which visits are made. */
const visitTypes: readonly string[] = [
  'checkin.recorded',
  'checkout.recorded',
  'pass.used',
  'charge.proposed',
  'pass.oversold',
  'charge.confirmed',
  'charge.corrected',
  'charge.waived',
  'oversold.settled',
  'visit.reviewed',
] satisfies EventType[];

const knownTypes: ReadonlySet<string> = new Set(eventTypes);

export interface Kept {
  readonly row: EventRow;
  readonly anomalies: readonly AnomalyFound[];
}

export function rowOf({ event, text, hash, aside }: ReceivedEvent): Kept {
  const { controller, epoch, seq, type, data } = event;
  if (aside !== undefined) return asideRow({ event, text, hash }, aside);
  const anomalies: AnomalyFound[] = [];
  const note = (kind: AnomalyFound['kind'], reason: string): void => {
    const body = kind === 'poisoned' ? text : null;
    anomalies.push({ kind, controller, epoch, seq, subject: event.id, reason, body });
  };
  const parsedMs = Date.parse(event.time);
  const timeMs = Number.isNaN(parsedMs) ? null : parsedMs;
  const known = knownTypes.has(type) ? (type as EventType) : undefined;
  if (known === undefined) note('unknown-type', `a ${type}`);
  const fault =
    timeMs === null ? `time: ${event.time} is no instant` : known === undefined ? null : dataFault(known, data);
  if (fault !== null) note('poisoned', `a ${type}: ${fault}`);
  const visit = fault === null && visitTypes.includes(type) && typeof data.visit === 'string' ? data.visit : null;
  return { row: { controller, epoch, seq, id: event.id, type, timeMs, visit, body: text, hash }, anomalies };
}

/** Nothing is derived from it; whatever is wrong with it, this row can be written. */
export function asideRow({ event, text, hash }: ReceivedEvent, { from, reason, whole }: Aside): Kept {
  const { controller, epoch, seq } = event;
  const words = from === seq ? reason : `records ${from} to ${seq}: ${reason}`;
  const body = text === '' || text.length > maxEventBytes ? null : text;
  const place = { controller, epoch, seq, id: null, timeMs: null, visit: null, hash };
  return {
    row: whole
      ? { ...place, type: asideType, body: text }
      : { ...place, type: lostType, body: canonicalJson({ from, lost: reason, text }) },
    anomalies: [{ kind: whole ? 'poisoned' : 'lost', controller, epoch, seq, subject: '', reason: words, body }],
  };
}
