// Data that contradicts itself and got in anyway: whatever single value of a site is none that it could be, no decision crashes,
// nobody is held inside, and nobody is let in who was not let in without the fault.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AccessRule, Booking, Contract, Credential, Slot, Space } from '../../access/model.ts';
import { contract, pass, plan, slot, space, timePass } from '../support/records.ts';
import { MemorySite, type SiteParts, tapAt } from '../support/site.ts';
import { Premise } from './premise.ts';

const noon = '2026-03-04T12:00:00+01:00';
const noonMs = Date.parse(noon);
const hourMs = 3_600_000;

/** Mostly the first, so that often one thing alone keeps ana out. */
const mostly = <Value>(usual: Value, ...others: readonly Value[]): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, ...others.map((one) => fc.constant(one)));
const begins = mostly<number | null>(null, noonMs - hourMs, noonMs + hourMs);
const ends = mostly<number | null>(null, noonMs - hourMs, noonMs + hourMs);
const hours = mostly<readonly Slot[]>([], [slot('09:00', '11:00')], [slot('11:00', '18:00')], [slot('22:00', '12:30')]);
const nobody = { plans: [], teams: [], customers: [], timePasses: [] };

const timePasses = fc.record({
  minutesIncluded: fc.constantFrom(null, 60),
  availability: hours,
  validIn: mostly<readonly string[]>([], ['berlin'], ['rome']),
  onlyFor: fc.constantFrom(null, 'members' as const),
});
const passes = fc.record({
  source: fc.constantFrom('plan' as const, 'sold' as const),
  remainingMinutes: mostly<number | null>(null, 0, 30),
  usedOn: mostly<string | null>(null, '2026-03-03'),
  validFrom: begins,
  expires: ends,
});
const contracts = fc.record({
  from: mostly('2026-01-01', '2026-04-01'),
  to: mostly<string | null>(null, '2026-02-01'),
  frozen: mostly<Contract['frozen']>([], [{ from: '2026-03-01', to: '2026-03-31' }]),
});
const rules = mostly<AccessRule['allow'] | null>(
  null,
  { ...nobody, customers: ['ana'] },
  { ...nobody, plans: ['flex'] },
  { ...nobody, timePasses: ['t0'] },
);

/** A site in which much may keep ana out. Nobody pays as they go, and no plan has a limit: a contract less lets nobody in. */
const sites: fc.Arbitrary<SiteParts> = fc
  .record({
    order: fc.constantFrom('classic' as const, 'priority' as const),
    openingHours: hours,
    closures: mostly<Space['closures']>([], [{ from: '2026-03-04', to: '2026-03-05', name: '' }]),
    timePasses: fc.array(timePasses, { minLength: 1, maxLength: 3 }),
    passes: fc.array(passes, { minLength: 1, maxLength: 2 }),
    contracts: fc.array(contracts, { maxLength: 1 }),
    usesTimePasses: fc.boolean(),
    rule: rules,
    ruleHours: fc.option(hours),
    booked: mostly<Booking['status'] | null>(null, 'confirmed', 'cancelled'),
    visitor: mostly<'approved' | 'held' | null>(null, 'approved', 'held'),
    credential: fc.record({
      validFrom: begins,
      expires: ends,
      status: mostly<Credential['status']>('active', 'blocked'),
    }),
  })
  .map((made) => ({
    spaces: [space({ passOrder: made.order, openingHours: made.openingHours, closures: made.closures })],
    timePasses: made.timePasses.map((with_, index) => timePass(`t${index}`, with_)),
    passes: made.passes.map((with_, index) => pass(`p${index}`, `t${index % made.timePasses.length}`, with_)),
    plans: [plan('flex', { usesTimePasses: made.usesTimePasses })],
    contracts: made.contracts.map((with_, index) => contract('flex', { ...with_, id: `k${index}` })),
    rules: made.rule === null ? [] : [{ accessPoint: 'main', allow: made.rule, schedule: made.ruleHours }],
    resources: [{ id: 'room', name: 'Room', accessPoints: ['main'] }],
    bookings:
      made.booked === null
        ? []
        : [
            {
              id: 'b',
              resource: 'room',
              customer: 'ana',
              from: noonMs,
              to: noonMs + hourMs,
              status: made.booked,
            },
          ],
    ...(made.visitor === null ? {} : visit(made.visitor)),
    credential: made.credential,
  }));

function visit(approval: 'approved' | 'held'): SiteParts {
  const vic = { id: 'vic', name: 'Vic', host: 'ana', space: 'berlin', expected: noonMs, credential: 'c-ana' };
  return { holder: { kind: 'visitor', id: 'vic' }, visitors: [{ ...vic, approval }] };
}

/** What names a thing elsewhere says nothing false by naming another; whether a list is there at all is the shape of the file. */
const left = new Set(['accessPoint', 'accessPoints', 'schedule', 'name', 'kind']);

function placesIn(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value === 'boolean') return [];
  if (value === null || typeof value !== 'object') return [at];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (left.has(key) && (inner === null || typeof inner !== 'object' || key === 'accessPoints')) return [];
    return placesIn(inner, [...at, Array.isArray(value) ? Number(key) : key]);
  });
}

/** What a denial may stand on: half of the faults are there. */
const telling = new Set('from to onlyFor source validFrom expires usedOn remainingMinutes status approval'.split(' '));

function tellingPlacesIn(parts: SiteParts): (readonly (string | number)[])[] {
  return placesIn(parts).filter((place) => telling.has(String(place.at(-1))));
}

function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((one, index) => (index === key ? replaced(one, rest, by) : one));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, one]) => [name, name === key ? replaced(one, rest, by) : one]),
  );
}

function valueAt(value: unknown, at: readonly (string | number)[]): unknown {
  return at.reduce((inner: unknown, key) => (inner as Record<string | number, unknown>)[key], value);
}

const texts = ['', '?', '9', '25:61', '2026-13-45', '1e3', 'Mars/Olympus', '__proto__', '\u0000'];
const garbage = fc.constantFrom(...texts);

it('a value that is none lets nobody in and crashes no decision', { timeout: 120_000 }, () => {
  const premise = new Premise('a value that is none: denied without it');
  fc.assert(
    fc.property(sites, fc.nat(10_000), fc.boolean(), garbage, (parts, pick, anywhere, text) => {
      const places = anywhere ? placesIn(parts) : tellingPlacesIn(parts);
      const place = places[pick % places.length] ?? [];
      const by = typeof valueAt(parts, place) === 'string' ? text : Number.NaN;
      const bad = replaced(parts, place, by) as SiteParts;
      const said = `${place.join('.')} is ${JSON.stringify(by)}`;
      const before = tapAt(new MemorySite(parts), noon).granted;
      const site = new MemorySite(bad);
      const after = tapAt(site, noon);
      if (premise.met(!before)) expect(after.granted, said).toBe(false);
      expect(tapAt(site, '2026-03-04T13:00:00+01:00', { direction: 'out' }).granted, said).toBe(true);
      expect(tapAt(site, '2026-03-05T01:00:00+01:00', { direction: 'toggle' }).reason, said).toEqual(
        expect.any(String),
      );
    }),
    { seed: 20_260_309, numRuns: 3_000 },
  );
  premise.report();
});
