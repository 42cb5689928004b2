// Scenarios: the given ones load, steps become what replay runs, and every fault is told at its place.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario, parseScenario } from '../../../config/load.ts';
import { linesOf } from './support/problems.ts';

const given = join(import.meta.dirname, '../../scenarios/given');

const head = `config:
  site: s
  controller: c
  accessPoints: [{ id: door, space: berlin, kind: entrance, lock: { driver: simulated }, contact: { driver: simulated }, fire: { driver: simulated } }]
  readers: [{ id: in, driver: simulated, accessPoint: door, direction: in }]
replica: &replica { format: cardea-replica/1, site: s, revision: 1, spaces: [{ id: berlin, timeZone: Europe/Berlin, currency: EUR }] }
steps:
`;

function steps(...lines: string[]) {
  return parseScenario(`${head}${lines.map((line) => `  - { ${line} }`).join('\n')}\n`, 's.yaml').scenario.steps;
}

function said(text: string): string[] {
  return linesOf(() => parseScenario(text, 's.yaml'));
}

const at = 'at: "2026-03-02T09:00:00+01:00"';
const atMs = Date.UTC(2026, 2, 2, 8);

describe('a scenario', () => {
  it.each(readdirSync(given))('%s of the given ones loads', (file) => {
    const written = JSON.parse(readFileSync(join(given, file), 'utf8')) as { name: string; steps: unknown[] };
    const { scenario, warnings } = loadScenario(join(given, file));
    expect(warnings).toEqual([]);
    expect(scenario.name).toBe(written.name);
    expect(scenario.steps).toHaveLength(written.steps.length);
    expect(scenario.config).toMatchObject({
      site: 'berlin',
      controller: 'c1',
      upstream: null,
      dataDir: null,
      epoch: null,
    });
  });

  it('reads each kind of step', () => {
    expect(
      steps(
        at,
        `${at}, present: { reader: in, credential: "card:04 a1 b2" }`,
        `${at}, input: { accessPoint: door, contact: open }`,
        `${at}, input: { accessPoint: door, contact: closed }`,
        `${at}, input: { accessPoint: door, fire: true }`,
        `${at}, input: { accessPoint: door, fire: false }`,
        `${at}, command: { type: unlock, accessPoint: door, by: office }`,
        `${at}, command: { type: mode, mode: lockdown, space: berlin, by: office }`,
        `${at}, command: { type: checkin, customer: ana, space: berlin, by: sam, id: c1, issuedAt: "2026-03-02T08:00:00Z", expiresAt: "2026-03-02T08:00:00Z" }`,
        `${at}, restart: crash`,
      ),
    ).toEqual([
      { atMs },
      { atMs, present: { reader: 'in', credential: 'card:04 a1 b2' } },
      { atMs, input: { accessPoint: 'door', input: 'contact', active: true } },
      { atMs, input: { accessPoint: 'door', input: 'contact', active: false } },
      { atMs, input: { accessPoint: 'door', input: 'fire', active: true } },
      { atMs, input: { accessPoint: 'door', input: 'fire', active: false } },
      { atMs, command: { command: { type: 'unlock', accessPoint: 'door', by: 'office' }, order: null } },
      { atMs, command: { command: { type: 'mode', mode: 'lockdown', space: 'berlin', by: 'office' }, order: null } },
      {
        atMs,
        command: {
          command: { type: 'checkin', customer: 'ana', space: 'berlin', by: 'sam' },
          order: { id: 'c1', issuedAtMs: atMs, expiresAtMs: atMs },
        },
      },
      { atMs, restart: 'crash' },
    ]);
  });

  it('makes the credentials of a newer replica canonical too', () => {
    const [step] = steps(
      `${at}, replica: { format: cardea-replica/1, site: s, revision: 2, customers: [{ id: a }], credentials: [{ id: c, type: fob, value: "007", customer: a }] }`,
    );
    expect(step?.replica?.revision).toBe(2);
    expect(step?.replica?.records.credentials[0]?.value).toBe('7');
  });

  it('lets the clock run on, and stay as synchronised as it was, where a step does not say', () => {
    const later = 'at: "2026-03-02T10:00:00+01:00"';
    const clocks = steps(
      `${at}, clock: { synchronised: false }`,
      `${at}, clock: { set: "1970-01-01T00:00:10Z" }`,
      `${later}, clock: { synchronised: true }`,
    ).map(({ clock }) => clock);
    expect(clocks).toEqual([
      { setMs: atMs, synchronised: false },
      { setMs: 10_000, synchronised: false },
      { setMs: 3_610_000, synchronised: true },
    ]);
  });

  it('takes its name from its file, may fix an epoch, and ignores what checks its output', () => {
    const text = `${head.replace('site: s\n', 'site: s\n  epoch: e1\n')}  []\nexpect: [1]\nabsent: {}\ncount: 5\n`;
    const { scenario } = parseScenario(text, '/x/g99.yaml');
    expect([scenario.name, scenario.config.epoch, scenario.steps]).toEqual(['g99.yaml', 'e1', []]);
  });

  it('reads a real config too, and looks at none of its key files', () => {
    const text = head.replace('site: s\n', 'site: s\n  dataDir: d\n  credentialKeyFile: keys/none\n');
    expect(said(`${text}  []\n`)).toEqual([]);
    expect(parseScenario(`${text}  []\n`, '/x/s.yaml').scenario.config.dataDir).toBe('/x/d');
  });
});

const rows: [name: string, text: string, expected: string[]][] = [
  [
    'nothing in it',
    '{}',
    [
      '1:1 config: found nothing; allowed: a mapping (key: value)',
      '1:1 replica: found nothing; allowed: a mapping (key: value)',
      '1:1 steps: found nothing; allowed: a list of at most 10000000',
    ],
  ],
  [
    'steps that go back, do two things, or name what is not there',
    `${head}  - { ${at}, present: { reader: out, credential: "card:xyz" } }
  - { at: "2026-03-02T08:59:59+01:00", present: { reader: in, credential: "4711" } }
  - { ${at}, restart: crash, clock: { set: now } }
  - { ${at}, input: { accessPoint: gate, contact: open } }
  - { ${at}, input: { accessPoint: door, contact: ajar, fire: true } }
  - { ${at}, input: { accessPoint: door, help: true } }
  - { ${at}, input: { accessPoint: door } }
  - { at: noon, command: { type: open, by: office, space: 5 } }
  - { ${at}, command: { type: mode, mode: open, accessPoint: door, space: berlin } }
  - { ${at}, command: { type: unlock, accessPoint: gate, by: office } }
  - { ${at}, present: { reader: in, credential: 4711 } }
`,
    [
      '8:59 steps[0].present.reader: found "out", which is not in the config; allowed: in',
      '8:76 steps[0].present.credential: found a text; allowed: 1 to 32 bytes in hex for a card, as 04A1B2C3D4E580',
      '9:11 steps[1].at: found "2026-03-02T08:59:59+01:00", before "2026-03-02T09:00:00+01:00"; allowed: time never goes back',
      '9:75 steps[1].present.credential: found a text; allowed: a credential is TYPE:VALUE, TYPE one of card, wiegand, pin, qr, fob, as in card:04A1B2C3D4E580',
      '10:56 steps[2].clock: found clock beside restart; allowed: one act in a step; a step more at the same instant',
      '10:70 steps[2].clock.set: found "now"; allowed: an instant with its offset, as 2026-03-02T09:10:00+01:00 or 2026-03-02T08:10:00Z',
      '11:62 steps[3].input.accessPoint: found "gate", which is not in the config; allowed: door',
      '12:47 steps[4].input: found contact and fire; allowed: exactly one of contact, requestToExit, tamper, fire, help',
      '12:77 steps[4].input.contact: found "ajar"; allowed: open, closed',
      '13:68 steps[5].input.help: found help of "door", which has none in the config; allowed: help: { driver: simulated } there',
      '14:47 steps[6].input: found no input; allowed: exactly one of contact, requestToExit, tamper, fire, help',
      '15:11 steps[7].at: found "noon"; allowed: an instant with its offset, as 2026-03-02T09:10:00+01:00 or 2026-03-02T08:10:00Z',
      '15:34 steps[7].command.type: found "open"; allowed: unlock, lock, mode, test, identify, checkin, checkout, admit, forgive',
      '16:49 steps[8].command.by: found nothing; allowed: a text of 1 to 128 characters',
      '16:49 steps[8].command: found both accessPoint and space; allowed: exactly one of accessPoint and space',
      '16:69 steps[8].command.mode: found "open"; allowed: controlled, unlocked, locked, lockdown',
      '18:75 steps[10].present.credential: found a number; allowed: TYPE:VALUE, as card:04A1B2C3D4E580',
      '17:78 steps[9].command.accessPoint: warning: "gate", which is not in the config; allowed: door',
    ],
  ],
  [
    'its config and its replicas',
    `${head.replace('accessPoint: door, direction', 'accessPoint: gate, direction').replace('space: berlin', 'space: rome')}  - at: "2026-03-02T09:00:00Z"
    replica: { format: cardea-replica/1, site: s, revision: 2, passes: [{ id: p, timePass: day, customer: ana, source: sold }] }
unknown: 1
`,
    [
      '5:55 config.readers[0].accessPoint: found "gate", which is no access point of this file; allowed: door',
      '9:92 steps[0].replica.passes[0].timePass: found "day", which is not among the timePasses; allowed: the id of one of timePasses',
      '9:107 steps[0].replica.passes[0].customer: found "ana", which is not among the customers; allowed: the id of one of customers',
      '10:1 unknown: found the unknown key "unknown"; allowed: name, config, replica, steps, expect, absent, count',
      '4:37 config.accessPoints[0].space: warning: "rome" is not among the spaces of the replica; allowed: berlin',
    ],
  ],
];

describe('a replica of another site', () => {
  it('is refused, at the start and later', () => {
    const other = head.replace('format: cardea-replica/1, site: s', 'format: cardea-replica/1, site: elsewhere');
    expect(said(`${other}  - { ${at}, replica: *replica }\n`)).toEqual([
      expect.stringMatching(/^6:\d+ replica\.site: found "elsewhere", another site than the config's; allowed: "s"/),
      expect.stringMatching(/ steps\[0\]\.replica\.site: found "elsewhere"/),
    ]);
  });
});

describe('a bad scenario', () => {
  it.each(rows)('has %s', (_name, text, expected) => {
    expect(said(text)).toEqual(expected);
  });
});
