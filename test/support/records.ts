// Records of a replica as plain objects: what a test says about them, and for the rest what they are where nothing is said
// (interfaces.md section 3). Written by hand, not by the parser: it is held against them.

import type { Contract, Pass, Plan, Slot, Space, TimePass, Weekday } from '../../access/model.ts';

export const everyDay: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export function slot(from: string, to: string, days: readonly Weekday[] = everyDay): Slot {
  return { days, from, to };
}

export function space(with_: Partial<Space> = {}): Space {
  return {
    id: 'berlin',
    name: 'Berlin',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    dailyCutOff: '00:00',
    checkInRequiresPass: true,
    passOrder: 'classic',
    openingHours: [],
    closures: [],
    payAsYouGo: { members: false, contacts: false },
    ...with_,
  };
}

export function timePass(id: string, with_: Partial<TimePass> = {}): TimePass {
  return {
    id,
    name: id,
    price: '20.00',
    currency: 'EUR',
    taxRate: '0',
    account: null,
    minutesIncluded: null,
    validIn: [],
    countsTowardsPlanLimits: false,
    onSale: false,
    soldWhole: false,
    availability: [],
    specialPrices: [],
    priority: 'normal',
    onlyForPlans: [],
    onlyFor: null,
    ...with_,
  };
}

export function pass(id: string, of: string, with_: Partial<Pass> = {}): Pass {
  return {
    id,
    timePass: of,
    customer: with_.team == null ? 'ana' : null,
    team: null,
    source: 'sold',
    remainingMinutes: null,
    usedOn: null,
    usedBy: null,
    validFrom: null,
    expires: null,
    createdAt: null,
    ...with_,
  };
}

export function plan(id: string, with_: Partial<Plan> = {}): Plan {
  const limits = { daysPerWeek: null, daysPerMonth: null, minutesPerWeek: null, minutesPerMonth: null };
  return { id, name: id, usesTimePasses: true, allHours: false, limits, ...with_ };
}

export function contract(of: string, with_: Partial<Contract> = {}): Contract {
  return { id: `k-${of}`, customer: 'ana', team: null, plan: of, from: '2026-01-01', to: null, frozen: [], ...with_ };
}
