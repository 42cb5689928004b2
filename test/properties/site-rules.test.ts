// Random combinations of site rules (rules.md C6a) over several doors: none traps a person inside, none opens for whom the
// rules without them would deny, and a daemon that is killed before every step answers the same.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { answersOf, cards, isTap, type Line, linesOf, pins, type Step, type World } from '../support/rules-world.ts';
import { Premise } from './premise.ts';

const switchedOn = fc.record(
  {
    area: fc.constantFrom('floor', 'lab'),
    interlock: fc.constant('lobby'),
    secondPerson: fc.constant({ within: '30s' }),
    pin: fc.record({ use: fc.constantFrom('optional', 'required', 'only', 'never'), within: fc.constant('20s') }),
    lockOut: fc.constant({ attempts: 2, window: '1m', lasts: '2m' }),
  },
  { requiredKeys: [] },
);

const mode = fc.constantFrom('off', 'soft', 'hard', 'timed');
const config = fc
  .record({ floor: mode, lab: mode, limit: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }) })
  .map(({ floor, lab, limit }) => ({
    areas: [
      { id: 'floor', antiPassback: floor, time: '1m' },
      { id: 'lab', within: 'floor', antiPassback: lab, time: '1m' },
    ],
    ...(limit === null ? {} : { occupancy: [{ space: 'berlin', limit }] }),
  }));

const shown = fc.constantFrom(
  ...Object.values(cards),
  ...Object.values(pins),
  cards.ana,
  cards.ben,
  pins.ana,
  pins.ben,
  'card:99AA',
);
const door = fc.constantFrom('main', 'side');
const present = fc.record({ present: fc.record({ door, direction: fc.constantFrom('in', 'in', 'in', 'out'), shown }) });
const act = fc.oneof(
  { weight: 8, arbitrary: present },
  { weight: 2, arbitrary: fc.record({ contact: fc.record({ door, open: fc.boolean() }) }) },
  { weight: 1, arbitrary: fc.record({ requestToExit: door }) },
);
/** Seconds. All steps of a story are within half an hour: the visitor is never expected yet. */
const waits = fc.constantFrom(1, 3, 9, 11, 12, 25, 40, 65);

/** Steps in order of time; a pressed button is let go a second later. */
function stepsOf(acts: readonly (readonly [number, ReturnType<typeof actOf>])[]): Step[] {
  let second = 0;
  return acts.flatMap(([wait, make]) => {
    second += wait + 1;
    return make(timeAt(second), timeAt(second + 1));
  });
}

function timeAt(second: number): string {
  return new Date(Date.UTC(2026, 2, 2, 9, 0, second)).toISOString().slice(11, 19);
}

type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never;

function actOf(one: Act): (at: string, later: string) => Step[] {
  if ('present' in one) {
    const { door: at, direction, shown: credential } = one.present;
    return (time) => [[time, at === 'main' ? direction : `${at}-${direction}`, credential]];
  }
  if ('contact' in one) {
    const { door: accessPoint, open } = one.contact;
    return (at) => [{ at, input: { accessPoint, contact: open ? 'open' : 'closed' } }];
  }
  const accessPoint = one.requestToExit;
  return (at, later) => [
    { at, input: { accessPoint, requestToExit: true } },
    { at: later, input: { accessPoint, requestToExit: false } },
  ];
}

const world: fc.Arbitrary<World> = fc
  .record({
    config,
    main: switchedOn,
    side: switchedOn,
    acts: fc.array(fc.tuple(waits, act.map(actOf)), { minLength: 4, maxLength: 24 }),
  })
  .map(({ config: places, main, side, acts }) => ({ config: places, main, doors: { side }, steps: stepsOf(acts) }));

const codes = new Set([
  'locked-out',
  'anti-passback',
  'interlock',
  'occupancy',
  'second-person',
  'pin-required',
  'pin-wrong',
]);

/** Without what a crash may change: a release, which ends with the program, and what the contact tells of it; repeats (O7). */
const tapsOnly: fc.Arbitrary<World> = fc
  .record({
    config,
    main: switchedOn,
    side: switchedOn,
    acts: fc.array(fc.tuple(fc.constantFrom(11, 15, 18, 25, 40), present.map(actOf)), { minLength: 4, maxLength: 24 }),
  })
  .map(({ config: places, main, side, acts }) => {
    const still = { contact: null, interlock: null };
    return {
      config: places,
      main: { ...main, ...still },
      doors: { side: { ...side, ...still } },
      steps: stepsOf(acts),
    };
  });

/** Whom no rule without site rules lets in at that hour: no pass, not known, not expected yet. */
const neverIn = new Set(['dan', 'vic', undefined]);

function opened(type: string | undefined): boolean {
  return type === 'access.granted' || type === 'access.repeated';
}

function isExit(step: Step): boolean {
  if (isTap(step)) return step[1].endsWith('out');
  return 'input' in step && Object.hasOwn(Object(step.input), 'requestToExit');
}

/** Whether the lock of its door is free once all of the record's instant is done. */
function isFreeAfter(lines: readonly Line[], { accessPoint, time }: Line): boolean {
  const atMs = Date.parse(String(time));
  const moves = lines.filter((line) => line.output === 'lock' && line.accessPoint === accessPoint);
  return moves.findLast(({ at }) => Date.parse(String(at)) <= atMs)?.state === 'unlocked';
}

it('nobody is trapped inside, and nobody is let in who would be denied without site rules', {
  timeout: 300_000,
}, () => {
  const denials = new Premise('site rules: one of them denied somebody');
  const exits = new Premise('site rules: somebody went out, or pressed the button');
  fc.assert(
    fc.property(world, (site) => {
      const lines = linesOf(site);
      denials.met(lines.some(({ type, data }) => type === 'access.denied' && codes.has(String(data?.reason))));
      exits.met(site.steps.some(isExit));
      const outs = site.steps.filter((step) => isTap(step) && isExit(step));
      expect(lines.filter(({ type, data }) => opened(type) && data?.direction === 'out')).toHaveLength(outs.length);
      const wrong = lines.filter(
        ({ type, data }) => opened(type) && data?.direction === 'in' && neverIn.has(data.holder?.id),
      );
      expect(wrong).toEqual([]);
      const pressed = lines.filter(({ type }) => type === 'rex.activated');
      expect(pressed.filter((line) => !isFreeAfter(lines, line))).toEqual([]);
    }),
    { seed: 20_261_130, numRuns: 150 },
  );
  denials.report();
  exits.report();
});

it('a daemon that is killed before every step remembers who waits, who is inside and who guesses', {
  timeout: 300_000,
}, () => {
  const premise = new Premise('site rules over crashes: one of them denied somebody');
  fc.assert(
    fc.property(tapsOnly, (site) => {
      const answers = answersOf(site);
      premise.met(answers.some((answer) => codes.has(answer.split(' ').at(-1) ?? '')));
      const killed = site.steps.flatMap((step) => [{ at: isTap(step) ? step[0] : step.at, restart: 'crash' }, step]);
      expect(answersOf({ ...site, steps: killed })).toEqual(answers);
    }),
    { seed: 20_261_201, numRuns: 60 },
  );
  premise.report();
});
