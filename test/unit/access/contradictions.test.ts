// Contradictory data that got in anyway, a row a case: it crashes no decision and grants nothing, while the same data
// without the contradiction lets in. The rules are asked directly; no import stands before them.

import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import type { LocalFacts } from '../../../access/facts.ts';
import type { Booking, Contract, Pass, Visitor } from '../../../access/model.ts';
import { openReplica } from '../../../db/replica/store.ts';
import { ReplicaWriter } from '../../../db/replica/writer.ts';
import { contract, pass, plan, slot, space, timePass } from '../../support/records.ts';
import { MemorySite, type SiteParts, tapAt } from '../../support/site.ts';

const noon = '2026-03-04T12:00:00+01:00';
const noonMs = Date.parse(noon);
const notANumber = Number.NaN;
const day = timePass('day');
const hour = timePass('hour', { minutesIncluded: 60 });
const held = (with_: Partial<Pass> = {}, of = 'day'): SiteParts => ({
  timePasses: [day, hour],
  passes: [pass('p', of, with_)],
});
const onlyFor = (kind: string): SiteParts => ({
  ...held(),
  timePasses: [timePass('day', { onlyFor: kind as 'contacts' })],
});
const member = (with_: Partial<Contract> = {}): SiteParts => ({
  plans: [plan('flex', { usesTimePasses: false })],
  contracts: [contract('flex', with_)],
});
const booked = (with_: Partial<Booking> = {}): SiteParts => ({
  resources: [{ id: 'room', name: 'Room', accessPoints: ['main'] }],
  bookings: [
    { id: 'b', resource: 'room', customer: 'ana', from: noonMs, to: noonMs + 1, status: 'confirmed', ...with_ },
  ],
});
const visit = (with_: Partial<Visitor> = {}): SiteParts => ({
  holder: { kind: 'visitor', id: 'v' },
  visitors: [
    {
      id: 'v',
      name: 'Vic',
      host: 'ana',
      space: 'berlin',
      expected: noonMs,
      approval: 'approved',
      credential: 'c-ana',
      ...with_,
    },
  ],
});
const span = (from: string, to: string | null) => ({ frozen: [{ from, to }] });
const closure = (from: string, to: string) => ({ from, to, name: 'Closed' });

const cases: readonly (readonly [what: string, bad: SiteParts, good: SiteParts])[] = [
  ['a space in a zone that nobody knows', { ...held(), spaces: [space({ timeZone: 'Europe/Atlantis' })] }, held()],
  ['a cut-off that is no time', { ...held(), spaces: [space({ dailyCutOff: '25:99' })] }, held()],
  ['a space whose currency is none', { ...held(), spaces: [space({ currency: '' })] }, held()],
  ['hours that are no times', { ...held(), spaces: [space({ openingHours: [slot('nine', 'five')] })] }, held()],
  [
    'a closure that ends before it begins',
    { ...held(), spaces: [space({ closures: [closure('2026-12-26', '2026-12-25')] })] },
    { ...held(), spaces: [space({ closures: [closure('2026-12-25', '2026-12-26')] })] },
  ],
  ['no space at all', { ...held(), spaces: [] }, held()],
  ['a pass of an unknown time pass', held({}, 'weekend'), held()],
  ['a pass that nobody holds', held({ customer: null }), held()],
  ['a pass of less than no minutes', held({ remainingMinutes: -5 }, 'hour'), held({ remainingMinutes: 5 }, 'hour')],
  ['minutes that are no number', held({ remainingMinutes: notANumber }, 'hour'), held({}, 'hour')],
  ['an end that is no instant', held({ expires: notANumber }), held({ expires: noonMs + 1 })],
  ['a beginning that is no instant', held({ validFrom: notANumber }), held({ validFrom: noonMs })],
  ['a pass that ends before it begins', held({ validFrom: noonMs, expires: noonMs - 1 }), held({ validFrom: noonMs })],
  ['a pass used on no day that exists', held({ usedOn: 'monday', usedBy: 'ana' }), held()],
  ['a price that is no decimal', { ...held(), timePasses: [timePass('day', { price: 'twenty' })] }, held()],
  [
    'a special price that is no decimal',
    { ...held(), timePasses: [timePass('day', { specialPrices: [{ plan: 'flex', price: '1e3' }] })] },
    held(),
  ],
  ['a time pass of no minutes', { ...held(), timePasses: [timePass('day', { minutesIncluded: 0 })] }, held()],
  ['half a minute', { ...held(), timePasses: [timePass('day', { minutesIncluded: 0.5 })] }, held()],
  ['a currency that is none', { ...held(), timePasses: [timePass('day', { currency: 'euro' })] }, held()],
  ['times that are none', { ...held(), timePasses: [timePass('day', { availability: [slot('x', 'y')] })] }, held()],
  ['a contract of an unknown plan', { ...member(), plans: [] }, member()],
  [
    'a right of an unknown plan',
    {
      ...held(),
      contracts: [contract('gone')],
      rules: [
        { accessPoint: 'main', allow: { plans: ['gone'], teams: [], customers: [], timePasses: [] }, schedule: null },
      ],
    },
    held(),
  ],
  [
    'a member by an unknown plan, who would pay as they go',
    { contracts: [contract('gone')], spaces: [space({ payAsYouGo: { members: true, contacts: false } })] },
    { ...member(), spaces: [space({ payAsYouGo: { members: true, contacts: false } })] },
  ],
  ['a contract of a customer and of a team', member({ team: 'lab' }), member()],
  ['a contract of nobody', member({ customer: null }), member()],
  ['a time pass for a kind of people that is none', onlyFor('nobody'), onlyFor('contacts')],
  ['a contract that ends before it begins', member({ from: '2026-12-31', to: '2026-01-01' }), member()],
  ['a contract since no day', member({ from: '' }), member()],
  ['a contract until no day', member({ to: 'spring' }), member()],
  [
    'overlapping freezes',
    member({ frozen: [...span('2026-03-01', null).frozen, ...span('2026-03-04', null).frozen] }),
    member(),
  ],
  ['a freeze that ends before it begins', member(span('2026-03-05', '2026-03-03')), member(span('2026-04-01', null))],
  ['a freeze since no day', member(span('?', null)), member()],
  [
    'a limit that is no number',
    {
      contracts: [contract('flex')],
      plans: [
        plan('flex', {
          usesTimePasses: false,
          limits: { daysPerWeek: notANumber, daysPerMonth: null, minutesPerWeek: null, minutesPerMonth: null },
        }),
      ],
    },
    member(),
  ],
  ['a booking of an unknown resource', booked({ resource: 'roof' }), booked()],
  ['a booking without a resource', booked({ resource: '' }), booked()],
  ['a booking that ends before it begins', booked({ from: noonMs, to: noonMs - 60_000 }), booked()],
  ['a booking at no time', booked({ from: notANumber }), booked()],
  ['a visitor that nobody knows', { ...visit(), visitors: [] }, visit()],
  ['a visitor of an unknown host', visit({ host: 'zoe' }), visit()],
  ['a visitor expected at no time', visit({ expected: notANumber }), visit()],
  ['a visitor of an unknown space', visit({ space: 'rome' }), visit()],
  ['a card of an unknown customer', { ...held(), holder: { kind: 'customer', id: 'zoe' } }, held()],
  ['a card that ends at no time', { ...held(), credential: { expires: notANumber } }, held()],
  ['a card that begins at no time', { ...held(), credential: { validFrom: notANumber } }, held()],
];

describe('contradictory data that got in', () => {
  it.each(cases)('%s', (_what, bad, good) => {
    for (const passOrder of ['classic', 'priority'] as const) {
      const parts = (of: SiteParts): SiteParts => ({
        ...of,
        spaces: (of.spaces ?? [space()]).map((there) => ({ ...there, passOrder })),
      });
      expect(tapAt(new MemorySite(parts(good)), noon)).toMatchObject({ granted: true });
      expect(tapAt(new MemorySite(parts(bad)), noon)).toMatchObject({ granted: false });
    }
  });

  it('holds nobody inside', () => {
    for (const [what, bad] of cases) {
      const out = tapAt(new MemorySite(bad), noon, { direction: 'out' });
      expect(out, what).toMatchObject({ granted: true, reason: 'exit' });
    }
  });

  it('is never sold', () => {
    const onSale = { onSale: true };
    const broken = [
      timePass('a', { ...onSale, price: 'nothing' }),
      timePass('b', { ...onSale, minutesIncluded: 0 }),
      timePass('c', { ...onSale, currency: 'E' }),
      timePass('d', { ...onSale, price: '9.00' }),
    ];
    const site = new MemorySite({
      timePasses: broken,
      spaces: [space({ payAsYouGo: { members: true, contacts: true } })],
    });
    tapAt(site, noon);
    const out = tapAt(site, '2026-03-04T13:00:00+01:00', { direction: 'out' });
    expect(out.drafts.map(({ data }) => data.timePass).filter(Boolean)).toEqual(['d']);
  });
});

describe('a replica that was edited by hand', () => {
  const databases: Database.Database[] = [];
  afterEach(() => {
    for (const db of databases.splice(0)) db.close();
  });

  const edits: readonly (readonly [what: string, sql: string])[] = [
    ['nothing', 'SELECT 1'],
    ['a pass of an unknown time pass', "UPDATE passes SET time_pass = 'weekend'"],
    ['an end that is a text', "UPDATE passes SET expires = '2026-12-31'"],
    ['a beginning that is a text', "UPDATE passes SET valid_from = '2020-01-01'"],
    ['a zone that nobody knows', "UPDATE small SET body = replace(body, 'Europe/Berlin', 'Mars/Olympus')"],
    ['a price that is none', "UPDATE small SET body = replace(body, '20.00', 'twenty')"],
    ['a card of nobody', "UPDATE credentials SET customer = 'zoe'"],
    ['a card whose end is a text', "UPDATE credentials SET expires = 'never'"],
    ['a customer who is gone', 'DELETE FROM customers'],
  ];

  it.each(edits)('%s', (what, sql) => {
    const db = new Database(':memory:');
    databases.push(db);
    const writer = new ReplicaWriter(db);
    const hash = '00'.repeat(32);
    const mine = { validFrom: null, expires: null, extendedUnlock: false, duress: false };
    writer.add('spaces', space());
    writer.add('timePasses', day);
    writer.add('customers', { id: 'ana', name: 'Ana', registeredWith: ['berlin'], teams: [], disabled: false });
    writer.add('passes', pass('p', 'day'));
    writer.add('credentials', { id: 'c', type: 'card', customer: 'ana', status: 'active', ...mine, hash });
    writer.seal({ site: 's', revision: 1, counts: writer.counts() });
    db.exec(sql);
    const ruling = tapAt(joined(openReplica(db)), noon);
    expect(ruling.granted).toBe(what === 'nothing');
  });
});

/** The replica's own answers, beside an empty journal; it takes no changes. */
function joined(replica: ReturnType<typeof openReplica>): MemorySite {
  const local: LocalFacts & Pick<MemorySite, 'apply'> = Object.assign(new MemorySite(), { apply: () => {} });
  return Object.assign(Object.create(local), {
    site: replica.site,
    credential: () => replica.credential('00'.repeat(32)),
    customer: (id: string) => replica.customer(id),
    contracts: (id: string, teams: readonly string[]) => replica.contracts(id, teams),
    passes: (id: string, teams: readonly string[]) => replica.passes(id, teams),
    bookings: (id: string) => replica.bookings(id),
  });
}
