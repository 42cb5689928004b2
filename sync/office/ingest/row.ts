// A received record as a row: what is wrong with it is found, listed and kept from being derived from; the record itself is
// kept in its place, or its journal would have a hole.

import { type EventType, eventTypes } from '../../../access/event.ts';
import type { ReceivedEvent } from '../../protocol/events.ts';
import type { AnomalyFound } from '../store/anomalies.ts';
import type { EventRow } from '../store/events.ts';
import { dataFault } from './event-data.ts';

/** The types of which visits are made. */
const visitTypes: readonly string[] = [
  'checkin.recorded',
  'checkout.recorded',
  'pass.used',
  'charge.proposed',
  'pass.oversold',
] satisfies EventType[];

export interface Kept {
  readonly row: EventRow;
  readonly anomalies: readonly AnomalyFound[];
}

export function rowOf({ event, text, hash }: ReceivedEvent, idTaken: (id: string) => boolean): Kept {
  const { controller, epoch, seq, type, data } = event;
  const anomalies: AnomalyFound[] = [];
  const note = (kind: AnomalyFound['kind'], reason: string): void => {
    anomalies.push({ kind, controller, epoch, seq, subject: event.id, reason, body: null });
  };
  const parsedMs = Date.parse(event.time);
  const timeMs = Number.isNaN(parsedMs) ? null : parsedMs;
  const known = eventTypes.find((name) => name === type);
  if (known === undefined) note('unknown-type', `a ${type}`);
  const fault =
    timeMs === null ? `time: ${event.time} is no instant` : known === undefined ? null : dataFault(known, data);
  if (fault !== null) note('poisoned', `a ${type}: ${fault}`);
  const taken = idTaken(event.id);
  if (taken) note('duplicate-id', `the id of another record`);
  const visit = fault === null && visitTypes.includes(type) && typeof data.visit === 'string' ? data.visit : null;
  const id = taken ? null : event.id;
  return { row: { controller, epoch, seq, id, type, timeMs, visit, body: text, hash }, anomalies };
}
