// A day at a door as one line a tap, and what is recorded of it as short words: for tests that read like the tables.

import { foundIn } from '../oracle/compare.ts';
import type { Replica, ScenarioFile, Step } from '../oracle/document.ts';
import type { Line } from '../oracle/state.ts';

const offset = '+01:00';

/** Of the journal of every flow. */
export const flowEpoch = 'flow';

/** Space s1 (Berlin, door main with in, out and both, room inside) and s2 (door other); ana holds a card and a code. */
export interface Flow {
  readonly replica?: Partial<Replica>;
  readonly space?: Partial<Replica['spaces'][number]>;
  readonly main?: Partial<ScenarioFile['config']['accessPoints'][number]>;
  /** As `09:00 in`, `09:00:30 out vic`, `+1 00:30 out` (the next day); who is left out is ana. */
  readonly taps: readonly (string | { readonly at: string; readonly replica: Partial<Replica> })[];
  /** Only these kinds of words, by how they begin. */
  readonly only?: readonly string[];
}

const lock = { driver: 'simulated', unlockTime: '5s' };

function base({ space, replica }: Flow, more: Partial<Replica> = {}): Replica {
  const berlin = { id: 's1', timeZone: 'Europe/Berlin', currency: 'EUR', ...space };
  const who = ['ana', 'ben'];
  const visits = { ...replica, ...more };
  const codes = [...who, ...(visits.visitors ?? []).map(({ id }) => id), ...(visits.staff ?? []).map(({ id }) => id)];
  const credentials = codes.map((id) => ({
    id: `c-${id}`,
    type: 'qr',
    value: id,
    ...(who.includes(id) ? { customer: id } : {}),
  }));
  return {
    format: 'cardea-replica/1',
    site: 'site',
    revision: 1,
    spaces: [berlin, { id: 's2', timeZone: 'Europe/Berlin', currency: 'EUR' }],
    customers: who.map((id) => ({ id, registeredWith: ['s1', 's2'], teams: ['lab'] })),
    teams: [{ id: 'lab', sharesPasses: true }],
    credentials,
    ...visits,
  };
}

function configOf({ main }: Flow): ScenarioFile['config'] {
  const reader = (id: string, accessPoint: string, direction: 'in' | 'out' | 'toggle') =>
    ({ id, driver: 'simulated', accessPoint, direction }) as const;
  return {
    site: 'site',
    controller: 'c1',
    epoch: flowEpoch,
    accessPoints: [
      { id: 'main', space: 's1', kind: 'entrance', lock, ...main },
      { id: 'other', space: 's2', kind: 'entrance', lock },
      { id: 'room', space: 's1', kind: 'interior', lock },
    ],
    readers: [
      reader('in', 'main', 'in'),
      reader('out', 'main', 'out'),
      reader('both', 'main', 'toggle'),
      reader('other', 'other', 'in'),
      reader('away', 'other', 'out'),
      reader('room', 'room', 'in'),
      reader('room-both', 'room', 'toggle'),
      reader('room-out', 'room', 'out'),
    ],
  };
}

function instantOf(time: string): string {
  const later = /^\+(\d+) /.exec(time)?.[1] ?? '0';
  const clock = time.replace(/^\+\d+ /, '');
  const day = new Date(Date.UTC(2026, 2, 2 + Number(later))).toISOString().slice(0, 10);
  return `${day}T${clock.length === 5 ? `${clock}:00` : clock}${offset}`;
}

function stepsOf(flow: Flow): Step[] {
  let revision = 1;
  const steps = flow.taps.map((tap): Step => {
    if (typeof tap !== 'string') {
      revision += 1;
      return { at: instantOf(tap.at), replica: { ...base(flow, tap.replica), revision } };
    }
    const [, time = '', reader = '', who = 'ana'] = /^((?:\+\d+ )?\S+) (\S+)(?: (\S+))?$/.exec(tap) ?? [];
    if (reader === '-') return { at: instantOf(time) };
    return { at: instantOf(time), present: { reader, credential: `qr:${who}` } };
  });
  return steps;
}

/** What is recorded, in order. */
export function flow(story: Flow): string[] {
  const file = { name: 'flow', config: configOf(story), replica: base(story), steps: stepsOf(story) };
  const words = foundIn(file).flatMap(wordOf);
  return words.filter((word) => story.only === undefined || story.only.some((start) => word.startsWith(start)));
}

function clockOf(value: unknown): string {
  return new Date(Date.parse(String(value)) + 3_600_000).toISOString().slice(11, 16);
}

/** One record as a word, or nothing where it is of no visit. */
function wordOf({ type, time, data }: Line): string[] {
  switch (type) {
    case 'access.granted':
      return [`+${data.reason}`];
    case 'access.denied':
      return [`-${data.reason}`];
    case 'access.repeated':
      return [`again ${data.reason}`];
    case 'checkin.recorded':
      return [
        `in ${data.coverage === 'pass' ? (data.pass ?? 'proposed') : data.coverage}${data.source === 'door' ? ' (door)' : ''}`,
      ];
    case 'checkin.rejected':
      return [`rejected ${data.reason}`];
    case 'checkout.recorded':
      return [checkoutOf(data)];
    case 'checkout.orphan':
      return ['orphan'];
    case 'pass.used':
      return [`used ${data.pass} ${String(data.businessDay).slice(5)}`];
    case 'coverage.exhausted':
      return [`empty ${data.pass} ${clockOf(time)}`];
    case 'charge.proposed': {
      const special = data.price === 'special' ? ' special' : '';
      return [`charge ${data.timePass} ${data.amount} ${clockOf(data.from)}-${clockOf(data.to)}${special}`];
    }
    case 'visitor.arrived':
    case 'visitor.departed':
    case 'visitor.refused':
    case 'credential.alarm':
      return [type];
    default:
      return [];
  }
}

function checkoutOf(data: Line['data']): string {
  const usage = data.usage as readonly { pass: string; minutes?: number }[];
  const used = usage.map(({ pass, minutes }) => ` ${pass}${minutes === undefined ? '' : `=${minutes}`}`).join('');
  const open = data.uncoveredMinutes === 0 ? '' : ` uncovered ${data.uncoveredMinutes}`;
  const isOwed = data.invoiced === true ? '' : ' not invoiced';
  return `out ${clockOf(data.from)}-${clockOf(data.to)}${data.auto === true ? ' auto' : ''}${used}${open}${isOwed}`;
}
