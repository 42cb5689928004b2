// The schema of every record of a snapshot: the normalised form of access/model.ts, one for both ends. Keys of a newer
// office are left aside; a record without one of ours is refused, never guessed.

import { z } from 'zod';
import type { ReplicaKind, ReplicaRecords } from '../../access/model.ts';
import { hashField, idField } from './fields.ts';

const name = z.string().max(1000);
const short = z.string().max(100);
const word = z.string().min(1).max(64);
const ids = z.array(idField).max(10_000);
const instant = z.number().int().min(-8.64e15).max(8.64e15);
const date = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const timeOfDay = z.string().regex(/^\d\d:\d\d$/);
const money = z.string().regex(/^-?\d{1,15}(?:\.\d{1,10})?$/);
const minutes = z.number().int().min(0).max(1e9);
const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
const slotFields = { days: z.array(weekday).max(7), from: timeOfDay, to: timeOfDay };
const slots = z.array(z.object(slotFields)).max(1000);

const spaces = z.object({
  id: idField,
  name,
  timeZone: short,
  currency: short,
  dailyCutOff: timeOfDay,
  checkInRequiresPass: z.boolean(),
  passOrder: z.enum(['classic', 'priority']),
  openingHours: slots,
  closures: z.array(z.object({ from: date, to: date, name })).max(1000),
  payAsYouGo: z.object({ members: z.boolean(), contacts: z.boolean() }),
});

const limit = z.number().int().min(0).max(1e9).nullable();

const plans = z.object({
  id: idField,
  name,
  usesTimePasses: z.boolean(),
  allHours: z.boolean(),
  limits: z.object({ daysPerWeek: limit, daysPerMonth: limit, minutesPerWeek: limit, minutesPerMonth: limit }),
});

const timePasses = z.object({
  id: idField,
  name,
  price: money,
  currency: short,
  taxRate: money,
  account: name.nullable(),
  minutesIncluded: minutes.nullable(),
  validIn: ids,
  countsTowardsPlanLimits: z.boolean(),
  onSale: z.boolean(),
  soldWhole: z.boolean(),
  availability: slots,
  specialPrices: z.array(z.object({ plan: idField, price: money })).max(10_000),
  priority: z.enum(['high', 'normal', 'low']),
  onlyForPlans: ids,
  onlyFor: z.enum(['members', 'contacts']).nullable(),
});

const contracts = z.object({
  id: idField,
  customer: idField.nullable(),
  team: idField.nullable(),
  plan: idField,
  from: date,
  to: date.nullable(),
  frozen: z.array(z.object({ from: date, to: date.nullable() })).max(1000),
});

const passes = z.object({
  id: idField,
  timePass: idField,
  customer: idField.nullable(),
  team: idField.nullable(),
  source: z.enum(['plan', 'product', 'sold', 'manual']),
  remainingMinutes: minutes.nullable(),
  usedOn: date.nullable(),
  usedBy: idField.nullable(),
  validFrom: instant.nullable(),
  expires: instant.nullable(),
  createdAt: instant.nullable(),
});

const credentials = z.object({
  id: idField,
  type: z.enum(['card', 'wiegand', 'pin', 'qr', 'fob']),
  customer: idField.nullable(),
  status: z.enum(['active', 'blocked', 'lost']),
  validFrom: instant.nullable(),
  expires: instant.nullable(),
  extendedUnlock: z.boolean(),
  duress: z.boolean(),
  hash: hashField,
});

const bookings = z.object({
  id: idField,
  resource: idField,
  customer: idField,
  from: instant,
  to: instant,
  status: z.enum(['confirmed', 'tentative', 'cancelled']),
});

const visitors = z.object({
  id: idField,
  name,
  host: idField.nullable(),
  space: idField,
  expected: instant,
  approval: z.enum(['not-required', 'requested', 'approved', 'held', 'rejected']),
  credential: idField.nullable(),
});

const accessRules = z.object({
  accessPoint: idField,
  allow: z.object({ plans: ids, teams: ids, customers: ids, timePasses: ids }),
  schedule: slots.nullable(),
});

/** Schemas in the order in which the kinds follow each other in a snapshot: what is referred to comes first. */
export const recordSchemas: { readonly [K in ReplicaKind]: z.ZodType<ReplicaRecords[K]> } = {
  spaces,
  plans,
  timePasses,
  teams: z.object({ id: idField, name, sharesPasses: z.boolean() }),
  staff: z.object({ id: idField, name, credentials: ids }),
  resources: z.object({ id: idField, name, accessPoints: ids }),
  accessRules,
  unlockSchedules: z.object({ accessPoint: idField, ...slotFields, afterFirstEntry: z.boolean() }),
  includes: z.object({ controller: idField, epoch: idField, through: z.number().int().min(0) }),
  badgeKeys: z.string().min(1).max(1000),
  revokedBadges: z.string().min(1).max(200),
  customers: z.object({ id: idField, name, registeredWith: ids, teams: ids, disabled: z.boolean() }),
  contracts,
  passes,
  credentials,
  bookings,
  visitors,
  planUsage: z.object({ customer: idField, day: date, minutes }),
};

export const replicaKinds = Object.keys(recordSchemas) as readonly ReplicaKind[];

export function isReplicaKind(kind: string): kind is ReplicaKind {
  return Object.hasOwn(recordSchemas, kind);
}

/** The name of a kind that a newer office may have made up. */
export const kindField = word;
