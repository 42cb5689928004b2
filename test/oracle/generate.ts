// Small, nasty sites: few ids, so that everything collides; zones on the days when their clocks change; cut-offs inside gaps.

import { Dice } from './dice.ts';
import type {
  AccessRule,
  Booking,
  Contract,
  Credential,
  Customer,
  Pass,
  Plan,
  Replica,
  ScenarioFile,
  Slot,
  Space,
  TimePass,
  UnlockSchedule,
  Visitor,
} from './document.ts';
import { stepsOf } from './generate-steps.ts';

export interface GenerateOptions {
  /** Plans that limit days and minutes. */
  readonly planLimits: boolean;
  /** Doors that a command or a schedule holds open, locks or puts in lockdown. */
  readonly modes: boolean;
  /** Clocks that are not to be believed. */
  readonly clocks: boolean;
}

export const everything: GenerateOptions = { planLimits: true, modes: true, clocks: true };

/** Dates on which something happens in a zone, and one on which nothing does. */
const settings = [
  { zone: 'Europe/Berlin', dates: ['2026-03-02', '2026-03-28', '2026-10-24'], cutOffs: ['00:00', '03:00', '02:30'] },
  { zone: 'Africa/Cairo', dates: ['2026-03-31', '2026-04-23', '2026-10-29'], cutOffs: ['00:00', '03:00', '00:30'] },
  { zone: 'America/Havana', dates: ['2026-05-31', '2026-03-07', '2026-10-31'], cutOffs: ['00:00', '03:00', '00:30'] },
  {
    zone: 'Australia/Lord_Howe',
    dates: ['2026-04-03', '2026-04-04', '2026-10-03'],
    cutOffs: ['00:00', '01:45', '02:15'],
  },
  { zone: 'Asia/Kathmandu', dates: ['2026-03-30', '2026-05-03', '2026-10-04'], cutOffs: ['00:00', '04:45', '23:30'] },
  { zone: 'UTC', dates: ['2026-03-01', '2026-12-31', '2026-02-28'], cutOffs: ['00:00', '03:00', '12:00'] },
];

const allDays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const hours = [
  ['09:00', '14:00'],
  ['14:00', '18:00'],
  ['22:00', '02:00'],
  ['00:00', '12:00'],
  ['12:00', '00:00'],
  ['02:15', '03:15'],
  ['08:00', '08:00'],
] as const;

export const people = ['ana', 'ben', 'cem'];
const plans = ['flex', 'free'];
const spaces = ['s1', 's2'];
const points = ['p1', 'p2', 'room'];

export interface Day {
  readonly dice: Dice;
  /** The instant from which the steps go on: the morning, in UTC, of the first day. */
  readonly startMs: number;
  readonly date: string;
}

export function generate(seed: number, options = everything): ScenarioFile {
  const dice = new Dice(seed);
  const main = dice.pick(settings);
  const date = dice.pick(main.dates);
  const day: Day = { dice, date, startMs: Date.parse(`${date}T00:00:00Z`) + dice.number(24) * 3_600_000 };
  const replica = sharing(new Dice(seed + 1_000_003), replicaFor(day, main, options));
  const config = configFor(dice);
  return { name: `generated ${seed}`, config, replica, steps: stepsOf(day, config, replica, options) };
}

/** In some sites all are of the team, and it has minutes that they come to at their check-in or later in their stays. */
function sharing(dice: Dice, replica: Replica): Replica {
  if (!dice.chance(30)) return replica;
  const plain: TimePass = {
    id: 'tlab',
    price: '6.00',
    currency: 'EUR',
    minutesIncluded: 60,
    validIn: dice.pick([['s1'], ['s1', 's2'], []]),
    availability: slots(dice, 25),
  };
  const timePasses = [...(replica.timePasses ?? []), plain];
  const minutes = timePasses.filter((one) => typeof one.minutesIncluded === 'number');
  const shared = dice.list(1, 2, (index): Pass => {
    const remainingMinutes = dice.pick([30, 60, 90, 240, 600]);
    const timePass = dice.chance(60) ? plain : dice.pick(minutes);
    return { id: `lab${index}`, timePass: timePass.id, team: 'lab', source: 'sold', remainingMinutes };
  });
  return {
    ...replica,
    timePasses,
    teams: [{ id: 'lab', sharesPasses: true }],
    customers: (replica.customers ?? []).map((one) => ({ ...one, teams: ['lab'] })),
    passes: [...(replica.passes ?? []), ...shared],
  };
}

function slot(dice: Dice): Slot {
  const [from, to] = dice.pick(hours);
  return { days: dice.chance(70) ? allDays : dice.some(allDays, 60), from, to };
}

/** At least one day, or the slot would never be. */
function slots(dice: Dice, percent: number): Slot[] {
  if (!dice.chance(percent)) return [];
  return dice.list(1, 2, () => slot(dice)).filter(({ days }) => days.length > 0);
}

function shift(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** A date near the day. */
const near = ({ dice, date }: Day, least: number, most: number): string =>
  shift(date, least + dice.number(most - least + 1));

/** An instant near the day, on a whole hour or a minute within. */
function instant({ dice, startMs }: Day, leastHours: number, mostHours: number): string {
  const minutes = dice.chance(60) ? 0 : dice.pick([7, 15, 59]);
  const hour = leastHours + dice.number(mostHours - leastHours + 1);
  return new Date(startMs + hour * 3_600_000 + minutes * 60_000).toISOString();
}

function replicaFor(day: Day, main: (typeof settings)[number], options: GenerateOptions): Replica {
  const { dice } = day;
  const visitors = dice.chance(40) ? dice.list(1, 2, (index) => visitor(day, index === 0 ? 'vic' : 'val')) : [];
  const timePasses = dice.list(2, 5, (index) => timePass(dice, `t${index}`));
  return {
    format: 'cardea-replica/1',
    site: 'site',
    revision: 1,
    spaces: spaces.map((id) => space(day, id, id === 's1' || dice.chance(50) ? main : dice.pick(settings))),
    plans: plans.map((id) => plan(dice, id, options)),
    timePasses,
    teams: [{ id: 'lab', sharesPasses: !dice.chance(15) }],
    customers: people.map((id) => customer(dice, id)),
    contracts: dice.list(0, 4, (index) => contract(day, index)),
    passes: dice.list(0, 7, (index) => pass(day, index, timePasses)),
    credentials: credentials(day, visitors),
    staff: [{ id: 'sam', credentials: ['c-sam'] }],
    visitors,
    resources: [{ id: 'desk', accessPoints: dice.some(points, 60) }],
    bookings: dice.chance(45) ? dice.list(1, 2, (index) => booking(day, index)) : [],
    accessRules: dice.chance(20) ? dice.list(1, 2, () => rule(dice)) : [],
    unlockSchedules: options.modes && dice.chance(25) ? unlockSchedules(dice) : [],
    planUsage: options.planLimits ? usage(day) : [],
  };
}

export function unlockSchedules(dice: Dice): UnlockSchedule[] {
  return slots(dice, 100).map((one) => ({
    accessPoint: dice.chance(60) ? 'p1' : dice.pick(points),
    ...one,
    ...(dice.chance(45) ? { afterFirstEntry: true } : {}),
  }));
}

function space(day: Day, id: string, { zone, cutOffs }: (typeof settings)[number]): Space {
  const { dice } = day;
  return {
    id,
    timeZone: zone,
    currency: dice.chance(90) ? 'EUR' : 'JPY',
    dailyCutOff: dice.pick(cutOffs),
    checkInRequiresPass: !dice.chance(8),
    passOrder: dice.chance(65) ? 'classic' : 'priority',
    openingHours: slots(dice, 12),
    closures: dice.chance(12) ? [{ from: near(day, -1, 2), to: near(day, 2, 3) }] : [],
    payAsYouGo: { members: dice.chance(40), contacts: dice.chance(25) },
  };
}

function plan(dice: Dice, id: string, options: GenerateOptions): Plan {
  const limits = options.planLimits && dice.chance(60) ? { limits: limitsFor(dice) } : {};
  return { id, usesTimePasses: id !== 'free', allHours: dice.chance(25), ...limits };
}

export function limitsFor(dice: Dice): NonNullable<Plan['limits']> {
  return {
    ...(dice.chance(50) ? { daysPerWeek: 1 + dice.number(3) } : {}),
    ...(dice.chance(30) ? { daysPerMonth: 1 + dice.number(4) } : {}),
    ...(dice.chance(40) ? { minutesPerWeek: dice.pick([60, 200, 600]) } : {}),
    ...(dice.chance(20) ? { minutesPerMonth: dice.pick([120, 700]) } : {}),
  };
}

function usage(day: Day): NonNullable<Replica['planUsage']> {
  const days = day.dice.list(0, 3, () => ({
    customer: day.dice.pick(people),
    day: near(day, -8, 0),
    minutes: day.dice.pick([30, 60, 400]),
  }));
  return days.filter((one, index) => days.findIndex((o) => o.customer === one.customer && o.day === one.day) === index);
}

function timePass(dice: Dice, id: string): TimePass {
  const minutes = dice.chance(50) ? dice.pick([30, 60, 61, 240]) : null;
  return {
    id,
    price: dice.pick(['5.00', '20.00', '12', '0.99', '7.35', '100']),
    currency: dice.chance(92) ? 'EUR' : 'JPY',
    minutesIncluded: minutes,
    validIn: dice.chance(45) ? [] : dice.pick([['s1'], ['s2'], ['s1', 's2'], ['s1', 'elsewhere'], ['elsewhere']]),
    ...(dice.chance(75) ? { countsTowardsPlanLimits: true } : dice.some([{ countsTowardsPlanLimits: false }], 50)[0]),
    ...(dice.chance(50) ? { taxRate: dice.pick(['19', '7.7', '0']), account: dice.pick(['desks', 'rooms']) } : {}),
    onSale: dice.chance(55),
    soldWhole: minutes !== null && dice.chance(30),
    availability: slots(dice, 55),
    specialPrices: dice.chance(50)
      ? dice.some(plans, 80).map((one) => ({ plan: one, price: dice.pick(['3.00', '6.50', '25']) }))
      : [],
    priority: dice.pick(['normal', 'normal', 'high', 'low']),
    onlyForPlans: dice.chance(10) ? [dice.pick(plans)] : [],
    onlyFor: dice.chance(12) ? dice.pick(['members', 'contacts']) : null,
  };
}

function customer(dice: Dice, id: string): Customer {
  return {
    id,
    registeredWith: dice.chance(80) ? ['s1', ...dice.some(['s2'], 60)] : dice.some(['s2'], 50),
    teams: id === 'cem' ? [] : dice.some(['lab'], 60),
    disabled: dice.chance(4),
  };
}

function contract(day: Day, index: number): Contract {
  const { dice } = day;
  const holder = dice.chance(15) ? { team: 'lab' } : { customer: dice.pick(people) };
  const from = dice.chance(75) ? '2026-01-01' : near(day, 0, 2);
  const to = dice.chance(70) ? null : near(day, -1, 3);
  const frozen = dice.chance(20) ? [{ from: near(day, -1, 1), to: near(day, 1, 2) }] : [];
  return {
    id: `k${index}`,
    ...holder,
    plan: dice.chance(80) ? 'flex' : 'free',
    from,
    to: to !== null && to < from ? from : to,
    frozen,
  };
}

function pass(day: Day, index: number, timePasses: readonly TimePass[]): Pass {
  const { dice } = day;
  const timePass = dice.pick(timePasses);
  const isMinutes = typeof timePass.minutesIncluded === 'number';
  const holder = dice.chance(25) ? { team: 'lab' } : { customer: dice.pick(people) };
  const used = !isMinutes && dice.chance(15);
  return {
    id: `pass${index}`,
    timePass: timePass.id,
    ...holder,
    source: dice.pick(['plan', 'product', 'sold', 'sold', 'manual']),
    remainingMinutes: isMinutes ? dice.pick([0, 1, 30, 60, 60, 90, 240, 600]) : null,
    usedOn: used ? near(day, -1, 0) : null,
    usedBy: used ? (holder.customer ?? dice.pick(people)) : null,
    ...lifetime(day, 10, 20),
    createdAt: dice.chance(70) ? '2026-01-01T00:00:00Z' : '2025-06-01T00:00:00Z',
  };
}

/** A card each; of one person something else besides; of visitors a code. */
function credentials(day: Day, visitors: readonly Visitor[]): Credential[] {
  const { dice } = day;
  const state = () => ({
    status: dice.chance(94) ? ('active' as const) : dice.pick(['blocked', 'lost'] as const),
    ...lifetime(day, 4, 5),
  });
  const cards = people.map((id) => ({ id: `c-${id}`, type: 'card', value: cardOf(id), customer: id, ...state() }));
  const second = dice.pick([
    { type: 'qr', value: 'code-ana' },
    { type: 'pin', value: '4711' },
    { type: 'fob', value: '0012345678' },
    { type: 'wiegand', value: 'H10301:21:15890' },
  ]);
  const codes = visitors.map(({ id }) => ({ id: `c-${id}`, type: 'qr', value: `code-${id}`, ...state() }));
  return [
    ...cards,
    { id: 'q-ana', ...second, customer: 'ana', ...state() },
    { id: 'c-sam', type: 'card', value: cardOf('sam'), ...state() },
    ...codes,
  ];
}

/** A beginning or an end near the day, seldom. */
function lifetime(day: Day, begins: number, ends: number): { validFrom: string | null; expires: string | null } {
  if (day.dice.chance(begins)) return { validFrom: instant(day, 0, 24), expires: null };
  return { validFrom: null, expires: day.dice.chance(ends) ? instant(day, -2, 40) : null };
}

function cardOf(id: string): string {
  return `04${Buffer.from(id).toString('hex').toUpperCase()}`;
}

function visitor(day: Day, id: string): Visitor {
  const { dice } = day;
  return {
    id,
    host: dice.pick(people),
    space: dice.chance(70) ? 's1' : 's2',
    expected: instant(day, -1, dice.pick([4, 20])),
    approval: dice.chance(60) ? dice.pick(['approved', 'not-required']) : dice.pick(['requested', 'held', 'rejected']),
    credential: `c-${id}`,
  };
}

function booking(day: Day, index: number): Booking {
  const { dice } = day;
  const from = instant(day, -2, dice.pick([6, 30]));
  const to = new Date(Date.parse(from) + dice.pick([60, 120, 480]) * 60_000).toISOString();
  const status = dice.chance(75) ? 'confirmed' : dice.pick(['tentative', 'cancelled'] as const);
  return { id: `b${index}`, resource: 'desk', customer: dice.pick(people), from, to, status };
}

function rule(dice: Dice): AccessRule {
  return {
    accessPoint: dice.pick(points),
    allow: {
      plans: dice.some(plans, 40),
      teams: dice.some(['lab'], 30),
      customers: dice.some(people, 30),
      timePasses: dice.some(['t0', 't1', 't2'], 30),
    },
    schedule: dice.chance(25) ? slots(dice, 100) : null,
  };
}

function configFor(dice: Dice): ScenarioFile['config'] {
  const exit = () => (dice.chance(80) ? ('free' as const) : ('known' as const));
  const policy = () => (dice.chance(88) ? ('strict' as const) : ('open-and-flag' as const));
  const lock = { driver: 'simulated', unlockTime: '5s' };
  const accessPoints = [
    { id: 'p1', space: 's1', kind: 'entrance' as const, policy: policy(), exit: exit(), lock },
    { id: 'p2', space: 's2', kind: 'entrance' as const, policy: policy(), exit: exit(), lock },
    { id: 'room', space: 's1', kind: 'interior' as const, policy: policy(), exit: exit(), lock },
  ];
  const readers = ['p1', 'p2', 'room'].flatMap((accessPoint) => {
    const reader = (direction: 'in' | 'out' | 'toggle') =>
      ({ id: `${accessPoint}-${direction}`, driver: 'simulated', accessPoint, direction }) as const;
    if (dice.chance(20)) return [reader('toggle')];
    return [reader('in'), reader('out')];
  });
  const untrustedClock = dice.chance(70) ? ('invariant' as const) : dice.pick(['allow', 'deny'] as const);
  return { site: 'site', controller: 'c1', accessPoints, readers, rules: { untrustedClock } };
}
