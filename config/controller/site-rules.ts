// The site rules of rules.md C6a: what a door asks for beyond rights, the areas that doors lead into, and how many people a
// space takes. Each is off unless it is written.

import { z } from 'zod';
import type { AreaSettings, SiteRules } from '../../access/site-rules/settings.ts';
import { choice, durationOr, id, list, whole, wholeOr } from '../fields.ts';

const timeWords = 'a time of day, 00:00 to 23:59';
const timeOfDay = z.string({ error: timeWords }).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: timeWords });

/** Keys of an access point. */
export const siteRuleKeys = {
  area: id.nullable().default(null).describe('the area that this door leads into, an id of areas (default none)'),
  interlock: id
    .nullable()
    .default(null)
    .describe('doors of one name: no tap opens one of them while another is open or free (default none)'),
  secondPerson: z
    .strictObject({ within: durationOr('30s', '1s', '10m', 'how long after the first person the second may come') })
    .nullable()
    .default(null)
    .describe('two people who may enter are needed, one after the other (default one is enough)'),
  pin: z
    .strictObject({
      use: choice(['optional', 'required', 'only', 'never']).describe(
        "optional: a PIN opens alone; required: a credential, then its holder's PIN; only: nothing but a PIN; never: no PIN opens",
      ),
      within: durationOr('20s', '1s', '2m', 'of required: how long after the credential its PIN may come'),
    })
    .prefault({ use: 'optional' })
    .describe('what PINs are to this door (default optional)'),
  lockOut: z
    .strictObject({
      attempts: wholeOr(5, 2, 100, 'unknown credentials and wrong PINs at one reader that lock it out'),
      window: durationOr('1m', '1s', '1h', 'the time within which they count'),
      lasts: durationOr('5m', '1s', '24h', 'how long a lock-out lasts'),
    })
    .nullable()
    .default(null)
    .describe('a reader at which somebody guesses takes no PIN for a while; good cards go on opening (default none)'),
};

/** Keys of the whole config. */
export const areas = list(
  z.strictObject({
    id: id.describe('unique among the areas'),
    within: id.nullable().default(null).describe('the area that it lies in, an id of areas (default none: outside)'),
    antiPassback: choice(['off', 'soft', 'hard', 'timed'])
      .default('off')
      .describe(
        'whoever is inside comes in again: hard: denied; timed: denied for time; soft: let in and flagged (default off)',
      ),
    time: durationOr('15m', '1s', '24h', 'of timed: how long after the way in'),
    forgiveAt: timeOfDay
      .nullable()
      .default(null)
      .describe("time of day in the zone of the door's space at which all are forgiven (default none)"),
  }),
  0,
  256,
)
  .default([])
  .describe('areas for anti-passback, over any number of doors (at most 256; default none)');

export const occupancy = list(
  z.strictObject({
    space: id.describe('id of the space'),
    limit: whole(1, 100_000).describe('people inside, at most; staff do not count (1 to 100000)'),
  }),
  0,
  256,
)
  .default([])
  .describe('how many people a space takes (at most 256; default no limit)');

export interface WrittenRules {
  readonly area: string | null;
  readonly interlock: string | null;
  readonly secondPerson: { readonly within: number } | null;
  readonly pin: { readonly use: SiteRules['pin']['use']; readonly within: number };
  readonly lockOut: { readonly attempts: number; readonly window: number; readonly lasts: number } | null;
}

export interface WrittenPlaces {
  readonly areas: readonly {
    readonly id: string;
    readonly within: string | null;
    readonly antiPassback: AreaSettings['antiPassback'];
    readonly time: number;
    readonly forgiveAt: string | null;
  }[];
  readonly occupancy: readonly { readonly space: string; readonly limit: number }[];
}

/** What of it holds at one door; of an area that is not there nothing does, and the check of the config says so. */
export function siteRulesOf(written: WrittenRules, space: string, { areas, occupancy }: WrittenPlaces): SiteRules {
  const { area: id, interlock, secondPerson, pin, lockOut } = written;
  const area = areas.find((one) => one.id === id);
  return {
    lockOut: lockOut === null ? null : { attempts: lockOut.attempts, windowMs: lockOut.window, lastsMs: lockOut.lasts },
    area:
      area === undefined
        ? null
        : {
            id: area.id,
            around: area.within,
            inner: innerOf(area.id, areas),
            antiPassback: area.antiPassback,
            timeMs: area.time,
            forgiveAt: area.forgiveAt,
          },
    interlock,
    occupancyLimit: occupancy.find((one) => one.space === space)?.limit ?? null,
    secondPerson: secondPerson === null ? null : { withinMs: secondPerson.within },
    pin: { use: pin.use, withinMs: pin.within },
  };
}

/** The areas that lie in one, at any depth; areas in a circle, which the check refuses, end where they began. */
function innerOf(id: string, areas: WrittenPlaces['areas']): readonly string[] {
  const found = new Set<string>();
  const add = (around: string): void => {
    for (const one of areas) {
      if (one.within !== around || one.id === id || found.has(one.id)) continue;
      found.add(one.id);
      add(one.id);
    }
  };
  add(id);
  return [...found].sort();
}
