// The site rules in a config: what is read, each fault with its place and the mend, and what is accepted with a warning.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseControllerConfig } from '../../../config/load.ts';
import { errorsOf, linesOf } from './support/problems.ts';
import { siteFolder } from './support/site-folder.ts';

let folder = '';
beforeAll(() => {
  folder = siteFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

const head = 'site: riverside\ncontroller: c1\ncredentialKeyFile: keys/site\ndataDir: data\n';

/** A config of one door with these keys, in JSON, which YAML is too. */
function config(door: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): string {
  const point = { id: 'door', space: 'riverside', kind: 'entrance', lock: { driver: 'simulated' }, ...door };
  const rest = Object.entries({ accessPoints: [point], ...more }).map(
    ([key, value]) => `${key}: ${JSON.stringify(value)}\n`,
  );
  return head + rest.join('');
}

const floor = { id: 'floor', antiPassback: 'hard' };

function read(text: string) {
  return parseControllerConfig(text, join(folder, 'c.yaml')).config;
}

const faults: readonly (readonly [says: string, text: string, words: RegExp])[] = [
  [
    'an area that is not there',
    config({ area: 'flor' }, { areas: [floor] }),
    /accessPoints\[0\]\.area: found "flor", which is no area of this file; allowed: floor/,
  ],
  [
    'an area where none are',
    config({ area: 'floor' }),
    /accessPoints\[0\]\.area: found "floor".*allowed: the id of one of areas/,
  ],
  [
    'an area in one that is not there',
    config({}, { areas: [{ ...floor, within: 'house' }] }),
    /areas\[0\]\.within: found "house"/,
  ],
  [
    'areas in a circle',
    config(
      {},
      {
        areas: [
          { id: 'a', within: 'b' },
          { id: 'b', within: 'a' },
        ],
      },
    ),
    /areas\[0\]\.within: found "a" lies within itself/,
  ],
  ['an area twice', config({}, { areas: [floor, floor] }), /areas\[1\]\.id: found "floor", also the id of areas\[0\]/],
  [
    'two limits for a space',
    config(
      {},
      {
        occupancy: [
          { space: 'riverside', limit: 3 },
          { space: 'riverside', limit: 4 },
        ],
      },
    ),
    /occupancy\[1\]\.space: found a second limit/,
  ],
  [
    'nobody allowed',
    config({}, { occupancy: [{ space: 'riverside', limit: 0 }] }),
    /occupancy\[0\]\.limit: found the number 0; allowed: a whole number, 1 to 100000/,
  ],
  [
    'a kind of anti-passback that is none',
    config({}, { areas: [{ id: 'a', antiPassback: 'strict' }] }),
    /areas\[0\]\.antiPassback: found "strict"; allowed: off, soft, hard, timed/,
  ],
  [
    'an hour that is none',
    config({}, { areas: [{ ...floor, forgiveAt: '24:00' }] }),
    /areas\[0\]\.forgiveAt: found "24:00"; allowed: a time of day/,
  ],
  [
    'a use of PINs that is none',
    config({ pin: { use: 'always' } }),
    /accessPoints\[0\]\.pin\.use: found "always"; allowed: optional, required, only, never/,
  ],
  [
    'a PIN that may come late',
    config({ pin: { use: 'required', within: '3m' } }),
    /accessPoints\[0\]\.pin\.within: found "3m"; allowed: a duration, 1s to 2m/,
  ],
  [
    'one attempt',
    config({ lockOut: { attempts: 1 } }),
    /accessPoints\[0\]\.lockOut\.attempts: found the number 1; allowed: a whole number, 2 to 100/,
  ],
  [
    'a second person without a time',
    config({ secondPerson: { within: 30 } }),
    /accessPoints\[0\]\.secondPerson\.within: found the number 30; allowed: a duration/,
  ],
];

describe('site rules in a config', () => {
  it('are off where nothing is written', () => {
    const [door] = read(config({})).accessPoints;
    expect(door?.siteRules).toEqual({
      lockOut: null,
      area: null,
      interlock: null,
      occupancyLimit: null,
      secondPerson: null,
      pin: { use: 'optional', withinMs: 20_000 },
    });
  });

  it('come to each door with the areas and limits of the whole config', () => {
    const areas = [{ id: 'house' }, { ...floor, within: 'house', forgiveAt: '04:00' }, { id: 'lab', within: 'floor' }];
    const written = { area: 'floor', interlock: 'lobby', secondPerson: {}, pin: { use: 'only' }, lockOut: {} };
    const [door] = read(config(written, { areas, occupancy: [{ space: 'riverside', limit: 40 }] })).accessPoints;
    expect(door?.siteRules).toEqual({
      lockOut: { attempts: 5, windowMs: 60_000, lastsMs: 300_000 },
      area: { id: 'floor', around: 'house', inner: ['lab'], antiPassback: 'hard', timeMs: 900_000, forgiveAt: '04:00' },
      interlock: 'lobby',
      occupancyLimit: 40,
      secondPerson: { withinMs: 30_000 },
      pin: { use: 'only', withinMs: 20_000 },
    });
  });

  it.each(faults)('refuse %s', (_says, text, words) => {
    expect(errorsOf(() => parseControllerConfig(text, join(folder, 'c.yaml'))).join('\n')).toMatch(words);
  });

  it('warn of an interlock of one door, and of one without a contact', () => {
    const lines = linesOf(() => parseControllerConfig(config({ interlock: 'lobby' }), join(folder, 'c.yaml'))).join(
      '\n',
    );
    expect(lines).toMatch(/accessPoints\[0\]\.interlock: warning: only this door has the interlock "lobby"/);
    expect(lines).toMatch(/accessPoints\[0\]\.interlock: warning: this door has no contact/);
  });

  it('warn of a door that asks for PINs and has no keypad', () => {
    const reader = (more: object) => [{ id: 'r', accessPoint: 'door', direction: 'in', ...more }];
    const lines = (readers: unknown): string =>
      linesOf(() =>
        parseControllerConfig(config({ pin: { use: 'required' } }, { readers }), join(folder, 'c.yaml')),
      ).join('\n');
    expect(lines(reader({ driver: 'pcsc', reader: 'ACS*' }))).toMatch(
      /accessPoints\[0\]\.pin\.use: warning: no reader of this door takes a PIN/,
    );
    expect(lines(reader({ driver: 'serial', path: '/dev/x' }))).toMatch(/no reader of this door takes a PIN/);
    expect(lines(reader({ driver: 'serial', path: '/dev/x', credential: 'pin' }))).not.toMatch(/takes a PIN/);
    expect(lines(reader({ driver: 'simulated' }))).not.toMatch(/takes a PIN/);
  });
});
