// `cardea decide` in words and as data: which row settled it, what it found, and what would have to be otherwise. Each
// "what if" is held against a document in which a hand made that one change.

import { describe, expect, it } from 'vitest';
import { entranceRows, interiorRows } from '../../../access/entry/rows.ts';
import { parseReplicaDocument } from '../../../config/load.ts';
import { joinFacts } from '../../../daemon/controller/facts.ts';
import { type Explanation, explain, type Question } from '../../../daemon/explain/decision.ts';
import { looks } from '../../../daemon/explain/look/table.ts';
import { inWords } from '../../../daemon/explain/words.ts';
import { replayKey, replicaOf } from '../../../daemon/replay/document-replica.ts';
import { contract, pass, plan, timePass } from '../../support/records.ts';
import { accessPoint, MemorySite, type SiteParts, tapAt } from '../../support/site.ts';

type Doc = Record<string, unknown>;

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'];
const base = {
  format: 'cardea-replica/1',
  site: 's',
  revision: 7,
  spaces: [
    {
      id: 'berlin',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      openingHours: [{ days: weekdays, from: '07:00', to: '22:00' }],
    },
    { id: 'rome', timeZone: 'Europe/Rome', currency: 'EUR' },
  ],
  plans: [
    { id: 'flex', limits: { daysPerWeek: 1 } },
    { id: 'free', usesTimePasses: false },
  ],
  timePasses: [
    {
      id: 'half',
      price: '12.00',
      currency: 'EUR',
      onSale: true,
      validIn: ['berlin'],
      availability: [{ days: weekdays, from: '09:00', to: '14:00' }],
    },
    { id: 'day', price: '20.00', currency: 'EUR', onSale: true, validIn: ['berlin'] },
    { id: 'hours', price: '9.00', currency: 'EUR', minutesIncluded: 60, validIn: ['berlin'] },
  ],
  customers: [{ id: 'ana', registeredWith: ['berlin'] }, { id: 'ben' }, { id: 'cleo', disabled: true }, { id: 'dan' }],
  contracts: [
    {
      id: 'k-ben',
      customer: 'ben',
      plan: 'free',
      from: '2026-01-01',
      frozen: [{ from: '2026-03-01', to: '2026-03-20' }],
    },
    { id: 'k-dan', customer: 'dan', plan: 'free', from: '2026-04-01' },
  ],
  passes: [{ id: 'p1', timePass: 'half', customer: 'ana', source: 'sold' }],
  resources: [{ id: 'room', accessPoints: ['door'] }],
  staff: [{ id: 'sam', credentials: ['c-sam'] }],
  visitors: [
    {
      id: 'vic',
      host: 'ana',
      space: 'berlin',
      expected: '2026-03-02T13:00:00Z',
      approval: 'requested',
      credential: 'c-vic',
    },
  ],
  accessRules: [{ accessPoint: 'lab', allow: { customers: ['ben'] } }],
  credentials: [
    { id: 'c-ana', type: 'card', value: '04A1B2C1', customer: 'ana' },
    { id: 'c-ben', type: 'card', value: '04A1B2C2', customer: 'ben' },
    { id: 'c-cleo', type: 'card', value: '04A1B2C3', customer: 'cleo', status: 'blocked' },
    { id: 'c-dan', type: 'card', value: '04A1B2C4', customer: 'dan' },
    { id: 'c-sam', type: 'card', value: '04A1B2C5' },
    { id: 'c-vic', type: 'qr', value: 'vic' },
  ],
} as const;

const cards = {
  ana: 'card:04A1B2C1',
  ben: 'card:04A1B2C2',
  cleo: 'card:04A1B2C3',
  dan: 'card:04A1B2C4',
  sam: 'card:04A1B2C5',
  vic: 'qr:vic',
  nobody: 'card:04FFFFFF',
};
const settings = {
  bookingLeadMs: 600_000,
  bookingTailMs: 600_000,
  visitorLeadMs: 1_800_000,
  presumedExitMs: 21_600_000,
  untrustedClock: 'invariant',
  clockHorizonMs: 72 * 3_600_000,
} as const;
const empty = new MemorySite();
const afternoon = '2026-03-02T16:00:00+01:00';

interface Asked {
  readonly who?: keyof typeof cards;
  readonly at?: string;
  readonly door?: Partial<Question['accessPoint']>;
  readonly direction?: Question['direction'];
}

function ask(change: Doc, { who = 'ana', at = afternoon, door = {}, direction = 'in' }: Asked = {}): Explanation {
  const { document } = parseReplicaDocument(JSON.stringify({ ...base, ...change }), 'r.json');
  const replica = replicaOf(document);
  try {
    return explain({
      facts: joinFacts(replica, empty),
      journal: null,
      accessPoint: accessPoint({ id: 'door', ...door }),
      settings,
      timeZone: 'Europe/Berlin',
      direction,
      credential: cards[who],
      credentialKey: replayKey,
      atMs: Date.parse(at),
    });
  } finally {
    replica.close();
  }
}

const with_ = <Item extends { readonly id: string }>(items: readonly Item[], id: string, change: Doc): Doc[] =>
  items.map((item) => (item.id === id ? { ...item, ...change } : { ...item }));
const book = { id: 'b', resource: 'room', customer: 'ana', from: afternoon, to: '2026-03-02T17:00:00+01:00' };
const evening = '2026-03-02T23:00:00+01:00';
const dayOfAna = { passes: [...base.passes, { id: 'p2', timePass: 'day', customer: 'ana', source: 'sold' }] };

const settledBy: readonly (readonly [what: string, reason: string, row: string, change: Doc, asked?: Asked])[] = [
  ['an unknown card', 'unknown-credential', 'C1', {}, { who: 'nobody' }],
  ['a blocked card', 'credential-blocked', 'C2', {}, { who: 'cleo' }],
  ['staff', 'staff', 'C3', {}, { who: 'sam' }],
  [
    'a disabled account',
    'account-disabled',
    'C4',
    { credentials: with_(base.credentials, 'c-cleo', { status: 'active' }) },
    { who: 'cleo' },
  ],
  ['a closed space', 'closed', 'C5', {}, { at: evening }],
  ['no right', 'not-authorised', 'C6', {}, { door: { id: 'lab' } }],
  ['a frozen contract', 'contract-frozen', 'C15', {}, { who: 'ben' }],
  ['outside the slot', 'pass-outside-timeslot', 'C16', {}],
  ['no pass', 'no-pass', 'C17', {}, { who: 'dan' }],
  ['a pass', 'pass', 'C13', dayOfAna],
  ['a plan', 'plan', 'C12', {}, { who: 'ben', at: '2026-03-24T16:00:00+01:00' }],
  ['a booking over a denial', 'booking', 'booking', { bookings: [book] }],
  ['a flagged door', 'flagged', 'policy', {}, { door: { policy: 'open-and-flag' } }],
  ['an interior door', 'no-pass-needed', 'interior', {}, { door: { kind: 'interior' } }],
  ['a visitor not approved', 'visitor-not-approved', 'C10', {}, { who: 'vic', at: '2026-03-02T13:50:00+01:00' }],
  ['a visitor elsewhere', 'not-authorised', 'C6', {}, { who: 'vic', door: { space: 'rome' } }],
  [
    'a visitor',
    'visitor',
    'C9',
    { visitors: with_(base.visitors, 'vic', { approval: 'approved' }) },
    { who: 'vic', at: '2026-03-02T13:50:00+01:00' },
  ],
  ["a visitor's way out", 'exit', 'departs', {}, { who: 'vic', direction: 'out' }],
  ['the way out of an unknown card', 'exit', 'free', {}, { who: 'nobody', direction: 'out' }],
  ['the way out of a blocked card', 'exit', 'O5', {}, { who: 'cleo', direction: 'out' }],
  [
    'a way out for known cards',
    'credential-blocked',
    'C2',
    {},
    { who: 'cleo', direction: 'out', door: { exit: 'known' } },
  ],
  ['a space that the replica does not have', 'unknown-credential', 'holder', {}, { door: { space: 'oslo' } }],
];

describe('the row that settled it', () => {
  for (const [what, reason, row, change, asked] of settledBy) {
    it(what, () => {
      const found = ask(change, asked);
      expect([found.reason, found.rows.at(-1)?.row]).toEqual([reason, row]);
      expect(found.rows.filter(({ settled }) => settled)).toHaveLength(1);
      expect(found.rows.every(({ found: words }) => words !== '')).toBe(true);
    });
  }

  it('every row can tell what it found', () => {
    for (const { name } of [...entranceRows, ...interiorRows]) expect(Object.keys(looks)).toContain(name);
  });

  it('of a credential whose customer is gone is the one that missed the holder', () => {
    const site = new MemorySite({ holder: { kind: 'customer', id: 'gone' } });
    expect(tapAt(site, afternoon).rows).toEqual(['C1', 'C2', 'holder']);
    expect(tapAt(new MemorySite({ unknown: true }), afternoon).rows).toEqual(['C1']);
  });
});

const otherwise: readonly (readonly [change: string, asked: Asked, mended: Doc, before?: Doc])[] = [
  [
    'credential-active',
    { who: 'ana', at: '2026-03-02T10:00:00+01:00' },
    { credentials: base.credentials },
    { credentials: with_(base.credentials, 'c-ana', { status: 'lost' }) },
  ],
  [
    'account-enabled',
    { who: 'ana', at: '2026-03-02T10:00:00+01:00' },
    { customers: base.customers },
    { customers: with_(base.customers, 'ana', { disabled: true }) },
  ],
  [
    'visitor-approved',
    { who: 'vic', at: '2026-03-02T13:50:00+01:00' },
    { visitors: with_(base.visitors, 'vic', { approval: 'approved' }) },
  ],
  [
    'visitor-expected',
    { who: 'vic', at: '2026-03-02T09:00:00+01:00' },
    { visitors: with_(base.visitors, 'vic', { approval: 'approved', expected: '2026-03-02T09:00:00+01:00' }) },
    { visitors: with_(base.visitors, 'vic', { approval: 'approved' }) },
  ],
  [
    'space-open',
    { at: evening },
    { ...dayOfAna, spaces: with_(base.spaces, 'berlin', { openingHours: [] }) },
    dayOfAna,
  ],
  [
    'right',
    { door: { id: 'lab' }, at: '2026-03-02T10:00:00+01:00' },
    { accessRules: [{ accessPoint: 'lab', allow: { customers: ['ana'] } }] },
  ],
  ['contract-not-frozen', { who: 'ben' }, { contracts: with_(base.contracts, 'k-ben', { frozen: [] }) }],
  ['contract-begun', { who: 'dan' }, { contracts: with_(base.contracts, 'k-dan', { from: '2026-03-01' }) }],
  ['pass', {}, dayOfAna],
  ['booking', {}, { bookings: [book] }],
  ['pay-as-you-go', {}, { spaces: with_(base.spaces, 'berlin', { payAsYouGo: { contacts: true } }) }],
  [
    'registered',
    {},
    {
      passes: [{ id: 'p', timePass: 'any', customer: 'ana', source: 'sold' }],
      timePasses: [{ id: 'any', price: '1', currency: 'EUR' }],
      customers: [{ id: 'ana', registeredWith: ['berlin'] }],
      contracts: [],
      credentials: [base.credentials[0]],
      visitors: [],
      accessRules: [],
      staff: [],
    },
    {
      passes: [{ id: 'p', timePass: 'any', customer: 'ana', source: 'sold' }],
      timePasses: [{ id: 'any', price: '1', currency: 'EUR' }],
      customers: [{ id: 'ana' }],
      contracts: [],
      credentials: [base.credentials[0]],
      visitors: [],
      accessRules: [],
      staff: [],
    },
  ],
  [
    'pass-not-used-up',
    {},
    dayOfAna,
    { passes: [{ id: 'p2', timePass: 'day', customer: 'ana', source: 'sold', usedOn: '2026-02-02', usedBy: 'ana' }] },
  ],
  [
    'pass-not-expired',
    {},
    dayOfAna,
    { passes: [{ id: 'p2', timePass: 'day', customer: 'ana', source: 'sold', expires: '2026-03-01T00:00:00Z' }] },
  ],
  [
    'pass-valid',
    {},
    dayOfAna,
    { passes: [{ id: 'p2', timePass: 'day', customer: 'ana', source: 'sold', validFrom: '2026-04-01T00:00:00Z' }] },
  ],
];

describe('what would let in', () => {
  for (const [code, asked, mended, before = {}] of otherwise) {
    it(code, () => {
      const denied = ask(before, asked);
      expect(denied.decision).toBe('denied');
      const found = denied.whatIf.find(({ changes }) => changes.length === 1 && changes[0]?.change === code);
      expect(found, JSON.stringify(denied.whatIf)).toBeDefined();
      const granted = ask({ ...before, ...mended }, asked);
      expect([granted.decision, granted.reason]).toEqual(['granted', found?.reason]);
      expect(granted.whatIf).toEqual([]);
    });
  }

  it('is two things where no one is enough', () => {
    const { whatIf } = ask({}, { at: evening });
    const codes = whatIf.map(({ changes }) => changes.map(({ change }) => change));
    expect(codes).toContainEqual(['space-open', 'pass']);
    expect(codes.every((pair) => pair.length === 2)).toBe(true);
  });

  it('is a set from which nothing can be left out where no two are', () => {
    const { whatIf } = ask({}, { who: 'cleo', at: evening });
    const [set] = whatIf;
    expect(whatIf).toHaveLength(1);
    expect(set?.changes.map(({ change }) => change)).toEqual(
      expect.arrayContaining(['credential-active', 'account-enabled', 'space-open']),
    );
    expect(set?.changes).toHaveLength(4);
  });

  it('is nothing for a card that nobody has', () => {
    expect(ask({}, { who: 'nobody' }).whatIf).toEqual([]);
  });

  it('never names a change that does not open: a plan limit with no pass to use', () => {
    const limited = {
      plans: [{ id: 'flex', limits: { daysPerWeek: 1 } }],
      contracts: [{ id: 'k', customer: 'ana', plan: 'flex', from: '2026-01-01' }],
      planUsage: [{ customer: 'ana', day: '2026-03-03', minutes: 1 }],
    };
    const at = '2026-03-04T16:00:00+01:00';
    expect(ask(limited, { at }).whatIf.map(({ changes }) => changes[0]?.change)).not.toContain(
      'plan-limit-not-reached',
    );
    const held = ask({ ...limited, ...dayOfAna }, { at });
    expect(held.reason).toBe('plan-limit');
    expect(held.whatIf.map(({ changes }) => changes[0]?.change)).toContain('plan-limit-not-reached');
  });
});

describe('the next time', () => {
  it.each<[string, Asked, Doc, string | null, string | null]>([
    ['is that of the slot', {}, {}, '2026-03-03T08:00:00.000Z', '2026-03-03T08:00:00.000Z'],
    ['is when a freeze is over and the space open', { who: 'ben' }, {}, null, '2026-03-23T06:00:00.000Z'],
    ['is when a contract begins', { who: 'dan' }, {}, null, '2026-04-01T05:00:00.000Z'],
    [
      'is when a booking begins',
      { who: 'dan', at: evening },
      { bookings: [{ ...book, customer: 'dan', from: '2026-03-04T12:00:00Z', to: '2026-03-04T13:00:00Z' }] },
      null,
      '2026-03-04T11:50:00.000Z',
    ],
    ['is left out beyond 35 days', { who: 'dan', at: '2026-01-05T16:00:00+01:00' }, {}, null, null],
    ['of an unknown card is never', { who: 'nobody' }, {}, null, null],
    ['of a grant is not asked', { at: '2026-03-02T10:00:00+01:00' }, {}, null, null],
  ])('%s', (_what, asked, change, nextValid, nextOpen) => {
    const found = ask(change, asked);
    expect([found.nextValid, found.nextOpen?.at ?? null]).toEqual([nextValid, nextOpen]);
  });
});

describe('what it stands on', () => {
  const parts: SiteParts = {
    timePasses: [timePass('hours', { minutesIncluded: 120 })],
    passes: [pass('p', 'hours')],
    plans: [
      plan('flex', { limits: { daysPerWeek: 3, daysPerMonth: null, minutesPerWeek: null, minutesPerMonth: null } }),
    ],
    contracts: [contract('flex')],
  };
  const question = (site: MemorySite, at: string): Explanation =>
    explain({
      facts: site,
      journal: { file: 'journal.db', controller: 'front-desk', epoch: 'e', through: 17 },
      accessPoint: accessPoint(),
      settings,
      timeZone: 'Europe/Berlin',
      direction: 'in',
      credential: 'card:04A1B2C1',
      credentialKey: replayKey,
      atMs: Date.parse(at),
    });

  it('says which revision, and that a document has no local use', () => {
    const found = ask({});
    expect(found.revision).toBe(7);
    expect(found.counted).toMatchObject({ revision: 7, journal: null, passUse: [] });
    expect(inWords(found, 'Europe/Berlin').at(-1)).toBe(
      'Counted: replica revision 7; no local use, for a document has none.',
    );
  });

  it('lists the local use that it counted', () => {
    const site = new MemorySite(parts);
    tapAt(site, '2026-03-02T10:00:00+01:00');
    tapAt(site, '2026-03-02T11:30:00+01:00', { direction: 'out' });
    const found = question(site, '2026-03-02T12:00:00+01:00');
    expect(found.counted).toMatchObject({ journal: { through: 17 }, passUse: [{ pass: 'p', minutes: 90 }] });
    expect(found.rows.at(-1)?.found).toContain('30 minutes left');
    expect(inWords(found, 'Europe/Berlin').at(-1)).toContain('record 17 of front-desk: 90 min of pass p');
  });

  it('takes a visit for open at no instant before it began, and for closed after its cut-off', () => {
    const site = new MemorySite(parts);
    tapAt(site, '2026-03-02T10:00:00+01:00');
    expect(question(site, '2026-03-02T12:00:00+01:00').reason).toBe('re-entry');
    expect(question(site, '2026-03-02T09:00:00+01:00').reason).toBe('pass');
    expect(question(site, '2026-03-03T09:00:00+01:00').reason).toBe('pass');
  });
});

it('in words says who, where, when, and what to change', () => {
  const lines = inWords(ask({}), 'Europe/Berlin');
  expect(lines[0]).toBe('The door stays shut: the pass is not valid at this time (pass-outside-timeslot).');
  expect(lines[1]).toBe('customer ana, at door (berlin), on the way in, Mon, 2 Mar 2026, 16:00 Europe/Berlin.');
  expect(lines).toContain('The door would open if');
  expect(lines.join('\n')).toContain('… ana held a pass of day, on sale for 20.00 EUR (pass)');
  expect(lines).toContain('With nothing changed, this door opens next: Tue, 3 Mar 2026, 09:00 (on a pass).');
});
