// Commands and replies on the wire (docs/protocol.md): one schema for both ends. A command of a type, or with keys, that this
// version does not know is still one with an id: it is answered, not dropped.

import { z } from 'zod';
import { type Command, commandFrom, isCommandType } from '../../access/command/command.ts';
import { type Order, orderData } from '../../access/command/order.ts';
import type { JsonObject } from '../../access/event.ts';
import { idField, instantField, instantText, textField } from './fields.ts';

/** A command as it came: what it asks for, or why this version cannot say. */
export interface OfficeCommand {
  readonly order: Order;
  readonly command: Command | null;
  /** Where it is null. */
  readonly fault: { readonly reason: 'not-supported' | 'bad-command'; readonly detail: string } | null;
  /** For the records, whatever it is: short, and only what was signed. */
  readonly said: JsonObject;
}

const wordField = z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/, 'not a word');
const byField = z.string().min(1).max(200);

const envelopeSchema = z.looseObject({
  id: idField,
  type: wordField,
  by: byField,
  issuedAt: instantField,
  expiresAt: instantField,
});

/** What a command may name, by its type. */
export const commandFieldsSchema = z.object({
  accessPoint: idField.nullish(),
  space: idField.nullish(),
  reader: idField.nullish(),
  customer: idField.nullish(),
  area: idField.nullish(),
  mode: z.enum(['controlled', 'unlocked', 'locked', 'lockdown']).nullish(),
  until: instantField.nullish(),
});

/** Whatever has the keys that every command has. */
export const commandSchema = envelopeSchema.transform((message): OfficeCommand => {
  const { id, type, by, issuedAt, expiresAt } = message;
  const order: Order = { id, issuedAtMs: issuedAt, expiresAtMs: expiresAt };
  const read = commandOf(message, type, by);
  const { accessPoint, space } = message;
  const named = { ...(isShort(accessPoint) ? { accessPoint } : {}), ...(isShort(space) ? { space } : {}) };
  const said: JsonObject = { type, ...named, by, ...orderData(order) };
  return 'reason' in read ? { order, command: null, fault: read, said } : { order, command: read, fault: null, said };
});

function commandOf(message: unknown, type: string, by: string): Command | NonNullable<OfficeCommand['fault']> {
  if (!isCommandType(type)) return { reason: 'not-supported', detail: `this version knows no command ${type}` };
  const read = commandFieldsSchema.safeParse(message);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { reason: 'bad-command', detail: `${issue?.path.join('.')}: ${issue?.message.slice(0, 100)}` };
  }
  const { accessPoint, space, reader, customer, area, mode, until } = read.data;
  const command = commandFrom({
    type,
    by,
    accessPoint: accessPoint ?? undefined,
    space: space ?? undefined,
    reader: reader ?? undefined,
    customer: customer ?? undefined,
    area: area ?? undefined,
    mode: mode ?? undefined,
    untilMs: until ?? undefined,
  });
  return typeof command === 'string' ? { reason: 'bad-command', detail: command } : command;
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 64;
}

/** As it is signed. */
export function commandMessage(command: Command, { id, issuedAtMs, expiresAtMs }: Order): object {
  const { untilMs, ...rest } = command as Command & { readonly untilMs?: number };
  const until = untilMs === undefined ? {} : { until: instantText(untilMs) };
  return { id, ...rest, ...until, issuedAt: instantText(issuedAtMs), expiresAt: instantText(expiresAtMs) };
}

/** What a controller says of a command, once for each time that it comes. */
export interface Reply {
  readonly id: string;
  readonly outcome: 'done' | 'refused' | 'expired' | 'duplicate';
  /** Of a duplicate: `done`, or why the first was refused. */
  readonly reason: string | null;
}

export const replySchema: z.ZodType<Reply> = z.object({
  id: idField,
  outcome: z.enum(['done', 'refused', 'expired', 'duplicate']),
  reason: textField.nullish().transform((reason) => reason ?? null),
});
