// The people of a site: customers, their teams, the staff, visitors.

import { z } from 'zod';
import type { Customer, Staff, Team, Visitor } from '../../access/model.ts';
import { choice, flag, id, list } from '../fields.ts';
import { instant } from './fields.ts';
import { name, named } from './name.ts';

export const customer = z
  .strictObject({
    id: id.describe('unique among the customers'),
    name: name.optional().describe('for people (default: the id)'),
    registeredWith: list(id, 0, 1000).default([]).describe('spaces the customer is registered with (default none)'),
    teams: list(id, 0, 1000).default([]).describe('teams the customer is in (default none)'),
    disabled: flag(false, 'whether the account is closed: no door opens, the way out stays free'),
  })
  .transform((written): Customer => named(written));

export const team = z
  .strictObject({
    id: id.describe('unique among the teams'),
    name: name.optional().describe('for people (default: the id)'),
    sharesPasses: flag(false, "whether its members may use the team's passes"),
  })
  .transform((written): Team => named(written));

export const staff = z
  .strictObject({
    id: id.describe('unique among the staff'),
    name: name.optional().describe('for people (default: the id)'),
    credentials: list(id, 0, 100).default([]).describe('ids of their credentials (default none)'),
  })
  .transform((written): Staff => named(written));

export const visitor = z
  .strictObject({
    id: id.describe('unique among the visitors'),
    name: name.optional().describe('for people (default: the id)'),
    host: id.nullable().default(null).describe('customer or staff member who is told (default nobody)'),
    space: id.describe('space that is visited'),
    expected: instant.describe('when the visitor is expected, ISO 8601 with offset'),
    approval: choice(['not-required', 'requested', 'approved', 'held', 'rejected'])
      .default('not-required')
      .describe('whether the visit may take place (default not-required)'),
    credential: id.nullable().default(null).describe('id of the credential lent to the visitor (default none)'),
  })
  .transform((written): Visitor => named(written));
