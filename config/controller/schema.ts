// The controller's config file (interfaces.md section 2), and the same inside a scenario, where nothing is asked for that
// only a running daemon needs.

import { z } from 'zod';
import { id, list, path, reservedNames, reservedWords, text } from '../fields.ts';
import type { ControllerConfig } from '../types.ts';
import { accessPoint, type WrittenAccessPoint } from './access-point.ts';
import { commands } from './commands.ts';
import { feedback } from './feedback.ts';
import { help } from './help.ts';
import { journal } from './journal.ts';
import { listen } from './listen.ts';
import { reader } from './reader.ts';
import { rules } from './rules.ts';
import { areas, occupancy, siteRulesOf, type WrittenPlaces } from './site-rules.ts';
import { upstream } from './upstream.ts';

const shared = {
  site: id.describe('id of the site; all its controllers share one replica'),
  controller: id
    .refine((name) => !reservedNames.includes(name), { error: reservedWords })
    .describe('id of this controller, unique within the site; not office, not replica'),
  socketGroup: text(64)
    .nullable()
    .default(null)
    .describe("group that may use the local socket (default: cardea where the system has it, else the process's own)"),
  accessPoints: list(accessPoint, 1, 256).describe('the doors (1 to 256)'),
  readers: list(reader, 0, 512).default([]).describe('the readers (at most 512; default none)'),
  rules: rules.describe("the site's settings; each has a default"),
  areas,
  occupancy,
  help: help.describe('calls for help; each setting has a default'),
  feedback: feedback.describe('what readers show; each setting has a default'),
  commands: commands.describe('what holds of commands from elsewhere; each has a default'),
  journal: journal.describe('what the journal keeps; each has a default'),
  console: z
    .strictObject({ listen: listen.describe('host:port of the operations page') })
    .nullable()
    .default(null)
    .describe('the operations page (default none)'),
};

const dataDir = path.describe('folder for journal.db, replica.db and cardea.sock');
const credentialKeyFile = path.describe("the site's credential key, made by cardea keys site; the same at the office");
const upstreamOrNone = upstream.nullable().default(null).describe('the way to the office (default none: works alone)');

export const controllerConfig: z.ZodType<ControllerConfig> = z
  .strictObject({ ...shared, credentialKeyFile, dataDir, upstream: upstreamOrNone })
  .transform((written): ControllerConfig => withSiteRules({ ...written, epoch: null }))
  .describe('Config file of a Cardea controller (cardea run --config FILE)');

export const scenarioConfig: z.ZodType<ControllerConfig> = z
  .strictObject({
    ...shared,
    credentialKeyFile: credentialKeyFile.nullable().default(null).describe('ignored: replay uses a key of its own'),
    dataDir: dataDir.nullable().default(null).describe('ignored: replay keeps nothing'),
    upstream: upstreamOrNone,
    epoch: text(64).nullable().default(null).describe("fixes the journal's epoch (default: a new one)"),
  })
  .transform((written): ControllerConfig => withSiteRules(written))
  .describe('Config of the controller, as in its config file; only the site, the doors and the readers are needed');

type Written = Omit<ControllerConfig, 'accessPoints'> & { readonly accessPoints: readonly WrittenAccessPoint[] };

/** Each door with what holds there of the areas and the limits of the whole config. */
function withSiteRules({ areas, occupancy, accessPoints, ...rest }: Written & WrittenPlaces): ControllerConfig {
  const resolved = accessPoints.map(({ area, interlock, secondPerson, pin, lockOut, ...door }) => {
    const written = { area, interlock, secondPerson, pin, lockOut };
    return { ...door, siteRules: siteRulesOf(written, door.space, { areas, occupancy }) };
  });
  return { ...rest, accessPoints: resolved };
}
