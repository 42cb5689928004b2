// Two or three days at a generated site: taps close together and far apart, commands, newer replicas, restarts.

import type { Contract, Credential, Mode, Pass, Replica, ScenarioFile, Step } from './document.ts';
import { type Day, type GenerateOptions, limitsFor, people, unlockSchedules } from './generate.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const inThePast = '1970-01-01T00:00:10.000Z';

export function stepsOf(day: Day, config: ScenarioFile['config'], first: Replica, options: GenerateOptions): Step[] {
  const { dice } = day;
  const steps: Step[] = [];
  const taps: Tap[] = [];
  let replica = first;
  let at = day.startMs;
  const unit = dice.chance(60) ? minute : second;
  const tapPeople = dice.chance(50) ? [dice.pick(people)] : people;
  const count = 5 + dice.number(10);
  const commands = options.modes ? (dice.chance(30) ? 20 : 2) : 0;
  const doubts = options.clocks && dice.chance(12) ? 25 : 0;
  let believed = true;
  for (let index = 0; index < count; index++) {
    at += gap(day, unit);
    const text = new Date(at).toISOString();
    if (dice.chance(doubts)) {
      believed = !believed;
      // A clock that nobody sets goes on as it is, or begins anew in 1970; one that is set again is right.
      const set = believed ? text : dice.pick([text, inThePast, inThePast, new Date(at + 40 * hour).toISOString()]);
      steps.push({ at: text, clock: { set, synchronised: believed } });
      continue;
    }
    if (dice.chance(commands)) steps.push({ at: text, command: command(day, config, at) });
    else if (dice.chance(4)) {
      replica = newer(day, replica, options);
      steps.push({ at: text, replica });
    } else if (dice.chance(3)) steps.push({ at: text, restart: dice.pick(['crash', 'clean']) });
    else {
      const present = tap(day, config, replica, tapPeople, taps);
      taps.push(present);
      steps.push({ at: text, present });
      if (!dice.chance(8)) continue;
      // And once more, at about the end of the time in which that is no new tap, or in which it is no way out yet.
      at += dice.pick([3, 10, 11, 59, 60, 61]) * second;
      steps.push({ at: new Date(at).toISOString(), present });
    }
  }
  // Time goes on to where everything has been closed.
  return [...steps, { at: new Date(at + 50 * hour).toISOString() }];
}

/** Until the next tap: a few seconds, minutes, hours, or up to the cut-off of a night. */
function gap({ dice }: Day, unit: number): number {
  const kind = dice.number(10);
  if (kind === 0 && unit === second) return dice.pick([3, 10, 11, 59, 60]) * second;
  if (kind <= 2) return dice.pick([1, 2, 5, 10]) * minute + (unit === second ? dice.number(60) * second : 0);
  if (kind <= 4) return dice.pick([15, 30, 45, 60]) * minute;
  if (kind <= 8) return (1 + dice.number(5)) * hour + dice.number(4) * 15 * minute + dice.number(60) * unit;
  return (6 + dice.number(12)) * hour;
}

type Tap = NonNullable<Step['present']>;

/** Mostly somebody who goes in, and then out again where they went in. */
function tap(
  day: Day,
  config: ScenarioFile['config'],
  replica: Replica,
  who: readonly string[],
  before: readonly Tap[],
): Tap {
  const { dice } = day;
  const all = replica.credentials ?? [];
  const own = all.filter(({ customer }) => customer !== undefined && who.includes(customer));
  const guests = all.filter(({ customer }) => customer === undefined);
  const odds = dice.number(100);
  const { type, value } = odds < (guests.length > 1 ? 25 : 5) ? dice.pick(guests) : dice.pick(own);
  // A card's number as another reader writes it.
  const written = type === 'card' && dice.chance(15) ? (value.toLowerCase().match(/../g) ?? []).join(':') : value;
  const credential = odds >= 98 ? 'card:DEADBEEF' : `${type}:${written}`;
  const last = before.findLast((one) => one.credential === credential)?.reader;
  return { reader: readerFor(day, config, last).id, credential };
}

/** Mostly at the first space's entrance. */
function readerFor({ dice }: Day, { readers }: ScenarioFile['config'], last: string | undefined) {
  const before = readers.find(({ id }) => id === last);
  const isIn = before?.direction === 'in';
  const next = readers.filter(
    ({ accessPoint, direction }) =>
      direction !== (isIn ? 'in' : 'out') && accessPoint === (isIn ? before.accessPoint : 'p1'),
  );
  if (next.length > 0 && dice.chance(60)) return dice.pick(next);
  return dice.chance(50) ? dice.pick(readers.filter(({ accessPoint }) => accessPoint === 'p1')) : dice.pick(readers);
}

/** Modes, some of them until an hour or minute to come; releases; for a door, or for all of a space. */
function command({ dice }: Day, config: ScenarioFile['config'], at: number): NonNullable<Step['command']> {
  const where = dice.chance(70)
    ? { accessPoint: dice.chance(60) ? 'p1' : dice.pick(config.accessPoints).id }
    : { space: dice.chance(80) ? 's1' : dice.pick(['s2', 'elsewhere']) };
  const target = { ...where, by: dice.pick(['office', 'office', 'sam']) };
  if (dice.chance(8)) return { type: dice.pick(['unlock', 'lock']), ...target };
  const mode: Mode = dice.pick(['controlled', 'controlled', 'unlocked', 'unlocked', 'locked', 'lockdown']);
  const takesUntil = mode === 'unlocked' || mode === 'locked';
  if (!dice.chance(takesUntil ? 50 : 10)) return { type: 'mode', mode, ...target };
  const until = new Date(at + dice.pick([-1, 1, 5, 30, 90, 240, 600, 1500]) * minute).toISOString();
  return { type: 'mode', mode, ...target, until };
}

/** A newer revision in which one thing has changed. */
function newer(day: Day, before: Replica, { planLimits, modes }: GenerateOptions): Replica {
  const { dice } = day;
  const replica = { ...before, revision: before.revision + 1 };
  const [one] = dice.some(before.passes ?? [], 40);
  switch (dice.number(11)) {
    case 0:
      return { ...replica, passes: (before.passes ?? []).filter((pass) => pass !== one) };
    case 1:
      return { ...replica, passes: [...(before.passes ?? []), ...(one === undefined ? [] : [another(one, before)])] };
    case 2: {
      const id = dice.pick(people);
      const disabled = (customer: { id: string }) => (customer.id === id ? { ...customer, disabled: true } : customer);
      return { ...replica, customers: (before.customers ?? []).map(disabled) };
    }
    case 3: {
      const id = dice.pick(people);
      const block = (credential: Credential): Credential =>
        credential.customer === id ? { ...credential, status: 'blocked' } : credential;
      return { ...replica, credentials: (before.credentials ?? []).map(block) };
    }
    case 4: {
      const [timePass] = dice.some(before.timePasses ?? [], 40);
      if (timePass === undefined) return replica;
      const id = `made${replica.revision}`;
      const pass: Pass = { id, timePass: id, customer: dice.pick(people), source: 'sold' };
      const timePasses = [...(before.timePasses ?? []), { ...timePass, id }];
      return { ...replica, timePasses, passes: [...(before.passes ?? []), pass] };
    }
    case 6:
      return { ...replica, unlockSchedules: modes && dice.chance(70) ? unlockSchedules(dice) : [] };
    case 7: {
      const approval = dice.pick(['approved', 'held', 'rejected'] as const);
      return { ...replica, visitors: (before.visitors ?? []).map((visitor) => ({ ...visitor, approval })) };
    }
    case 8: {
      const [first] = (before.contracts ?? []).filter(({ from }) => from <= day.date);
      const ended = (contract: Contract): Contract => (contract === first ? { ...contract, to: day.date } : contract);
      return { ...replica, contracts: (before.contracts ?? []).map(ended) };
    }
    case 9:
      return { ...replica, bookings: (before.bookings ?? []).map((one) => ({ ...one, status: 'cancelled' })) };
    case 5: {
      const plans = (before.plans ?? []).map((plan) => (planLimits ? { ...plan, limits: limitsFor(dice) } : plan));
      return { ...replica, plans };
    }
    default:
      return { ...replica, timePasses: (before.timePasses ?? []).map((pass) => ({ ...pass, price: '9.99' })) };
  }
}

function another(pass: Pass, { revision }: Replica): Pass {
  return { ...pass, id: `new${revision}`, usedOn: null, usedBy: null };
}
