// Every way in which a replica document can be bad: each fault with its place, its key, and the words for it.

import { describe, expect, it } from 'vitest';
import { parseReplicaDocument } from '../../../config/load.ts';
import { linesOf } from './support/problems.ts';

const base = { format: 'cardea-replica/1', site: 's', revision: 1 };
const space = { id: 'berlin', timeZone: 'Europe/Berlin', currency: 'EUR' };
const day = { id: 'day', price: '20.00', currency: 'EUR' };

/**
 * The problems of a document whose record kinds stand on a line each, the first on line 2: each with its line, and with
 * its column checked against what must stand there.
 */
function said(records: Record<string, unknown>): string[] {
  const kinds = Object.entries(records).map(([kind, value]) => `"${kind}": ${JSON.stringify(value)}`);
  const text = `{ "format": "cardea-replica/1", "site": "s", "revision": 1,\n${kinds.join(',\n')} }`;
  return linesOf(() => parseReplicaDocument(text, 'r.json')).map((line) => {
    const [, row = '', column = '', path = ''] = /^(\d+):(\d+) ?(\S*):/.exec(line) ?? [];
    const there = text.split('\n')[Number(row) - 1]?.slice(Number(column) - 1);
    if (path !== '') expect(there?.startsWith(writtenAt(records, path, line)), line).toBe(true);
    return `${row} ${line.slice(line.indexOf(' ') + 1)}`;
  });
}

/** What is written where a problem points: the key if it is unknown, the value, or the nearest thing around it. */
function writtenAt(records: unknown, path: string, line: string): string {
  let value = records;
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  if (line.includes('unknown key')) return JSON.stringify(steps.at(-1));
  for (const step of steps) {
    const next: unknown = (value as Record<string, unknown>)[step];
    if (next === undefined) break;
    value = next;
  }
  return JSON.stringify(value);
}

const customers = [{ id: 'ana' }, { id: 'ben' }];
const rows: [name: string, records: Record<string, unknown>, expected: string[]][] = [
  [
    'a space that is nowhere',
    {
      spaces: [
        { id: 'a b', timeZone: 'Europe/Berlin', currency: 'EUR' },
        { id: 'c', timeZone: 'Mars/Olympus', currency: 'EUX' },
        { id: 'd', timeZone: '+01:00', currency: 'eur', dailyCutOff: '24:00' },
        { id: 'e' },
      ],
    },
    [
      '2 spaces[0].id: found "a b"; allowed: an id: 1 to 64 of A-Z a-z 0-9 . _ -',
      '2 spaces[1].timeZone: found "Mars/Olympus"; allowed: an IANA time zone, as Europe/Berlin',
      '2 spaces[1].currency: found "EUX"; allowed: an ISO 4217 currency, as EUR',
      '2 spaces[2].timeZone: found "+01:00"; allowed: an IANA time zone, as Europe/Berlin',
      '2 spaces[2].currency: found "eur"; allowed: an ISO 4217 currency, as EUR',
      '2 spaces[2].dailyCutOff: found "24:00"; allowed: a time of day from "00:00" to "23:59", in quotes',
      '2 spaces[3].timeZone: found nothing; allowed: an IANA time zone, as Europe/Berlin',
      '2 spaces[3].currency: found nothing; allowed: an ISO 4217 currency, as EUR',
    ],
  ],
  [
    'slots and closures',
    {
      spaces: [
        {
          ...space,
          openingHours: [
            { days: ['mon', 'mon'], from: '9:00', to: '25:00' },
            { days: [], from: '09:00' },
          ],
          closures: [{ from: '2026-02-30' }, { from: '2026-05-02', to: '2026-05-01' }],
        },
      ],
    },
    [
      '2 spaces[0].openingHours[0].days: found a list of 2; allowed: each day once',
      '2 spaces[0].openingHours[0].from: found "9:00"; allowed: a time of day from "00:00" to "23:59", in quotes',
      '2 spaces[0].openingHours[0].to: found "25:00"; allowed: a time of day from "00:00" to "23:59", in quotes',
      '2 spaces[0].openingHours[1].to: found nothing; allowed: a time of day from "00:00" to "23:59", in quotes',
      '2 spaces[0].openingHours[1].days: found an empty list; allowed: a list of 1 to 7',
      '2 spaces[0].closures[0].from: found "2026-02-30"; allowed: a date that exists, as 2026-12-31',
      '2 spaces[0].closures[1].to: found "2026-05-01", before from "2026-05-02"; allowed: from or later: both days are included',
    ],
  ],
  [
    'prices',
    {
      plans: [{ id: 'flex' }],
      timePasses: [
        { id: 'a', price: 20, currency: 'EUR', taxRate: '101' },
        { id: 'b', price: '-1', currency: 'EUR', taxRate: '5.5', minutesIncluded: 0 },
        {
          id: 'c',
          price: '20,00',
          currency: 'EUR',
          specialPrices: [
            { plan: 'flex', price: '1e3' },
            { plan: 'gold', price: '1' },
          ],
        },
      ],
    },
    [
      '3 timePasses[0].price: found the number 20; allowed: a decimal in quotes, not negative, as "20.00"; at most 9 digits before the point and 4 after it',
      '3 timePasses[0].taxRate: found "101"; allowed: a percentage in quotes, "0" to "100", as "19" or "5.5"',
      '3 timePasses[1].price: found "-1"; allowed: a decimal in quotes, not negative, as "20.00"; at most 9 digits before the point and 4 after it',
      '3 timePasses[1].minutesIncluded: found the number 0; allowed: a whole number, 1 to 10000000',
      '3 timePasses[2].price: found "20,00"; allowed: a decimal in quotes, not negative, as "20.00"; at most 9 digits before the point and 4 after it',
      '3 timePasses[2].specialPrices[0].price: found "1e3"; allowed: a decimal in quotes, not negative, as "20.00"; at most 9 digits before the point and 4 after it',
      '3 timePasses[2].specialPrices[1].plan: warning: "gold", which is not among the plans; allowed: the id of one of plans',
    ],
  ],
  [
    'ids used twice',
    {
      customers: [{ id: 'ana' }, { id: 'ben' }, { id: 'ana' }],
      planUsage: [
        { customer: 'ana', day: '2026-03-01', minutes: 1 },
        { customer: 'ana', day: '2026-03-01', minutes: 2 },
      ],
      includes: [
        { controller: 'c', epoch: 'e', through: 1 },
        { controller: 'c', epoch: 'e', through: 2 },
      ],
      revokedBadges: ['b', 'b'],
    },
    [
      '2 customers[2].id: found "ana", also the id of customers[0]; allowed: each id once',
      '3 planUsage[1]: found the customer and day of planUsage[0]; allowed: each customer and day once',
      '4 includes[1]: found the controller and epoch of includes[0]; allowed: each controller and epoch once',
      '5 revokedBadges[1]: found "b", also revokedBadges[0]; allowed: each once',
    ],
  ],
  [
    'contracts',
    {
      plans: [{ id: 'flex' }],
      customers,
      teams: [],
      contracts: [
        { id: 'k1', customer: 'cem', plan: 'gold', from: '2026-01-01' },
        { id: 'k2', customer: 'ana', team: 'acme', plan: 'flex', from: '2026-02-01', to: '2026-01-01' },
        { id: 'k3', plan: 'flex', from: '2026-02-01' },
        {
          id: 'k4',
          customer: 'ana',
          plan: 'flex',
          from: '2026-01-01',
          frozen: [
            { from: '2026-02-01', to: '2026-02-15' },
            { from: '2026-02-15', to: '2026-02-20' },
            { from: '2026-03-01' },
            { from: '2027-01-01', to: '2026-12-01' },
          ],
        },
        {
          id: 'k5',
          customer: 'ana',
          plan: 'flex',
          from: '2026-01-01',
          frozen: [
            { from: '2026-02-15', to: '2026-02-20' },
            { from: '2026-02-01', to: '2026-02-15' },
            { from: '2026-01-01', to: '2026-01-31' },
          ],
        },
      ],
    },
    [
      '5 contracts[0].customer: found "cem", which is not among the customers; allowed: the id of one of customers',
      '5 contracts[0].plan: found "gold", which is not among the plans; allowed: the id of one of plans',
      '5 contracts[1]: found both customer and team; allowed: exactly one of customer and team',
      '5 contracts[1].team: found "acme", which is not among the teams; allowed: the id of one of teams',
      '5 contracts[1].to: found "2026-01-01", before from "2026-02-01"; allowed: from or later: both days are included',
      '5 contracts[2]: found neither customer nor team; allowed: exactly one of customer and team',
      '5 contracts[3].frozen[1]: found a span that overlaps frozen[0]; allowed: spans without a common day',
      '5 contracts[3].frozen[3].to: found "2026-12-01", before from "2027-01-01"; allowed: from or later: both days are included',
      '5 contracts[4].frozen[1]: found a span that overlaps frozen[0]; allowed: spans without a common day',
    ],
  ],
  [
    'passes',
    {
      timePasses: [day],
      customers,
      passes: [
        { id: 'p1', timePass: 'dya', customer: 'ana', source: 'sold' },
        { id: 'p2', timePass: 'day', customer: 'ana', team: 'x', source: 'gift', createdAt: '2026-01-01' },
        {
          id: 'p3',
          timePass: 'day',
          customer: 'ana',
          source: 'plan',
          validFrom: '2026-01-01T00:00:00Z',
          expires: '2026-01-01T01:00:00+01:00',
        },
        { id: 'p4', timePass: 'day', customer: 'ana', source: 'plan', remainingMinutes: -1, usedOn: '2026-2-1' },
      ],
    },
    [
      '4 passes[0].timePass: found "dya", which is not among the timePasses; allowed: the id of one of timePasses',
      '4 passes[1]: found both customer and team; allowed: exactly one of customer and team',
      '4 passes[1].team: found "x", which is not among the teams; allowed: the id of one of teams',
      '4 passes[1].source: found "gift"; allowed: plan, product, sold, manual',
      '4 passes[1].createdAt: found "2026-01-01"; allowed: an instant with its offset, as 2026-03-02T09:10:00+01:00 or 2026-03-02T08:10:00Z',
      '4 passes[2].expires: found "2026-01-01T01:00:00+01:00", the same as validFrom "2026-01-01T00:00:00Z"; allowed: expires after validFrom',
      '4 passes[3].remainingMinutes: found the number -1; allowed: a whole number, 0 to 10000000',
      '4 passes[3].usedOn: found "2026-2-1"; allowed: a date that exists, as 2026-12-31',
      '4 passes[3].remainingMinutes: warning: minutes of a day pass, which has none; allowed: null',
    ],
  ],
  [
    'credentials and their holders',
    {
      spaces: [space],
      customers,
      staff: [
        { id: 'sam', credentials: ['c1', 'c9'] },
        { id: 'tom', credentials: ['c1', 'c2'] },
      ],
      credentials: [
        { id: 'c1', type: 'card', value: '04A1B2C3' },
        { id: 'c2', type: 'card', value: '04:a1:b2:c3', customer: 'ana' },
        { id: 'c3', type: 'pin', value: '12x4', customer: 'ana' },
        { id: 'c4', type: 'pin', value: 1234, customer: 'ana' },
        { id: 'c5', type: 'pim', value: '1234', customer: 'ana' },
        { id: 'c6', type: 'wiegand', value: 'H10301:256:1', customer: 'zoe' },
        { id: 'c7', type: 'qr', value: '' },
        { id: 'c8', type: 'fob', vlaue: '8811223344', customer: 'ana' },
      ],
      visitors: [{ id: 'v', space: 'rome', expected: '2026-03-02', host: 'zoe', credential: 'c1' }],
    },
    [
      '4 staff[0].credentials[1]: found "c9", which is not among the credentials; allowed: the id of one of credentials',
      '4 staff[1].credentials[0]: found "c1", which already belongs to staff[0]; allowed: a credential with one holder',
      '5 credentials[1].value: found the same card as credentials[0]; allowed: each value once; a second card gets its own number',
      '5 credentials[1].customer: found a customer, while staff[1] names this credential too; allowed: a credential with one holder',
      '5 credentials[2].value: found a pin value of another form; allowed: 1 to 16 digits for a pin',
      '5 credentials[3].value: found a number; allowed: a text of 1 to 2048 characters',
      '5 credentials[4].type: found "pim"; allowed: card, wiegand, pin, qr, fob',
      '5 credentials[5].value: found a wiegand value of another form; allowed: FORMAT:facility:number as H10301:21:15890, or raw:bits:hex as raw:26:22A7C24',
      '5 credentials[5].customer: found "zoe", which is not among the customers; allowed: the id of one of customers',
      '5 credentials[6].value: found a text; allowed: a text of 1 to 2048 characters',
      '5 credentials[7].value: found nothing; allowed: a text of 1 to 2048 characters',
      '5 credentials[7].vlaue: found the unknown key "vlaue"; allowed: value (the nearest of id, type, value, customer, status, validFrom, expires, extendedUnlock, duress)',
      '6 visitors[0].expected: found "2026-03-02"; allowed: an instant with its offset, as 2026-03-02T09:10:00+01:00 or 2026-03-02T08:10:00Z',
      '6 visitors[0].host: found "zoe", which is not among the customers or staff; allowed: the id of one of customers or staff',
      '6 visitors[0].credential: found "c1", which already belongs to staff[0]; allowed: a credential with one holder',
      '5 credentials[6]: warning: nobody holds this credential: no door knows it; allowed: a customer, or a staff member or visitor naming it',
      '6 visitors[0].space: warning: "rome", which is not among the spaces; allowed: the id of one of spaces',
    ],
  ],
  [
    'every contradiction at once',
    {
      spaces: [{ ...space, timeZone: 'Europe/Atlantis' }],
      customers,
      resources: [],
      timePasses: [
        { ...day, price: 'twenty' },
        { id: 'hour', price: '5', currency: 'EUR', minutesIncluded: 60 },
      ],
      passes: [
        { id: 'p1', timePass: 'weekend', customer: 'ana', source: 'sold' },
        { id: 'p2', timePass: 'day', customer: 'ana', source: 'sold', remainingMinutes: 60 },
        { id: 'p3', timePass: 'hour', customer: 'ana', source: 'sold', usedOn: '2026-03-02' },
        { id: 'p4', timePass: 'day', customer: 'ana', source: 'sold', usedBy: 'ben' },
      ],
      contracts: [{ id: 'k', team: 'acme', plan: 'flex', from: '2026-01-01' }],
      credentials: [
        { id: 'c1', type: 'wiegand', value: 'H10301:21:15890', customer: 'ana' },
        { id: 'c2', type: 'wiegand', value: 'raw:26:22A7C24', customer: 'ben' },
      ],
      bookings: [{ id: 'b', customer: 'ana', from: '2026-03-02T09:00:00Z', to: '2026-03-02T10:00:00Z' }],
      visitors: [{ id: 'v', space: 'berlin', expected: '2026-03-02T09:00:00Z', host: 'zoe' }],
    },
    [
      '2 spaces[0].timeZone: found "Europe/Atlantis"; allowed: an IANA time zone, as Europe/Berlin',
      '5 timePasses[0].price: found "twenty"; allowed: a decimal in quotes, not negative, as "20.00"; at most 9 digits before the point and 4 after it',
      '6 passes[0].timePass: found "weekend", which is not among the timePasses; allowed: the id of one of timePasses',
      '7 contracts[0].team: found "acme", which is not among the teams; allowed: the id of one of teams',
      '7 contracts[0].plan: found "flex", which is not among the plans; allowed: the id of one of plans',
      '8 credentials[1].value: found the same wiegand as credentials[0]; allowed: each value once; a second card gets its own number',
      '9 bookings[0].resource: found nothing; allowed: an id: 1 to 64 of A-Z a-z 0-9 . _ -',
      '10 visitors[0].host: found "zoe", which is not among the customers or staff; allowed: the id of one of customers or staff',
      '6 passes[1].remainingMinutes: warning: minutes of a day pass, which has none; allowed: null',
      '6 passes[2].usedOn: warning: a day on which a minute pass was used; allowed: null, and remainingMinutes',
      '6 passes[3].usedBy: warning: somebody who used it, and no day on which: it counts as unused; allowed: usedOn beside usedBy',
    ],
  ],
  [
    'what can be meant, and is told',
    {
      customers,
      timePasses: [
        { ...day, currency: 'JPY', price: '1500.50', specialPrices: [] },
        {
          id: 'hour',
          price: '5.00',
          currency: 'EUR',
          minutesIncluded: 60,
          specialPrices: [{ plan: 'flex', price: '1.005' }],
        },
      ],
      plans: [{ id: 'flex' }],
      passes: [
        { id: 'p1', timePass: 'hour', customer: 'ana', source: 'sold', remainingMinutes: 90 },
        { id: 'p2', timePass: 'day', customer: 'ana', source: 'sold', usedOn: '2026-03-02', usedBy: 'zoe' },
      ],
    },
    [
      '3 timePasses[0].price: warning: "1500.50", finer than JPY: amounts are rounded half up; allowed: at most 0 decimal places',
      '3 timePasses[1].specialPrices[0].price: warning: "1.005", finer than EUR: amounts are rounded half up; allowed: at most 2 decimal places',
      '5 passes[1].usedBy: warning: "zoe", which is not among the customers; allowed: the id of one of customers',
    ],
  ],
  [
    'bookings, rules and keys',
    {
      customers,
      resources: [{ id: 'room' }],
      bookings: [
        { id: 'b1', resource: 'roof', customer: 'zoe', from: '2026-03-02T10:00:00Z', to: '2026-03-02T09:00:00Z' },
        { id: 'b2', resource: 'room', customer: 'ana', from: '2026-03-02T10:00:00', to: '2026-03-02T09:00:00Z' },
      ],
      accessRules: [{ accessPoint: 'door', allow: { customers: ['zoe'], plan: [] }, schedule: {} }],
      badgeKeys: ['notakey'],
    },
    [
      '4 bookings[0].resource: found "roof", which is not among the resources; allowed: the id of one of resources',
      '4 bookings[0].customer: found "zoe", which is not among the customers; allowed: the id of one of customers',
      '4 bookings[0].to: found "2026-03-02T09:00:00Z", before from "2026-03-02T10:00:00Z"; allowed: to after from',
      '4 bookings[1].from: found "2026-03-02T10:00:00"; allowed: an instant with its offset, as 2026-03-02T09:10:00+01:00 or 2026-03-02T08:10:00Z',
      '5 accessRules[0].allow.plan: found the unknown key "plan"; allowed: plans (the nearest of plans, teams, customers, timePasses)',
      '5 accessRules[0].schedule: found a mapping; allowed: a list of at most 100',
      '6 badgeKeys[0]: found "notakey"; allowed: an Ed25519 public key: SPKI, in base64',
      '5 accessRules[0].allow.customers[0]: warning: "zoe", which is not among the customers; allowed: the id of one of customers',
    ],
  ],
  [
    'lists that are none: nothing is said of references into them',
    {
      plans: 5,
      customers: {},
      contracts: [{ id: 'k', customer: 'ana', plan: 'flex', from: '2026-01-01' }],
      passes: [7],
    },
    [
      '2 plans: found the number 5; allowed: a list of at most 100000',
      '3 customers: found a mapping; allowed: a list of at most 5000000',
      '5 passes[0]: found the number 7; allowed: a mapping (key: value)',
    ],
  ],
];

describe('a bad replica document', () => {
  it.each(rows)('%s', (_name, records, expected) => {
    expect(said(records)).toEqual(expected);
  });

  it('says what the file is when it is something else', () => {
    const lines = linesOf(() => parseReplicaDocument('{ "format": "cardea-replica/2", "site": "s" }', 'r.json'));
    expect(lines).toEqual([
      '1:1 revision: found nothing; allowed: a whole number, 1 to 9007199254740991',
      '1:13 format: found "cardea-replica/2"; allowed: cardea-replica/1',
    ]);
  });

  it('is refused within bounds, however many faults it has', () => {
    const many = Array.from({ length: 30_000 }, (_, index) => ({
      id: `p${index}`,
      timePass: 'x',
      customer: 'y',
      source: 'sold',
    }));
    const lines = said({ passes: many });
    expect(lines).toHaveLength(10_000);
    expect(lines.filter((line) => line.includes('passes[')).length).toBe(9_999);
    expect(lines[0]).toBe('1 found 50001 more problems of this kind; allowed: those above, mended first');
  });

  it('finds the one fault among many records, at its line', () => {
    const credentials = Array.from({ length: 20_000 }, (_, index) => {
      return { id: `c${index}`, type: 'card', value: index.toString(16).padStart(8, '0'), customer: 'ana' };
    });
    credentials[15_000] = { id: 'c15000', type: 'card', value: '00000007', customer: 'ana' };
    const text = JSON.stringify({ ...base, customers, credentials }, null, 1);
    const line = text.slice(0, text.indexOf('"id": "c15000"')).split('\n').length + 2;
    expect(linesOf(() => parseReplicaDocument(text, 'r.json'))).toEqual([
      `${line}:13 credentials[15000].value: found the same card as credentials[7]; allowed: each value once; a second card gets its own number`,
    ]);
  });
});
