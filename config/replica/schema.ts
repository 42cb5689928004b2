// The replica document (interfaces.md section 3), format `cardea-replica/1`.

import { z } from 'zod';
import { id, list, whole } from '../fields.ts';
import type { ReplicaDocument } from '../types.ts';
import { accessRule, unlockSchedule } from './access-rule.ts';
import { booking, resource } from './booking.ts';
import { credential } from './credential.ts';
import { pass } from './pass.ts';
import { customer, staff, team, visitor } from './people.ts';
import { contract, plan } from './plan.ts';
import { space } from './space.ts';
import { timePass } from './time-pass.ts';
import { badgeKey, includes, planUsage } from './usage.ts';

function small<Item extends z.ZodType>(item: Item, what: string) {
  return list(item, 0, 100_000).default([]).describe(`${what} (at most 100000; default none)`);
}

function large<Item extends z.ZodType>(item: Item, what: string) {
  return list(item, 0, 5_000_000).default([]).describe(`${what} (at most 5000000; default none)`);
}

const records = {
  spaces: small(space, 'the coworking spaces of the site'),
  plans: small(plan, 'plans that contracts give'),
  timePasses: small(timePass, 'day and minute passes as products'),
  teams: small(team, 'teams that share passes or contracts'),
  staff: small(staff, 'people whose credentials open every door'),
  resources: small(resource, 'rooms and desks that can be booked'),
  accessRules: small(accessRule, 'who may use which access point'),
  unlockSchedules: small(unlockSchedule, 'when doors stand unlocked'),
  includes: small(includes, 'controllers and how far their events are taken into account'),
  badgeKeys: small(badgeKey, 'public keys of signed badges'),
  revokedBadges: small(id, 'ids of signed badges that are no longer believed'),
  customers: large(customer, 'everybody who may hold passes or contracts'),
  contracts: large(contract, 'who has which plan'),
  passes: large(pass, 'who holds which pass'),
  credentials: large(credential, 'cards, badges, codes and PINs'),
  bookings: large(booking, 'bookings of resources'),
  visitors: large(visitor, 'visitors who are expected'),
  planUsage: large(planUsage, 'what counts toward plan limits in this week and month'),
};

const formatWords = 'cardea-replica/1';

export const replicaDocument: z.ZodType<ReplicaDocument> = z
  .strictObject({
    format: z.literal('cardea-replica/1', { error: formatWords }).describe('cardea-replica/1'),
    site: id.describe('id of the site'),
    revision: whole(1, Number.MAX_SAFE_INTEGER).describe('number of this state; a newer one has a larger number'),
    ...records,
  })
  .transform(({ format: _format, site, revision, ...rest }): ReplicaDocument => ({ site, revision, records: rest }))
  .describe("Replica document: everything a site's controllers know");
