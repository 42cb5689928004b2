// One record of the journal (interfaces.md section 5), for programs that read what Cardea sends or prints. A newer peer
// may send more keys; they are let through.

import { z } from 'zod';
import { type EventType, eventTypes } from '../access/event.ts';
import { eventData } from './event-data.ts';
import { id } from './fields.ts';

const clock = z
  .looseObject({
    boot: z.string().describe('identifier of the boot of the machine'),
    sinceBootMs: z.number().min(0).describe('milliseconds since that boot; the only source of durations'),
    synchronised: z.boolean().describe('whether the wall clock was disciplined'),
  })
  .describe('the clock when the event was recorded');

const common = {
  id: z.uuid().describe('UUIDv7 of the event'),
  site: id.describe('id of the site'),
  controller: id.describe('id of the controller, or office'),
  epoch: z.string().min(1).max(64).describe('UUID of the journal, new with each new database'),
  seq: z.int().min(1).describe('sequence number in the epoch, from 1, without gaps'),
  time: z.iso.datetime({ offset: true }).describe('wall time, ISO 8601, UTC, milliseconds'),
  clock,
  accessPoint: id.optional().describe('where it happened'),
  reader: id.optional().describe('which reader it came through'),
  prev: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('lower-case hex SHA-256 of the record before in canonical form (RFC 8785)'),
};

function eventOf(type: EventType) {
  return z.looseObject({ ...common, type: z.literal(type), data: eventData[type] });
}

const [first, ...others] = eventTypes;

export const journalEvent = z
  .discriminatedUnion('type', [eventOf(first), ...others.map(eventOf)])
  .describe('An event of a Cardea journal');
