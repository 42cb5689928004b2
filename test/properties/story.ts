// Generated sites and days as the properties need them, and what the program records of them.

import fc from 'fast-check';
import { foundIn } from '../oracle/compare.ts';
import type { Pass, Replica, ScenarioFile, Step } from '../oracle/document.ts';
import { generate } from '../oracle/generate.ts';
import type { Line } from '../oracle/state.ts';

export { foundIn };

const seeds = fc.integer({ min: 1_000_000, max: 2_000_000_000 });

/** Any generated site with its days; without newer replicas, so that what a property changes is the only change. */
export const stories: fc.Arbitrary<ScenarioFile> = seeds.map((seed) =>
  plain(generate(seed, { planLimits: false, modes: false, clocks: false })),
);

/** The same, with plans that limit and doors in all modes. */
export const fullStories: fc.Arbitrary<ScenarioFile> = seeds.map((seed) =>
  plain(generate(seed, { planLimits: true, modes: true, clocks: false })),
);

/** Generated sites where much happens: everybody may come in, most do, and stay for a while; most time passes are on sale. */
export const livelyStories: fc.Arbitrary<ScenarioFile> = stories.map(lively);

function lively(file: ScenarioFile): ScenarioFile {
  const { replica } = file;
  const names = (replica.customers ?? []).map(({ id }) => id);
  const readers = (['in', 'out'] as const).map((direction) => {
    return { id: direction, driver: 'simulated', accessPoint: 'p1', direction } as const;
  });
  // Two taps of one person after each other, now at the way in and then at the way out.
  const steps = file.steps.map((step, index) => {
    if (step.present === undefined) return step;
    const credential = (replica.credentials ?? []).find(
      ({ customer }) => customer === names[Math.floor(index / 2) % names.length],
    );
    return {
      ...step,
      present: { reader: index % 2 === 0 ? 'in' : 'out', credential: `${credential?.type}:${credential?.value}` },
    };
  });
  return { ...file, config: { ...file.config, readers }, steps, replica: opened(replica) };
}

function opened(replica: Replica): Replica {
  const names = (replica.customers ?? []).map(({ id }) => id);
  const pays = { members: true, contacts: true };
  return {
    ...replica,
    spaces: replica.spaces.map((space) => ({
      ...space,
      currency: 'EUR',
      openingHours: [],
      closures: [],
      payAsYouGo: pays,
    })),
    timePasses: (replica.timePasses ?? []).map((each, index) => ({
      ...each,
      currency: 'EUR',
      onSale: index !== 0,
      validIn: ['s1'],
    })),
    customers: (replica.customers ?? []).map((each) => ({ ...each, registeredWith: ['s1', 's2'], disabled: false })),
    // Everyone holds several, of different kinds.
    passes: (replica.passes ?? []).flatMap((pass) => names.map((customer) => heldBy(customer, pass))),
    credentials: (replica.credentials ?? []).map((each) => ({
      ...each,
      status: 'active',
      validFrom: null,
      expires: null,
    })),
    accessRules: [],
    bookings: [],
  };
}

function heldBy(customer: string, { team: _, ...pass }: Pass): Pass {
  return { ...pass, id: `${pass.id}-${customer}`, customer, usedOn: null, usedBy: null };
}

function plain(file: ScenarioFile): ScenarioFile {
  return { ...file, steps: file.steps.filter(({ replica }) => replica === undefined) };
}

/** The story up to some tap on the way in, which is then taken under another replica, or after a command. */
export interface LastTap {
  readonly file: ScenarioFile;
  readonly tap: Step;
}

/** Null where nobody known taps on the way in. */
export function lastTapOf(file: ScenarioFile): LastTap | null {
  const readers = file.config.readers.filter(({ direction }) => direction !== 'out').map(({ id }) => id);
  const index = file.steps.findLastIndex(({ present }) => present !== undefined && readers.includes(present.reader));
  const tap = file.steps[index];
  return tap === undefined ? null : { file: { ...file, steps: file.steps.slice(0, index) }, tap };
}

/** What the door answers to the last tap where the steps come just before it. */
export function answerOf({ file, tap }: LastTap, replica: Replica, ...before: readonly Step[]): Line {
  const newer: Step = { at: tap.at, replica: { ...replica, revision: file.replica.revision + 1 } };
  const lines = foundIn({ ...file, steps: [...file.steps, newer, ...before, tap] });
  const answer = lines.findLast(({ type }) => type === 'access.granted' || type === 'access.denied');
  if (answer === undefined || Date.parse(answer.time) !== Date.parse(tap.at))
    throw new Error('the last tap has no answer');
  return answer;
}

export function isGranted({ type }: Line): boolean {
  return type === 'access.granted';
}

/** On the way in: toggle readers may take the tap as the way out, which is free. */
export function isIn({ data }: Line): boolean {
  return data.direction === 'in';
}

export function payAsYouGoOff(replica: Replica): Replica {
  const spaces = replica.spaces.map((space) => ({ ...space, payAsYouGo: { members: false, contacts: false } }));
  return { ...replica, spaces };
}

/** The instant as milliseconds; anything else is a fault of the record. */
export function msOf(value: unknown): number {
  if (typeof value !== 'string') throw new TypeError(`${String(value)} is no instant`);
  return Date.parse(value);
}
