// What every consumer may count on in the data of each type (interfaces.md section 5). A record that breaks this promise is
// kept all the same, so that its journal stays whole, but nothing is derived from it. Words (reasons, sources) are not
// checked against a list: a newer controller may have new ones.

import { z } from 'zod';
import type { EventType, JsonObject } from '../../../access/event.ts';
import { countField, idField, instantField, textField } from '../../protocol/fields.ts';

const word = z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/, 'not a word');
const money = z.string().regex(/^-?\d{1,15}(?:\.\d{1,10})?$/, 'not an amount');
const date = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'not a date');
const holder = z.object({ kind: word, id: idField });
const credential = z.object({ type: word });

const used = z.union([
  z.object({ pass: idField, businessDay: date }),
  z.object({ pass: idField, minutes: countField }),
]);

export const checkinData = z.object({
  visit: idField,
  customer: idField,
  space: idField,
  source: word,
  pass: idField.nullable(),
  coverage: word,
  // What is told besides where a site has several controllers (access/merge/data.ts).
  businessDay: date.optional(),
  since: instantField.optional(),
  plans: z.array(idField).max(1000).optional(),
  revision: countField.optional(),
  remaining: z.number().int().optional(),
  uses: z.boolean().optional(),
});

export const checkoutData = z.object({
  visit: idField,
  customer: idField,
  space: idField,
  from: instantField,
  to: instantField,
  auto: z.boolean(),
  usage: z.array(used).max(1000),
  uncoveredMinutes: countField,
  invoiced: z.boolean(),
  review: z.boolean(),
});

export const passUsedData = z.object({ pass: idField, businessDay: date.nullish(), visit: idField.nullish() });

export const chargeData = z.object({
  visit: idField,
  customer: idField,
  timePass: idField,
  from: instantField,
  to: instantField,
  amount: money,
  currency: z.string().min(1).max(16),
  taxRate: money,
  account: textField.nullable(),
  price: word,
});

/** What the office says of a use of a pass that another one came before. */
export const oversoldData = z.object({
  visit: idField,
  customer: idField,
  pass: idField,
  withdrawn: z.boolean().default(false),
  /** Of a minute pass: minutes that it did not have. */
  minutes: countField.optional(),
  /** What covers in its place: other passes, and so many charges that follow. */
  usage: z.array(used).max(1000).default([]),
  charges: countField.default(0),
  uncoveredMinutes: countField.default(0),
  invoiced: z.boolean().default(true),
});

const text = z.string().min(1).max(1000);
const act = { by: text, reason: text.optional() };

/** What the office decided of a proposed charge; `charge` is the id of its record. */
export const chargeActData = z.object({ visit: idField, charge: text, amount: money.optional(), ...act });

/** `flag` is the id of the `pass.oversold` that was settled. */
export const settledData = z.object({ visit: idField, pass: idField, flag: text, ...act });

/** `checkout` is the id of the check-out that was looked at. */
export const reviewedData = z.object({ visit: idField, checkout: text, to: instantField.optional(), ...act });

/** Of `controller.started`, where a restore began the journal. */
export const restoredData = z.object({
  reason: z.literal('restored'),
  previousEpoch: idField,
  through: countField,
  takenAt: instantField,
});

const ticketOf = { ticket: text, holder: holder.optional() };

/** What the office says of a call for help, or of somebody who was refused again and again. */
export const ticketData = z.object({
  ...ticketOf,
  cause: z.enum(['help', 'refusals']),
  at: z.iso.datetime(),
  event: text,
  controller: idField,
  accessPoint: idField.optional(),
  reader: idField.optional(),
  message: text.optional(),
  by: text.optional(),
  refusals: z
    .array(
      z.object({
        at: z.iso.datetime(),
        reason: word,
        controller: idField,
        accessPoint: idField.optional(),
        reader: idField.optional(),
        nextValid: z.iso.datetime().optional(),
        event: text,
      }),
    )
    .max(20),
});

export const ticketActData = z.object({ ...ticketOf, ...act, command: text.optional() });

const granted = z.object({ holder: holder.nullish(), credential: credential.nullish(), reason: word });
const visitor = z.object({ visitor: idField, host: idField.nullish() });

const schemas: { readonly [T in EventType]?: z.ZodType } = {
  'access.granted': granted,
  'access.denied': granted,
  'access.repeated': granted.partial(),
  'access.not-taken': granted.partial(),
  'access.duress': granted.partial(),
  'checkin.recorded': checkinData,
  'checkin.rejected': z.object({ customer: idField, space: idField, reason: word }),
  'checkout.recorded': checkoutData,
  'checkout.orphan': z.object({ customer: idField, space: idField }),
  'pass.used': passUsedData,
  'pass.oversold': oversoldData,
  'coverage.exhausted': z.object({ visit: idField, pass: idField }),
  'charge.proposed': chargeData,
  'charge.confirmed': chargeActData,
  'charge.corrected': chargeActData.required({ amount: true }),
  'charge.waived': chargeActData,
  'oversold.settled': settledData,
  'visit.reviewed': reviewedData,
  'ticket.opened': ticketData,
  'ticket.answered': ticketActData,
  'ticket.closed': ticketActData,
  'visitor.arrived': visitor,
  'visitor.departed': visitor,
  'visitor.refused': visitor,
  'accesspoint.mode': z.object({ mode: word }),
  'command.applied': z.object({}),
  'command.refused': z.object({ reason: textField }),
};

/** Why the data is not what its type promises; null where it is, or where nothing is promised. */
export function dataFault(type: EventType, data: JsonObject): string | null {
  const read = schemas[type]?.safeParse(data);
  if (read === undefined || read.success) return null;
  const [issue] = read.error.issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not of its form'}`.slice(0, 300);
}
