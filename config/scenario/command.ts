// A command in a step of a scenario: with the keys that its type takes, and, where it is to be an order, its id, issue and expiry.

import { z } from 'zod';
import type { Command } from '../../access/command/command.ts';
import type { Order } from '../../access/command/order.ts';
import { choice, id, text } from '../fields.ts';
import { instant } from '../replica/fields.ts';

const by = text(128).describe('who gave it, for the records');
const door = id.describe('the door');
const customer = id.describe('id of the customer');
const space = id.describe('the space');

const order = {
  id: id.exactOptional().describe('with issuedAt and expiresAt: it takes effect once, however often it comes'),
  issuedAt: instant.exactOptional().describe('ISO 8601 with offset'),
  expiresAt: instant.exactOptional().describe('ISO 8601 with offset'),
};

const target = {
  accessPoint: id.exactOptional().describe('the door; this or space'),
  space: id.exactOptional().describe('all doors of a space; this or accessPoint'),
  by,
  ...order,
};

export interface GivenCommand {
  readonly command: Command;
  /** null: it was given here and now. */
  readonly order: Order | null;
}

export const command: z.ZodType<GivenCommand> = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('unlock').describe('one release'), ...target }),
    z.strictObject({ type: z.literal('lock').describe('ends a release'), ...target }),
    z.strictObject({
      type: z.literal('mode').describe('sets a mode'),
      mode: choice(['controlled', 'unlocked', 'locked', 'lockdown']).describe(
        'controlled gives the door back to its schedule',
      ),
      until: instant.exactOptional().describe('when it ends by itself, ISO 8601 with offset (default: not)'),
      ...target,
    }),
    z.strictObject({ type: z.literal('test').describe('tests a lock'), accessPoint: door, by, ...order }),
    z.strictObject({
      type: z.literal('identify').describe('a reader shows where it is'),
      reader: id.describe('id of a reader of the config'),
      by,
      ...order,
    }),
    z.strictObject({ type: z.literal('checkin').describe('a check-in by hand'), customer, space, by, ...order }),
    z.strictObject({ type: z.literal('checkout').describe('a check-out by hand'), customer, space, by, ...order }),
    z.strictObject({
      type: z.literal('admit').describe('lets a customer in who asked in an app'),
      customer,
      accessPoint: door,
      by,
      ...order,
    }),
    z.strictObject({
      type: z
        .literal('forgive')
        .describe('anti-passback forgets where people are, a reader is not locked out any more'),
      customer: customer.exactOptional().describe('this, area or reader'),
      area: id.exactOptional().describe('all who are in an area; this, customer or reader'),
      reader: id.exactOptional().describe('this, customer or area'),
      by,
      ...order,
    }),
  ])
  .transform(({ id, issuedAt, expiresAt, ...written }): GivenCommand => {
    const { until: untilMs, ...command } = written as typeof written & { until?: number };
    const given = untilMs === undefined ? command : { ...command, untilMs };
    const isOrder = id !== undefined && issuedAt !== undefined && expiresAt !== undefined;
    const order = isOrder ? { id, issuedAtMs: issuedAt, expiresAtMs: expiresAt } : null;
    return { command: given as Command, order };
  })
  .describe('a command arrives');
