// The office's config file (interfaces.md section 2).

import { z } from 'zod';
import { broker } from '../controller/broker.ts';
import { listen } from '../controller/listen.ts';
import { flag, id, list, path, reservedNames, reservedWords, text } from '../fields.ts';
import type { OfficeConfig } from '../types.ts';
import { retention } from './retention.ts';

const controller = z.strictObject({
  id: id
    .refine((name) => !reservedNames.includes(name), { error: reservedWords })
    .describe('id of a controller of the site; not office, not replica'),
  publicKeyFile: path.describe('its public key: FILE.pub of the key it signs with'),
});

const storeWords = 'sqlite:PATH (postgres is not built into this version)';
const urlWords = 'https://host or https://host:port, as phones reach it';

export const officeConfig: z.ZodType<OfficeConfig> = z
  .strictObject({
    site: id.describe('id of the site'),
    store: z
      .string({ error: storeWords })
      .regex(/^sqlite:[^\0]+$/, { error: storeWords })
      .transform((written) => ({ kind: 'sqlite' as const, path: written.slice('sqlite:'.length) }))
      .prefault('sqlite:office.db')
      .describe('where the office keeps everything: sqlite:PATH (default sqlite:office.db beside this file)'),
    upstream: z.strictObject(broker).describe('the broker'),
    signingKeyFile: path.describe("the office's own private key, made by cardea keys new"),
    credentialKeyFile: path.describe(
      "the site's credential key, made by cardea keys site; the same at every controller",
    ),
    controllers: list(controller, 0, 10_000).default([]).describe('who is listened to (at most 10000; default nobody)'),
    listen: listen
      .nullable()
      .default(null)
      .describe('host:port of the HTTP interface and the operations page (default none)'),
    tls: z
      .strictObject({
        certFile: path.describe('PEM certificate of the operations page'),
        keyFile: path.describe('its private key, PEM'),
      })
      .nullable()
      .default(null)
      .describe('encrypts the operations page (default none)'),
    allowPlain: flag(false, 'whether listen may be reached by other machines without tls'),
    publicUrl: text(2048)
      .regex(/^https?:\/\/[^/@\s]+\/?$/, { error: urlWords })
      .nullable()
      .default(null)
      .describe('address under which phones reach the page (default none)'),
    retention,
  })
  .describe('Config file of the Cardea office (cardea office run --config FILE)');
