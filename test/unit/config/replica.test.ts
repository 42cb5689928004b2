// The replica document: its defaults, every fault at its place, and values of credentials that are never repeated.

import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseReplicaDocument } from '../../../config/load.ts';
import { contract, pass, plan, space as spaceRecord, timePass } from '../../support/records.ts';

const base = { format: 'cardea-replica/1', site: 's', revision: 1 };
const space = { id: 'berlin', timeZone: 'Europe/Berlin', currency: 'EUR' };
const day = { id: 'day', price: '20.00', currency: 'EUR' };

function read(records: object) {
  return parseReplicaDocument(JSON.stringify({ ...base, ...records }), 'r.json');
}

describe('a replica document', () => {
  it('fills in every default of the interfaces', () => {
    const { document, warnings } = read({
      spaces: [space],
      plans: [{ id: 'flex' }],
      timePasses: [day],
      teams: [{ id: 'acme' }],
      staff: [{ id: 'sam' }],
      resources: [{ id: 'room' }],
      accessRules: [{ accessPoint: 'door' }],
      unlockSchedules: [{ accessPoint: 'door', days: ['mon'], from: '09:00', to: '00:00' }],
      customers: [{ id: 'ana' }],
      contracts: [{ id: 'k', team: 'acme', plan: 'flex', from: '2026-01-01' }],
      passes: [{ id: 'p', timePass: 'day', customer: 'ana', source: 'sold' }],
      credentials: [
        { id: 'c', type: 'card', value: '04:a1:b2', customer: 'ana', expires: '2026-12-31T23:00:00+01:00' },
      ],
      bookings: [
        { id: 'b', resource: 'room', customer: 'ana', from: '2026-03-02T09:00:00Z', to: '2026-03-02T10:00:00Z' },
      ],
      visitors: [{ id: 'v', space: 'berlin', expected: '2026-03-02T09:00:00Z' }],
    });
    expect(warnings).toEqual([]);
    expect(document.site).toBe('s');
    expect(document.revision).toBe(1);
    const { records } = document;
    expect(records.spaces).toEqual([spaceRecord({ ...space, name: 'berlin' })]);
    expect(records.plans).toEqual([plan('flex')]);
    expect(records.timePasses).toEqual([timePass('day', day)]);
    expect(records.teams).toEqual([{ id: 'acme', name: 'acme', sharesPasses: false }]);
    expect(records.staff).toEqual([{ id: 'sam', name: 'sam', credentials: [] }]);
    expect(records.resources).toEqual([{ id: 'room', name: 'room', accessPoints: [] }]);
    const allow = { plans: [], teams: [], customers: [], timePasses: [] };
    expect(records.accessRules).toEqual([{ accessPoint: 'door', allow, schedule: null }]);
    expect(records.unlockSchedules).toEqual([
      { accessPoint: 'door', days: ['mon'], from: '09:00', to: '00:00', afterFirstEntry: false },
    ]);
    expect(records.customers).toEqual([{ id: 'ana', name: 'ana', registeredWith: [], teams: [], disabled: false }]);
    expect(records.contracts).toEqual([contract('flex', { id: 'k', customer: null, team: 'acme' })]);
    expect(records.passes).toEqual([pass('p', 'day')]);
    expect(records.credentials).toEqual([
      {
        id: 'c',
        type: 'card',
        value: '04A1B2',
        customer: 'ana',
        status: 'active',
        validFrom: null,
        expires: Date.UTC(2026, 11, 31, 22),
        extendedUnlock: false,
        duress: false,
      },
    ]);
    expect(records.bookings[0]).toMatchObject({ from: Date.UTC(2026, 2, 2, 9), status: 'confirmed' });
    expect(records.visitors).toEqual([
      {
        id: 'v',
        name: 'v',
        host: null,
        space: 'berlin',
        expected: Date.UTC(2026, 2, 2, 9),
        approval: 'not-required',
        credential: null,
      },
    ]);
    expect([records.includes, records.badgeKeys, records.revokedBadges, records.planUsage]).toEqual([[], [], [], []]);
  });

  it('accepts legal references to spaces that it does not list', () => {
    const { warnings } = read({
      timePasses: [{ ...day, validIn: ['london'] }],
      customers: [{ id: 'ana', registeredWith: ['london'] }],
    });
    expect(warnings).toEqual([]);
  });

  it('accepts one card for several visitors after each other, and a badge key', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const visitor = { space: 'berlin', expected: '2026-03-02T09:00:00Z', credential: 'c' };
    const { document, warnings } = read({
      spaces: [space],
      credentials: [{ id: 'c', type: 'qr', value: 'guest' }],
      visitors: [
        { id: 'v1', ...visitor },
        { id: 'v2', ...visitor },
      ],
      badgeKeys: [key],
    });
    expect([warnings, document.records.badgeKeys]).toEqual([[], [key]]);
  });
});
