// The form of what controllers tell each other (access/merge/data.ts), checked before any of it is merged: a record that is not
// of its form says nothing.

import { z } from 'zod';
import { type SharedEvent, type SharedRecord, sharedOf } from '../../access/merge/record.ts';
import { countField, idField, instantField } from './fields.ts';

const date = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const ids = z.array(idField).max(1_000);
const visitOf = { visit: idField, customer: idField, space: idField };

const proposed = z.array(
  z.object({ businessDay: date, timePass: idField, remainingMinutes: z.number().int().nullable() }),
);

const usage = z
  .array(z.union([z.object({ pass: idField, businessDay: date }), z.object({ pass: idField, minutes: countField })]))
  .max(1_000);

const access = z.object({
  visit: idField.optional(),
  absent: z.boolean().optional(),
  present: z.object({ space: idField, until: instantField }).optional(),
});

const schemas: Readonly<Record<string, z.ZodType>> = {
  'access.granted': access,
  'access.denied': access,
  'checkin.recorded': z.object({
    ...visitOf,
    pass: idField.nullable(),
    coverage: z.enum(['pass', 'plan', 'none-needed', 'pay-as-you-go']),
    businessDay: date.optional(),
    until: instantField.optional(),
    since: instantField.optional(),
    plans: ids.optional(),
    revision: countField.optional(),
    timePass: idField.optional(),
    remaining: z.number().int().optional(),
    uses: z.boolean().optional(),
    counts: z.boolean().optional(),
  }),
  'checkout.recorded': z.object({
    ...visitOf,
    from: instantField,
    to: instantField,
    auto: z.boolean(),
    usage,
    merged: z.boolean().optional(),
    counted: z
      .array(z.object({ day: date, minutes: countField }))
      .max(100)
      .optional(),
    proposed: proposed.max(1_000).optional(),
    presumed: z
      .object({
        until: instantField,
        lastSeen: instantField,
        goesOnWith: idField.nullable().optional(),
        countedSeconds: countField.optional(),
      })
      .optional(),
  }),
  'checkout.orphan': z.object({ customer: idField, space: idField }),
  'clock.stepped': z.object({}),
  'pass.oversold': z.object({
    visit: idField,
    customer: idField,
    pass: idField,
    withdrawn: z.boolean().optional(),
    minutes: countField.optional(),
    usage: usage.optional(),
    proposed: proposed.max(1_000).optional(),
  }),
  'visitor.arrived': z.object({ visitor: idField, space: idField.optional(), until: instantField.optional() }),
  'visitor.departed': z.object({ visitor: idField }),
};

/** The record that others need; null where nobody does; `'malformed'` where it is not of its form. */
export function readShared(event: SharedEvent): SharedRecord | 'malformed' | null {
  const record = sharedOf(event);
  if (record === null) return null;
  return schemas[record.type]?.safeParse(record.data).success === true ? record : 'malformed';
}
