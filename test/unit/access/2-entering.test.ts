// rules.md section 2: one tap, decided. Whole flows, row by row, stand in test/scenarios/own.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contract, pass, plan, slot, space, timePass } from '../../support/records.ts';
import { dataOf, MemorySite, type SiteParts, type TapParts, tapAt } from '../../support/site.ts';

const noon = '2026-03-02T12:00:00+01:00';
const day = timePass('day');
const held: SiteParts = { timePasses: [day], passes: [pass('p', 'day')] };
const booking = {
  id: 'b',
  resource: 'room',
  customer: 'ana',
  from: Date.parse(noon),
  to: Date.parse(noon),
  status: 'confirmed',
} as const;
const booked: SiteParts = { resources: [{ id: 'room', name: '', accessPoints: ['main'] }], bookings: [booking] };
const allow = { plans: [], teams: [], customers: [], timePasses: [] };
const rule = (with_: Partial<typeof allow> | object, schedule: readonly ReturnType<typeof slot>[] | null = null) => ({
  rules: [{ accessPoint: 'main', allow: { ...allow, ...with_ }, schedule }],
});

type Case = readonly [what: string, answer: string, site: SiteParts, tap?: TapParts];

const cases: readonly Case[] = [
  ['C1', '-unknown-credential', { unknown: true }],
  [
    'C2 wins over an unlocked door',
    '-credential-blocked',
    { ...held, credential: { status: 'blocked' } },
    { mode: 'unlocked' },
  ],
  ['C2 lost', '-credential-blocked', { credential: { status: 'lost' } }],
  ['C2 expires now', '-credential-expired', { credential: { expires: Date.parse(noon) } }],
  ['C2 valid from now', '+pass', { ...held, credential: { validFrom: Date.parse(noon) } }],
  ['C2 not yet', '-credential-not-yet-valid', { credential: { validFrom: Date.parse(noon) + 1 } }],
  ['C3 in lockdown', '+staff', { holder: { kind: 'staff', id: 'sam' } }, { mode: 'lockdown' }],
  ['C4', '-account-disabled', { ...held, ...booked, customer: { disabled: true } }],
  ['C4 at an unlocked door', '-account-disabled', { customer: { disabled: true } }, { mode: 'unlocked' }],
  ['C5 lockdown, booked', '-lockdown', { ...held, ...booked }, { mode: 'lockdown' }],
  ['C5 locked', '-locked', held, { mode: 'locked', at: { policy: 'open-and-flag' } }],
  ['C5 closed', '-closed', { ...held, spaces: [space({ openingHours: [slot('13:00', '14:00')] })] }],
  [
    'C5 closed, unlocked',
    '+command',
    { ...held, spaces: [space({ openingHours: [slot('13:00', '14:00')] })] },
    { mode: 'unlocked' },
  ],
  ['C6 other plan', '-not-authorised', { ...held, ...rule({ plans: ['x'] }) }],
  ['C6 her plan', '+pass', { ...held, plans: [plan('x')], contracts: [contract('x')], ...rule({ plans: ['x'] }) }],
  ['C6 her team', '+pass', { ...held, ...rule({ teams: ['acme'] }) }],
  ['C6 herself', '+pass', { ...held, ...rule({ customers: ['ana'] }) }],
  ['C6 her pass', '+pass', { ...held, ...rule({ timePasses: ['day'] }) }],
  [
    'C6 a pass not valid now',
    '-not-authorised',
    { timePasses: [day], passes: [pass('p', 'day', { expires: 1 })], ...rule({ timePasses: ['day'] }) },
  ],
  ['C6 inside its schedule', '+pass', { ...held, ...rule({ customers: ['ana'] }, [slot('12:00', '13:00')]) }],
  ['C6 a schedule of no slots is always', '+pass', { ...held, ...rule({ customers: ['ana'] }, []) }],
  [
    'C6 outside its schedule',
    '-not-authorised',
    { ...held, ...rule({ customers: ['ana'] }, [slot('13:00', '14:00')]) },
  ],
  ['C6 booked', '+pass', { ...held, ...booked, ...rule({}) }],
  [
    'C6 open-and-flag changes nothing',
    '-not-authorised',
    { ...held, ...rule({}) },
    { at: { policy: 'open-and-flag' } },
  ],
  ['C12', '+plan', { ...held, plans: [plan('x', { usesTimePasses: false })], contracts: [contract('x')] }],
  [
    'C12 contract over',
    '+pass',
    { ...held, plans: [plan('x', { usesTimePasses: false })], contracts: [contract('x', { to: '2026-03-01' })] },
  ],
  ['C13', '+pass', held],
  ['C14 contacts', '+pay-as-you-go', { spaces: [space({ payAsYouGo: { members: false, contacts: true } })] }],
  [
    'C14 not for members',
    '-no-pass',
    {
      plans: [plan('x')],
      contracts: [contract('x')],
      spaces: [space({ payAsYouGo: { members: false, contacts: true } })],
    },
  ],
  [
    'C14 before C16',
    '+pay-as-you-go',
    {
      timePasses: [day],
      passes: [pass('p', 'day', { expires: 1 })],
      spaces: [space({ payAsYouGo: { members: false, contacts: true } })],
    },
  ],
  [
    'C15 beside an active one',
    '-contract-frozen',
    { plans: [plan('x')], contracts: [contract('x'), contract('x', { frozen: [{ from: '2026-03-02', to: null }] })] },
  ],
  [
    'C15 the day after the freeze',
    '-no-pass',
    { plans: [plan('x')], contracts: [contract('x', { frozen: [{ from: '2026-02-02', to: '2026-03-01' }] })] },
  ],
  ['C15 booked', '+booking', { ...booked, contracts: [contract('x', { frozen: [{ from: '2026-03-02', to: null }] })] }],
  [
    'C16 flagged',
    '+flagged',
    { timePasses: [day], passes: [pass('p', 'day', { expires: 1 })] },
    { at: { policy: 'open-and-flag' } },
  ],
  ['C16 a pass of nothing known', '-no-pass', { passes: [pass('p', 'gone')] }],
  ['C17', '-no-pass', {}],
  ['C17 booked, before flagged', '+booking', booked, { at: { policy: 'open-and-flag' } }],
  ['C17 a tentative booking', '-no-pass', { ...booked, bookings: [{ ...booking, status: 'tentative' }] }],
  ['C17 a cancelled booking', '-no-pass', { ...booked, bookings: [{ ...booking, status: 'cancelled' }] }],
  ['no pass needed', '+no-pass-needed', { spaces: [space({ checkInRequiresPass: false })] }],
  ['no pass needed, but a right', '-not-authorised', { spaces: [space({ checkInRequiresPass: false })], ...rule({}) }],
  ['interior', '+no-pass-needed', {}, { at: { kind: 'interior' } }],
  ['interior, booked', '+booking', booked, { at: { kind: 'interior' } }],
  ['interior, no right', '-not-authorised', rule({}), { at: { kind: 'interior' } }],
  ['interior toggle is in', '+no-pass-needed', {}, { at: { kind: 'interior' }, direction: 'toggle' }],
  ['C3 at an unlocked door', '+command', { holder: { kind: 'staff', id: 'sam' } }, { mode: 'unlocked' }],
  [
    'C3 at a door that its schedule holds open',
    '+schedule',
    { holder: { kind: 'staff', id: 'sam' } },
    { mode: 'unlocked', modeBy: 'schedule' },
  ],
  ['unlocked by schedule', '+schedule', {}, { mode: 'unlocked', modeBy: 'schedule' }],
];

describe('the table', () => {
  it.each(cases.map(([what, answer, parts, how]) => ({ what, answer, parts, how })))('$what: $answer', (one) => {
    const { answer, parts, how } = one;
    const ruling = tapAt(new MemorySite(parts), noon, how);
    expect(`${ruling.granted ? '+' : '-'}${ruling.reason}`).toBe(answer);
    const type = ruling.granted ? 'access.granted' : 'access.denied';
    expect(ruling.drafts[0]?.type).toBe(type);
    expect(dataOf(ruling, type)?.reason).toBe(ruling.reason);
    if (how?.at?.kind === 'interior') expect(ruling.drafts.map((d) => d.type)).toEqual([type]);
  });

  it('a door unlocked by a command says who gave it', () => {
    const unlocked = { mode: 'unlocked', commandedBy: 'office' } as const;
    for (const parts of [held, {}, { holder: { kind: 'staff', id: 'sam' } }] as const) {
      expect(dataOf(tapAt(new MemorySite(parts), noon, unlocked), 'access.granted')?.by).toBe('office');
    }
    const bySchedule = tapAt(new MemorySite(held), noon, { mode: 'unlocked', modeBy: 'schedule' });
    expect(dataOf(bySchedule, 'access.granted')).not.toHaveProperty('by');
  });

  it('an unlocked door records the check-in, or its rejection, as the row says', () => {
    expect(dataOf(tapAt(new MemorySite(held), noon, { mode: 'unlocked' }), 'checkin.recorded')?.pass).toBe('p');
    expect(dataOf(tapAt(new MemorySite(), noon, { mode: 'unlocked' }), 'checkin.rejected')?.reason).toBe('no-pass');
  });

  it.each<[string, TapParts]>([
    ['flagged', { at: { policy: 'open-and-flag' } }],
    ['at an unlocked door', { mode: 'unlocked' }],
  ])('who entered %s goes out as no orphan', (_, how) => {
    const site = new MemorySite();
    tapAt(site, noon, how);
    expect(tapAt(site, '2026-03-02T13:00:00+01:00', { direction: 'out' }).drafts.map((d) => d.type)).toEqual([
      'access.granted',
    ]);
    expect(tapAt(site, '2026-03-02T14:00:00+01:00', { direction: 'out' }).drafts.map((d) => d.type)).toContain(
      'checkout.orphan',
    );
  });
});

describe('the next time that a pass is valid (C16)', () => {
  const at = (
    availability: Parameters<typeof timePass>[1],
    time: string,
    with_: Parameters<typeof pass>[2] = {},
    parts: SiteParts = {},
  ) =>
    dataOf(
      tapAt(
        new MemorySite({ timePasses: [timePass('t', availability)], passes: [pass('p', 't', with_)], ...parts }),
        time,
      ),
      'access.denied',
    )?.nextValid;
  const slots = (...availability: ReturnType<typeof slot>[]) => ({ availability });
  it.each<[string, unknown, string | undefined]>([
    ['later today', at(slots(slot('14:00', '15:00')), noon), '2026-03-02T13:00:00.000Z'],
    ['next week', at(slots(slot('09:00', '10:00', ['mon'])), noon), '2026-03-09T08:00:00.000Z'],
    ['a slot that wraps', at(slots(slot('22:00', '02:00', ['mon'])), noon), '2026-03-02T21:00:00.000Z'],
    [
      'in summer time',
      at(slots(slot('09:00', '10:00', ['sun'])), '2026-03-28T12:00:00+01:00'),
      '2026-03-29T07:00:00.000Z',
    ],
    [
      'a slot in the gap: not that day',
      at(slots(slot('02:00', '03:00', ['sun'])), '2026-03-28T12:00:00+01:00'),
      '2026-04-05T00:00:00.000Z',
    ],
    ['from its validFrom', at({}, noon, { validFrom: Date.parse('2026-03-20T10:10:00Z') }), '2026-03-20T10:10:00.000Z'],
    [
      '35 days from a far validFrom',
      at(slots(slot('09:00', '10:00', ['mon'])), noon, { validFrom: Date.parse('2026-09-01T00:00:00Z') }),
      '2026-09-07T07:00:00.000Z',
    ],
    ['never again', at({}, noon, { expires: 1 }), undefined],
    [
      'closed for longer than it looks',
      at(
        slots(slot('14:00', '15:00')),
        noon,
        {},
        {
          spaces: [
            space({
              closures: [{ from: '2026-03-03', to: '2026-04-30', name: '' }],
              openingHours: [slot('08:00', '13:00')],
            }),
          ],
        },
      ),
      undefined,
    ],
  ])('%s', (_, found, next) => expect(found).toBe(next));
});

describe('whatever the site', () => {
  const passes = fc.array(
    fc.record({
      of: fc.constantFrom('day', 'hour', 'am'),
      remainingMinutes: fc.constantFrom(null, 0, 30),
      expires: fc.constantFrom(null, 1),
      usedOn: fc.constantFrom(null, '2026-03-01'),
    }),
    { maxLength: 4 },
  );
  const timePasses = [
    day,
    timePass('hour', { minutesIncluded: 60 }),
    timePass('am', { availability: [slot('08:00', '11:00')] }),
  ];
  const build = (list: readonly { of: string }[]) => list.map(({ of, ...with_ }, i) => pass(`p${i}`, of, with_));

  it('blocking, closing, disabling and locking never grant', () => {
    fc.assert(
      fc.property(
        passes,
        fc.boolean(),
        fc.constantFrom<TapParts>({}, { at: { policy: 'open-and-flag' } }, { at: { kind: 'interior' } }),
        (list, hasBooking, how) => {
          const parts: SiteParts = { timePasses, passes: build(list), ...(hasBooking ? booked : {}) };
          const worse: readonly [SiteParts, TapParts][] = [
            [{ ...parts, credential: { status: 'blocked' } }, how],
            [{ ...parts, unknown: true }, how],
            [{ ...parts, customer: { disabled: true } }, how],
            [{ ...parts, spaces: [space({ closures: [{ from: '2026-03-02', to: '2026-03-02', name: '' }] })] }, how],
            [parts, { ...how, mode: 'locked' }],
            [parts, { ...how, mode: 'lockdown' }],
          ];
          for (const [site, tap] of worse) expect(tapAt(new MemorySite(site), noon, tap).granted).toBe(false);
        },
      ),
      { seed: 21, numRuns: 100 },
    );
  });

  it('taking a pass away never grants', () => {
    fc.assert(
      fc.property(passes, fc.nat(3), (list, gone) => {
        const all = build(list);
        const less = all.filter((_, i) => i !== gone);
        const before = tapAt(new MemorySite({ timePasses, passes: all }), noon).granted;
        const after = tapAt(new MemorySite({ timePasses, passes: less }), noon).granted;
        expect(after && !before).toBe(false);
      }),
      { seed: 22, numRuns: 200 },
    );
  });
});
