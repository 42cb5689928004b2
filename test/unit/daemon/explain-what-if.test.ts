// `cardea decide`, what would let in, and when: each "what if" is held against a document in which a hand made that one
// change.

import { describe, expect, it } from 'vitest';
import { type Asked, ask, base, book, type Doc, dayOfAna, evening, with_ } from './explain-bench.ts';

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

  it('is to give a card that nobody has to somebody, whatever else would still hold for them', () => {
    const codes = (asked: Asked): unknown =>
      ask({}, asked).whatIf.map(({ changes }) => changes.map((one) => one.change));
    expect(codes({ who: 'nobody' })).toEqual([['credential-issued']]);
    expect(codes({ who: 'nobody', door: { id: 'lab' }, at: evening })).toEqual([['credential-issued']]);
    const lockdown = { by: 'sam', untilMs: null, spaceWide: false };
    expect(codes({ who: 'nobody', set: { lockdown } })).toEqual([['credential-issued', 'door-controlled']]);
  });

  it('tells first what somebody at the desk can do, last what is the policy of the site', () => {
    const codes = ask({ accessRules: [] }, {}).whatIf.map(({ changes }) => changes[0]?.words);
    expect(codes[0]).toMatch(/ana held a pass of day, on sale for 20.00 EUR/);
    expect(codes.at(-1)).toMatch(/to pay as they go/);
  });

  it('names people, plans, spaces and the rules of a door beside their ids', () => {
    const names = {
      plans: [{ ...base.plans[0], name: 'Flex' }, base.plans[1]],
      customers: [{ ...base.customers[0], name: 'Ana Silva' }, ...base.customers.slice(1)],
      spaces: with_(base.spaces, 'berlin', { name: 'Berlin' }),
      accessRules: [{ accessPoint: 'lab', allow: { plans: ['flex'] }, schedule: [] }],
    };
    const at = '2026-03-02T10:00:00+01:00';
    const [right] = ask(names, { door: { id: 'lab' }, at }).whatIf;
    expect(right?.changes[0]?.words).toBe('a rule gave a right at lab (those there: plans flex (Flex))');
    const words = ask(names).whatIf.flatMap(({ changes }) => changes.map((one) => one.words));
    expect(words).toContain('ana (Ana Silva) held a pass of day, on sale for 20.00 EUR');
    expect(words).toContain('berlin (Berlin) let contacts in without a pass, to pay as they go');
    const ended = {
      ...names,
      contracts: [{ id: 'k', customer: 'ana', plan: 'free', from: '2026-01-01', to: '2026-02-01' }],
    };
    expect(ask(ended).whatIf.map(({ changes }) => changes[0]?.words)).toContain(
      'contract k of ana (Ana Silva) on plan free were not over',
    );
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
