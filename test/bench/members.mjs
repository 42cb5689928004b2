// Who is known to the bench: a million members, or as many as are asked for, with a card each. Of twenty, eleven hold a day pass, six a plan that needs no
// passes, three nothing. The replica is built by the code that builds a controller's. Its records are written out here and
// not taken from test/support/records.ts: the bench runs on the build alone, under a Node that reads no TypeScript.

import { credentialHash } from '../../dist/access/credential-hash.js';
import { install, ReplicaBuilder } from '../../dist/db/replica/builder.js';

export const site = 'bench';
export const space = 'house';
export const door = 'front-door';
export const memberCount = 1_000_000;

/** `pass`: a day pass; `plan`: a plan that uses no passes; `none`: nothing, so denied. */
export function kindOf(index) {
  const place = index % 20;
  if (place < 11) return 'pass';
  return place < 17 ? 'plan' : 'none';
}

/** Seven bytes, as of a card; no two members have the same. */
export function cardOf(index) {
  return (0x04_00_00_00_00_00_00n + BigInt(index) * 1_000_003n).toString(16).padStart(14, '0').toUpperCase();
}

/**
 * Members spread over all of them, from the `from`th of the sequence on; two ranges that do not overlap share nobody.
 * @param all how many there are: a number that has no divisor with 618,033 in common, as 10 to any power
 */
export function spread(from, count, all = memberCount) {
  return Array.from({ length: count }, (_, place) => ((from + place) * 618_033) % all);
}

/** @returns the path of the replica */
export function buildReplica(file, key, all = memberCount) {
  const counts = {};
  for (const [kind] of small()) counts[kind] = (counts[kind] ?? 0) + 1;
  counts.customers = all;
  counts.credentials = all;
  const kinds = Array.from({ length: all }, (_, index) => kindOf(index));
  counts.contracts = kinds.filter((kind) => kind === 'plan').length;
  counts.passes = kinds.filter((kind) => kind === 'pass').length;
  const builder = new ReplicaBuilder(file, { site, revision: 1, counts });
  for (const row of small()) builder.add(...row);
  for (const row of people(key, all)) builder.add(...row);
  install(builder.finish(), file);
  return file;
}

function small() {
  const limits = { daysPerWeek: null, daysPerMonth: null, minutesPerWeek: null, minutesPerMonth: null };
  return [
    [
      'spaces',
      {
        id: space,
        name: 'The house',
        timeZone: 'Europe/Berlin',
        currency: 'EUR',
        dailyCutOff: '04:00',
        checkInRequiresPass: true,
        passOrder: 'classic',
        openingHours: [],
        closures: [],
        payAsYouGo: { members: false, contacts: false },
      },
    ],
    ['plans', { id: 'resident', name: 'Resident', usesTimePasses: false, allHours: true, limits }],
    [
      'timePasses',
      {
        id: 'day',
        name: 'Day pass',
        price: '20.00',
        currency: 'EUR',
        taxRate: '19',
        account: 'desks',
        minutesIncluded: null,
        validIn: [],
        countsTowardsPlanLimits: true,
        onSale: true,
        soldWhole: false,
        availability: [],
        specialPrices: [],
        priority: 'normal',
        onlyForPlans: [],
        onlyFor: null,
      },
    ],
  ];
}

function* people(key, count) {
  const all = Array.from({ length: count }, (_, index) => index);
  const id = (index) => `member-${String(index).padStart(7, '0')}`;
  for (const index of all) {
    const name = `Member ${index}`;
    yield ['customers', { id: id(index), name, registeredWith: [space], teams: [], disabled: false }];
  }
  for (const index of all) {
    if (kindOf(index) === 'plan') yield ['contracts', contract(id(index))];
    if (kindOf(index) === 'pass') yield ['passes', pass(id(index))];
  }
  const hashed = all.map((index) => [credentialHash(key, 'card', cardOf(index)), index]);
  hashed.sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [hash, index] of hashed) yield ['credentials', { ...credential(id(index)), hash }];
}

function contract(customer) {
  return { id: `k-${customer}`, customer, team: null, plan: 'resident', from: '2026-01-01', to: null, frozen: [] };
}

function pass(customer) {
  const unused = { remainingMinutes: null, usedOn: null, usedBy: null, validFrom: null, expires: null };
  const createdAt = Date.UTC(2026, 0, 1);
  return { id: `p-${customer}`, timePass: 'day', customer, team: null, source: 'sold', ...unused, createdAt };
}

function credential(customer) {
  const always = { validFrom: null, expires: null, extendedUnlock: false, duress: false };
  return { id: `c-${customer}`, type: 'card', customer, status: 'active', ...always };
}
