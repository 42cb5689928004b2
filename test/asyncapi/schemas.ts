// The JSON Schemas of the wire (draft 7, AsyncAPI's own), made from the zod schemas that both ends read with, and from those of
// the journal's events. Nothing is written here twice: what changes there changes here.

import { z } from 'zod';
import { commandTypes } from '../../access/command/command.ts';
import { type EventType, eventTypes } from '../../access/event.ts';
import { eventData } from '../../config/event-data.ts';
import { journalEvent } from '../../config/event-schema.ts';
import { commandFieldsSchema, commandSchema, replySchema } from '../../sync/protocol/commands.ts';
import { maxBatchEvents } from '../../sync/protocol/events.ts';
import { countField, hashField, idField } from '../../sync/protocol/fields.ts';
import { ackSchema, deltaSchema, manifestSchema, wantSchema } from '../../sync/protocol/messages.ts';
import { answerSchema, peersWantSchema } from '../../sync/protocol/peers.ts';
import { isReplicaKind, recordSchemas, replicaKinds } from '../../sync/protocol/replica-records.ts';
import { headerSchema } from '../../sync/protocol/replica-rows.ts';
import { lastWillText, statusSchema } from '../../sync/protocol/status.ts';

export interface Schema {
  readonly [key: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** As it is sent: before anything is read out of it. */
function schemaOf(schema: z.ZodType, description?: string): Schema {
  const made = z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  const { $schema: _, ...rest } = made as Schema;
  return description === undefined ? rest : { ...rest, description };
}

/** With these properties in the place of its own, or beside them. */
function withProperties(schema: Schema, properties: Readonly<Record<string, Schema>>): Schema {
  return { ...schema, properties: { ...schema.properties, ...properties } };
}

export const eventName = (type: EventType): string => `event.${type}`;
export const recordName = (kind: string): string => `record.${kind}`;

function eventSchemas(): Record<string, Schema> {
  const [anyEvent] = journalEvent.options;
  if (anyEvent === undefined) throw new Error('there are no events');
  const { type: _type, data: _data, ...common } = anyEvent.shape;
  const made: Record<string, Schema> = {
    event: {
      description:
        'A record of a journal. A newer controller may send types and keys that are not here: they belong to the chain.',
      discriminator: 'type',
      oneOf: eventTypes.map((type) => ref(eventName(type))),
    },
    eventBase: schemaOf(z.looseObject(common), 'What every event has.'),
  };
  for (const type of eventTypes) {
    const own = { type: { const: type }, data: schemaOf(eventData[type]) };
    const event: Schema = { type: 'object', properties: own, required: ['type', 'data'] };
    made[eventName(type)] = { allOf: [event, ref('eventBase')] };
  }
  return made;
}

function recordsSchemas(): Record<string, Schema> {
  const made: Record<string, Schema> = {};
  for (const kind of replicaKinds) made[recordName(kind)] = schemaOf(recordSchemas[kind]);
  made.snapshotHeader = schemaOf(headerSchema, 'The first line of a snapshot.');
  made.snapshotRow = {
    description:
      'Every other line of a snapshot: a kind and its record. Kinds that a controller does not know are passed over.',
    oneOf: replicaKinds.map((kind) => ({
      type: 'array',
      items: [{ const: kind }, ref(recordName(kind))],
      minItems: 2,
      maxItems: 2,
    })),
  };
  return made;
}

const jwsHeader: Schema = {
  type: 'object',
  description: 'The protected header of every signed message (RFC 7515). `crit` is refused, whatever it lists.',
  properties: {
    alg: { const: 'EdDSA' },
    kid: {
      type: 'string',
      description: "RFC 7638 thumbprint of the signer's public key",
      pattern: '^[A-Za-z0-9_-]{43}$',
    },
    topic: { type: 'string', description: 'the topic that the message is published on' },
  },
  required: ['alg', 'kid', 'topic'],
  not: { required: ['crit'] },
};

const standInSchema = z.object({
  seq: countField.min(1).describe('the first place that it stands for'),
  through: countField.min(1).optional().describe('the last one, where there are several'),
  hash: hashField.describe('of the record in the last place'),
  lost: z.string().max(300).describe('why, in words'),
  text: z.string().optional().describe('what is there instead, of a single place'),
});

function commandParts(): Schema {
  const envelope = schemaOf(commandSchema, 'Something that the office asks of a controller, once.');
  const fields = schemaOf(commandFieldsSchema).properties ?? {};
  const description = 'what is asked for; a controller that does not know it says so';
  const type = { ...envelope.properties?.type, description, examples: commandTypes };
  return withProperties(envelope, { ...fields, type });
}

/** Everything that a message of the wire is made of, by name. */
export function wireSchemas(): Record<string, Schema> {
  const item = { anyOf: [ref('event'), ref('standIn')] };
  const events = { type: 'array', minItems: 1, maxItems: maxBatchEvents, items: item };
  const batch = schemaOf(
    z.object({ epoch: idField, events: z.unknown() }),
    'Events of one journal, in order, with nothing missing between them.',
  );
  const answer = schemaOf(answerSchema, 'A part of the journal of another controller, or of the office.');
  return {
    jwsHeader,
    events: withProperties(batch, { events }),
    standIn: schemaOf(
      standInSchema,
      'What is sent in the place of records that are lost: their places, and the hash of the last of them.',
    ),
    ack: schemaOf(ackSchema, "All events of the epoch up to `through` are on the office's disk."),
    status: schemaOf(statusSchema, 'What a controller says of itself. Only `online` is always there.'),
    lastWill: { const: JSON.parse(lastWillText), description: `Unsigned, and these bytes exactly: ${lastWillText}` },
    command: commandParts(),
    reply: schemaOf(replySchema, 'What became of a command.'),
    want: schemaOf(wantSchema, 'A controller asks for a newer replica than the one it has (0: it has none).'),
    peersWant: schemaOf(
      peersWantSchema,
      "A controller tells how far it knows the site's journals, and asks for the rest.",
    ),
    peers: withProperties(answer, { events }),
    manifest: schemaOf(manifestSchema, 'What makes a revision whole.'),
    delta: schemaOf(
      deltaSchema,
      'What turns one revision into another: `["put", kind, record]`, `["delete", kind, id]`.',
    ),
    chunk: {
      type: 'string',
      format: 'binary',
      description: 'gzip of whole lines of a snapshot: snapshotHeader first, then snapshotRow',
    },
    ...recordsSchemas(),
    ...eventSchemas(),
  };
}

/** The schema of a line of a snapshot that is no header; null for a kind that is not known. */
export function recordSchemaName(kind: string): string | null {
  return isReplicaKind(kind) ? recordName(kind) : null;
}
