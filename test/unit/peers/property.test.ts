// Whatever happens at the doors of a site, and in whatever order, pieces and copies the doors hear of each other: once everybody
// has everything, all of them know the same, and no minute of a person is part of two visits.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../access/event.ts';
import { skewMs } from '../../../access/merge/visits.ts';
import { type PeerDoor, PeerSite } from './bench.ts';
import { ana, bob, replica, startMs } from './people.ts';

const doors = { a: 'berlin', b: 'berlin', c: 'annex' };
const names = Object.keys(doors);
/** Clocks are never quite the same. */
const aheadMs = { b: 3_000, c: -2_000 };
const passes = [
  { id: 'h1', timePass: 'hours', customer: 'ana', source: 'sold' },
  { id: 'h2', timePass: 'hours', team: 'acme', source: 'sold' },
  { id: 'p1', timePass: 'day', team: 'acme', source: 'sold' },
];

const door = fc.constantFrom(...names);
const tap = fc.record({
  do: fc.constant('tap' as const),
  door,
  direction: fc.constantFrom('in' as const, 'out' as const),
  card: fc.constantFrom(ana, bob),
});
const wait = fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 400 }) });
/** Some events of one door reach another one, in an order of their own, some of them twice. */
const hear = fc.record({
  do: fc.constant('hear' as const),
  from: door,
  to: door,
  picks: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 8 }),
});
const step = fc.oneof(
  { weight: 4, arbitrary: tap },
  { weight: 3, arbitrary: wait },
  { weight: 3, arbitrary: hear },
  { weight: 1, arbitrary: fc.constant({ do: 'exchange' as const }) },
);

describe('records that arrive in any order', () => {
  it('leave the same at all ends', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 4, maxLength: 30 }),
        fc.array(fc.nat(), { minLength: 50 }),
        (steps, dice) => {
          const site = new PeerSite({ doors, replica: { ...replica, passes }, startMs, aheadMs });
          for (const one of steps) {
            if (one.do === 'tap') site.door(one.door).tap(one.direction, one.card);
            else if (one.do === 'wait') site.clock.advance(one.minutes * 60_000);
            else if (one.do === 'exchange') site.exchange();
            else if (one.from !== one.to) site.door(one.to).hear(picked(site.door(one.from), one.picks));
            site.clock.advance(20_000);
          }
          everythingShuffled(site, dice);
          site.exchange();
          const states = site.doors.map((end) => end.state(['ana', 'bob'], ['h1', 'h2', 'p1'], days));
          for (const state of states) expect(state).toEqual(states[0]);
          expect(site.doors.flatMap(({ errors }) => errors)).toEqual([]);
          noMinuteTwice(site);
        },
      ),
      { seed: 20260302, numRuns: 60 },
    );
  });
});

const days = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'];

function picked({ events }: PeerDoor, picks: readonly number[]): JournalEvent[] {
  return events.length === 0 ? [] : picks.flatMap((pick) => events[pick % events.length] ?? []);
}

function everythingShuffled(site: PeerSite, dice: readonly number[]): void {
  let throws = 0;
  for (const to of site.doors) {
    const all = site.doors.filter((from) => from !== to).flatMap(({ events }) => events);
    const keyed = all.map((event) => ({ event, key: (dice[throws++ % dice.length] ?? 0) % 9_973 }));
    for (const { event } of keyed.sort((one, other) => one.key - other.key)) to.hear([event]);
    site.settle();
  }
}

/** The visits as the last word on each of them has them: two of one person never overlap. */
function noMinuteTwice(site: PeerSite): void {
  const events = site.doors.flatMap((end) => end.events.filter(({ type }) => type === 'checkout.recorded'));
  const ends = new Map<string, JournalEvent['data']>();
  for (const { data } of events) {
    const before = ends.get(String(data.visit));
    if (before === undefined || better(data, before)) ends.set(String(data.visit), data);
  }
  const stays = [...ends.values()].map(({ customer, from, to, auto }) => ({
    customer,
    fromMs: Date.parse(String(from)),
    // The minutes behind the last tap are nobody's until an exit proves them.
    toMs: auto === true ? Date.parse(String(from)) : Date.parse(String(to)),
  }));
  for (const one of stays) {
    for (const other of stays) {
      const apart = one === other || one.customer !== other.customer;
      const overlapMs = Math.min(one.toMs, other.toMs) - Math.max(one.fromMs, other.fromMs);
      if (!apart) expect(overlapMs).toBeLessThanOrEqual(skewMs);
    }
  }
}

function better(next: JournalEvent['data'], best: JournalEvent['data']): boolean {
  if (next.merged === true || best.merged === true) return next.merged === true;
  if (next.auto !== best.auto) return best.auto === true;
  return Date.parse(String(next.to)) > Date.parse(String(best.to));
}
