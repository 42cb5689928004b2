// What can be booked, and its bookings.

import { z } from 'zod';
import type { Booking, Resource } from '../../access/model.ts';
import { choice, id, list } from '../fields.ts';
import { instant } from './fields.ts';
import { name, named } from './name.ts';

export const resource = z
  .strictObject({
    id: id.describe('unique among the resources'),
    name: name.optional().describe('for people (default: the id)'),
    accessPoints: list(id, 0, 1000).default([]).describe('access points that lie on the way to it (default none)'),
  })
  .transform((written): Resource => named(written));

export const booking: z.ZodType<Booking> = z.strictObject({
  id: id.describe('unique among the bookings'),
  resource: id.describe('what is booked'),
  customer: id.describe('who booked it'),
  from: instant.describe('its start, ISO 8601 with offset'),
  to: instant.describe('its end, ISO 8601 with offset'),
  status: choice(['confirmed', 'tentative', 'cancelled'])
    .default('confirmed')
    .describe('only confirmed ones open doors (default confirmed)'),
});
