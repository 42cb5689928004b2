// A small site for the site rules (rules.md C6a): four customers, a member of staff and a visitor, one or more doors; a few
// taps on one morning, and what the doors answered.

import { parseScenario } from '../../config/load.ts';
import { printedBy } from './scenario-run.ts';

/** `[time of day, reader, credential]`, or any other step of a scenario without its day. */
export type Step =
  | readonly [time: string, reader: string, credential: string]
  | (Readonly<Record<string, unknown>> & { readonly at: string });

export interface World {
  /** Keys of the door `main`. */
  readonly main?: Readonly<Record<string, unknown>>;
  /** Further doors by id, each with readers `ID-in` and `ID-out`. */
  readonly doors?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Further keys of the config. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly replica?: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
}

export interface Line {
  readonly type?: string;
  readonly accessPoint?: string;
  readonly output?: string;
  readonly state?: string;
  readonly time?: string;
  readonly at?: string;
  readonly data?: {
    readonly reason?: string;
    readonly holder?: { readonly id: string };
    readonly [key: string]: unknown;
  };
}

export const cards = {
  ana: 'card:04A1',
  ben: 'card:04B1',
  cleo: 'card:04C1',
  dan: 'card:04D1',
  sam: 'card:0411',
  vic: 'card:0412',
};
export const pins = { ana: 'pin:1111', ben: 'pin:2222', duress: 'pin:1119', wrong: 'pin:9999' };

const members = ['ana', 'ben', 'cleo'];

/** Ana, Ben and Cleo are members who need no pass, Dan has nothing; Sam is staff, Vic a visitor expected at ten. */
export const replica = {
  format: 'cardea-replica/1',
  site: 'berlin',
  revision: 1,
  spaces: [{ id: 'berlin', timeZone: 'Europe/Berlin', currency: 'EUR' }],
  plans: [{ id: 'flex', usesTimePasses: false }],
  customers: [...members, 'dan'].map((id) => ({ id, registeredWith: ['berlin'] })),
  contracts: members.map((customer) => ({ id: `k-${customer}`, customer, plan: 'flex', from: '2026-01-01', to: null })),
  credentials: [
    { id: 'c-ana', type: 'card', value: '04A1', customer: 'ana' },
    { id: 'c-ben', type: 'card', value: '04B1', customer: 'ben' },
    { id: 'c-cleo', type: 'card', value: '04C1', customer: 'cleo' },
    { id: 'c-dan', type: 'card', value: '04D1', customer: 'dan' },
    { id: 'p-ana', type: 'pin', value: '1111', customer: 'ana' },
    { id: 'p-duress', type: 'pin', value: '1119', customer: 'ana', duress: true },
    { id: 'p-ben', type: 'pin', value: '2222', customer: 'ben' },
    { id: 'c-sam', type: 'card', value: '0411' },
    { id: 'c-vic', type: 'card', value: '0412' },
  ],
  staff: [{ id: 'sam', name: 'Sam', credentials: ['c-sam'] }],
  visitors: [
    {
      id: 'vic',
      name: 'Vic',
      host: 'ana',
      space: 'berlin',
      expected: '2026-03-02T09:00:00Z',
      approval: 'approved',
      credential: 'c-vic',
    },
  ],
};

function door(id: string, more: Readonly<Record<string, unknown>>) {
  const simulated = { driver: 'simulated' };
  return {
    id,
    space: 'berlin',
    kind: 'entrance',
    lock: { ...simulated, unlockTime: '5s' },
    contact: simulated,
    requestToExit: simulated,
    ...more,
  };
}

function readersOf(accessPoint: string, prefix: string) {
  return (['in', 'out'] as const).map((direction) => ({
    id: `${prefix}${direction}`,
    driver: 'simulated',
    accessPoint,
    direction,
  }));
}

export function scenarioOf({ main = {}, doors = {}, config = {}, replica: other = {}, steps }: World): unknown {
  const others = Object.entries(doors);
  return {
    name: 'site rules',
    config: {
      site: 'berlin',
      controller: 'c1',
      accessPoints: [door('main', main), ...others.map(([id, more]) => door(id, more))],
      readers: [...readersOf('main', ''), ...others.flatMap(([id]) => readersOf(id, `${id}-`))],
      ...config,
    },
    replica: { ...replica, ...other },
    steps: steps.map(stepOf),
  };
}

function stepOf(step: Step): unknown {
  if (!isTap(step)) return { ...step, at: instant(step.at) };
  const [time, reader, credential] = step;
  return { at: instant(time), present: { reader, credential } };
}

export function isTap(step: Step): step is readonly [string, string, string] {
  return Array.isArray(step);
}

/** `09:00:05` is that time of 2 March; `+09:00:05` of the day after. */
function instant(time: string): string {
  const day = time.startsWith('+') ? '03' : '02';
  return `2026-03-${day}T${time.replace('+', '')}+01:00`;
}

export function linesOf(world: World): Line[] {
  return printedBy(parseScenario(JSON.stringify(scenarioOf(world)), 'site-rules.json').scenario).map((line) =>
    JSON.parse(line),
  );
}

/** What each tap was answered: `ana plan`, `ben DENY pin-required`, `- DENY unknown-credential`; a repeat is `again`. */
export function answersOf(world: World): string[] {
  return linesOf(world).flatMap(({ type, data }) => {
    const who = data?.holder?.id ?? '-';
    if (type === 'access.granted') return [`${who} ${data?.reason}`];
    if (type === 'access.denied') return [`${who} DENY ${data?.reason}`];
    return type === 'access.repeated' ? [`${who} again`] : [];
  });
}
