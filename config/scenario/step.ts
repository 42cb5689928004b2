// One step of a scenario: an instant, and at most one thing that happens then.

import { z } from 'zod';
import { CredentialError, parseCredential } from '../../access/credential.ts';
import { choice, id } from '../fields.ts';
import { allowedBy } from '../replica/check-credentials.ts';
import { instant } from '../replica/fields.ts';
import { replicaDocument } from '../replica/schema.ts';
import type { InputName } from '../types.ts';
import { command } from './command.ts';

const credentialWords = 'TYPE:VALUE, as card:04A1B2C3D4E580';

/** `TYPE:VALUE` as the reader delivers it: kept as it was written, for reading it is part of what is replayed. */
const credential = z.string({ error: credentialWords }).transform((written, context) => {
  try {
    parseCredential(written);
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    context.issues.push({ code: 'custom', message: allowedBy(error), input: written });
  }
  return written;
});

const present = z
  .strictObject({
    reader: id.describe('id of a reader of the config'),
    credential: credential.describe('TYPE:VALUE; type card, wiegand, pin, qr or fob'),
  })
  .describe('somebody presents a credential');

const level = z.boolean({ error: 'true or false' }).exactOptional();

/** Exactly one input is named; the checks of the scenario see to that. */
const input = z
  .strictObject({
    accessPoint: id.describe('id of an access point of the config'),
    contact: choice(['open', 'closed']).exactOptional().describe('the door: open or closed'),
    requestToExit: level.describe('pressed or not'),
    tamper: level.describe('housing open or not'),
    fire: level.describe('fire alarm on or off'),
    help: level.describe('call for help on or off'),
  })
  .transform(({ accessPoint, contact, ...levels }): { accessPoint: string; input: InputName; active: boolean } => {
    if (contact !== undefined) return { accessPoint, input: 'contact', active: contact === 'open' };
    const names: readonly (keyof typeof levels)[] = ['requestToExit', 'tamper', 'fire', 'help'];
    const named = names.find((name) => levels[name] !== undefined) ?? 'help';
    return { accessPoint, input: named, active: levels[named] === true };
  })
  .describe('one input of an access point changes');

const clock = z
  .strictObject({
    set: instant.exactOptional().describe('what the wall clock now says, ISO 8601 with offset (default: it runs on)'),
    synchronised: z
      .boolean({ error: 'true or false' })
      .exactOptional()
      .describe('whether it is disciplined from now on (default: as before)'),
  })
  .describe("the daemon's own clock");

export const step = z.strictObject({
  at: instant.describe('true time of the step, ISO 8601 with offset; never before the step above'),
  present: present.exactOptional(),
  input: input.exactOptional(),
  command: command.exactOptional(),
  replica: replicaDocument.exactOptional().describe('a revision arrives'),
  restart: choice(['crash', 'clean'])
    .exactOptional()
    .describe('the daemon dies (crash) or stops (clean) and comes back on the same database'),
  clock: clock.exactOptional(),
});

export type WrittenStep = z.output<typeof step>;

/** The keys of a step that make something happen. */
export const acts = ['present', 'input', 'command', 'replica', 'restart', 'clock'] as const;
