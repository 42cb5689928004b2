// States of a site for tests of replicas: records of every kind out of a few that there can be, each in one of a few forms, so that
// from one state to the next some come, some go, some change, and some values go from one record to another.

import type { ReplicaDocument, WrittenCredential } from '../../config/types.ts';
import { contract, pass, plan, space, timePass } from './records.ts';

type Records = ReplicaDocument['records'];

/** Whole numbers from 0 on, in a sequence of its own for each seed. */
export function dice(seed: number): (sides: number) => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** @param people how many there can be; most of them are always there, so that no state is much smaller than another. */
export function siteState(seed: number, people = 12): Records {
  const roll = dice(seed);
  /** Of each kind most. */
  const some = <T>(count: number, make: (id: string, form: number) => T): T[] =>
    Array.from({ length: count }, (_, n) => ({ n, is: roll(8) > 0, form: roll(3) }))
      .filter(({ is }) => is)
      .map(({ n, form }) => make(String(n), form));
  const customers = Array.from({ length: people }, (_, n) => ({
    id: `c${n}`,
    name: `N${roll(3)}`,
    registeredWith: roll(2) > 0 ? ['riverside'] : [],
    teams: roll(3) > 0 ? ['t0'] : ['t1', 't2'],
    disabled: roll(6) === 0,
  }));
  return {
    spaces: some(2, (id, form) => space({ id: `s${id}`, dailyCutOff: `0${form}:00` })),
    plans: some(3, (id, form) => plan(`plan${id}`, { allHours: form === 1 })),
    timePasses: some(3, (id, form) => timePass(`day${id}`, { price: `${form}.00`, validIn: form > 0 ? ['s0'] : [] })),
    teams: some(3, (id, form) => ({ id: `t${id}`, name: `T${form}`, sharesPasses: form > 0 })),
    staff: some(3, (id, form) => ({ id: `staff${id}`, name: id, credentials: [`k${form}`, `k${form + 3}`] })),
    resources: some(3, (id, form) => ({ id: `r${id}`, name: id, accessPoints: [`door${form}`] })),
    accessRules: some(6, (id, form) => ({
      accessPoint: `door${Number(id) % 2}`,
      allow: { plans: [`plan${form}`], teams: [], customers: [], timePasses: [] },
      schedule: form === 0 ? null : [{ days: ['mon'], from: '10:00', to: '12:00' }],
    })),
    unlockSchedules: some(4, (id, form) => ({
      accessPoint: `door${Number(id) % 2}`,
      days: ['mon'],
      from: `0${form}:00`,
      to: '12:00',
      afterFirstEntry: form > 0,
    })),
    includes: some(2, (id, form) => ({ controller: 'front-desk', epoch: `e${id}`, through: form * 10 })),
    badgeKeys: some(2, (id, form) => `key-${id}-${form}`),
    revokedBadges: some(5, (id) => `badge-${id}`),
    customers,
    contracts: some(people, (id, form) => ({
      ...contract(`plan${form}`, form === 2 ? { customer: null, team: 't0' } : { customer: `c${id}` }),
      id: `contract${id}`,
      frozen: form === 1 ? [{ from: '2026-02-01', to: null }] : [],
    })),
    passes: some(people, (id, form) =>
      pass(`p${id}`, 'day0', form === 2 ? { team: 't0' } : { customer: `c${id}`, remainingMinutes: form * 30 }),
    ),
    credentials: credentials(roll, people),
    bookings: some(4, (id, form) => ({
      id: `b${id}`,
      resource: 'r0',
      customer: `c${form}`,
      from: form * 1000,
      to: form * 1000 + 500,
      status: 'confirmed',
    })),
    visitors: some(5, (id, form) => ({
      id: `v${id}`,
      name: id,
      host: form > 0 ? 'c0' : null,
      space: 's0',
      expected: 1000 * form,
      approval: 'approved',
      credential: form > 0 ? `k${form + 1}` : null,
    })),
    planUsage: some(6, (id, form) => ({
      customer: `c${Number(id) % 3}`,
      day: `2026-03-0${id}`.slice(0, 10),
      minutes: form,
    })).map((usage) => ({ ...usage, day: usage.day === '2026-03-00' ? '2026-03-09' : usage.day })),
  };
}

/** Values are dealt anew in some states: what was one card's is another's. */
function credentials(roll: (sides: number) => number, people: number): WrittenCredential[] {
  const turned = roll(3);
  return Array.from({ length: people }, (_, n) => ({
    id: `k${n}`,
    type: 'card',
    customer: roll(4) > 0 ? `c${n}` : null,
    status: roll(5) === 0 ? 'blocked' : 'active',
    validFrom: null,
    expires: roll(3) === 0 ? 99 : null,
    extendedUnlock: roll(4) === 0,
    duress: false,
    value: `04${String((n + turned) % people).padStart(6, '0')}`,
  }));
}
