// Two controllers of one site, told as stories (rules.md section 5): what one records the other knows, and where they were cut off
// from each other both end with the same.

import { describe, expect, it } from 'vitest';
import { PeerSite, type SiteParts } from './bench.ts';
import { ana, bob, hour, replica, startMs } from './people.ts';

function site(passes: readonly object[], doors: SiteParts['doors'] = { a: 'berlin', b: 'berlin' }): PeerSite {
  return new PeerSite({ doors, replica: { ...replica, passes }, startMs });
}

const dayPass = { id: 'p1', timePass: 'day', customer: 'ana', source: 'sold' };
const teamPass = { id: 'p1', timePass: 'day', team: 'acme', source: 'sold' };
const hours = { id: 'h1', timePass: 'hours', customer: 'ana', source: 'sold' };

function sameEverywhere(of: PeerSite): void {
  const states = of.doors.map((door) => door.state(['ana', 'bob'], ['p1', 'h1'], ['2026-03-02', '2026-03-03']));
  for (const state of states) expect(state).toEqual(states[0]);
  expect(of.doors.flatMap(({ errors }) => errors)).toEqual([]);
}

describe('in at one door', () => {
  it('and out at the other: it settles the visit, once, with the minutes since the check-in', () => {
    const both = site([hours]);
    both.door('a').tap('in', ana);
    both.exchange();
    sameEverywhere(both);
    both.clock.advance(hour);
    both.door('b').tap('out', ana);
    both.exchange();
    sameEverywhere(both);
    expect(both.door('b').ofType('checkout.recorded')).toMatchObject([{ usage: [{ pass: 'h1', minutes: 61 }] }]);
    expect(both.door('a').ofType('checkout.recorded')).toEqual([]);
    expect(both.door('a').journal.facts.openVisit('ana')).toBeUndefined();
    expect(both.door('a').journal.facts.localUse(['h1'])).toMatchObject([{ minutes: 61 }]);
  });

  it('and in at the other is a re-entry there, and tells the first when the person was last seen', () => {
    const both = site([dayPass]);
    both.door('a').tap('in', ana);
    both.exchange();
    both.clock.advance(hour);
    expect(both.door('b').tap('in', ana).reason).toBe('re-entry');
    both.exchange();
    sameEverywhere(both);
    const visit = both.door('a').journal.facts.openVisit('ana');
    expect(visit?.lastSeenMs).toBeGreaterThanOrEqual(startMs + hour);
  });

  it('and in at another space ends the visit there, and begins one here', () => {
    const both = site([hours], { a: 'berlin', b: 'annex' });
    both.door('a').tap('in', ana);
    both.exchange();
    both.clock.advance(hour);
    both.door('b').tap('in', ana);
    both.exchange();
    sameEverywhere(both);
    expect(both.door('a').journal.facts.openVisit('ana')).toMatchObject({ space: 'annex', owner: 'b' });
  });

  it('and never out: its controller records the cut-off, the other one only knows it', () => {
    const both = site([hours]);
    both.door('a').tap('in', ana);
    both.exchange();
    both.clock.advance(30 * 60_000);
    both.door('b').tap('in', ana);
    both.exchange();
    both.clock.advance(20 * hour);
    both.exchange();
    sameEverywhere(both);
    expect(both.door('a').ofType('checkout.recorded')).toMatchObject([{ auto: true, usage: [{ minutes: 31 }] }]);
    expect(both.door('b').ofType('checkout.recorded')).toEqual([]);
    expect(both.door('b').journal.facts.presence('ana')?.kind).toBe('presumed');
    both.door('b').tap('out', ana);
    both.exchange();
    sameEverywhere(both);
    expect(both.door('b').ofType('checkout.orphan')).toEqual([]);
    expect(both.door('b').ofType('checkin.recorded')).toMatchObject([{ source: 'door' }]);
  });
});

describe('cut off from each other', () => {
  it('both spend the last pass of a team on two people: both open, and all ends know whose it was', () => {
    const both = site([teamPass]);
    expect(both.door('a').tap('in', ana)).toMatchObject({ granted: true, reason: 'pass' });
    both.clock.advance(hour);
    expect(both.door('b').tap('in', bob)).toMatchObject({ granted: true, reason: 'pass' });
    both.exchange();
    sameEverywhere(both);
    expect(both.door('b').journal.facts.localUse(['p1']).at(-1)).toMatchObject({ customer: 'ana' });
  });

  it('somebody comes in at both: the first visit ends where the second begins, and no minute is counted twice', () => {
    const both = site([hours]);
    both.door('a').tap('in', ana);
    both.clock.advance(hour);
    both.door('b').tap('in', ana);
    both.clock.advance(hour);
    both.exchange();
    sameEverywhere(both);
    expect(both.door('a').ofType('checkout.recorded')).toMatchObject([
      { to: '2026-03-02T08:00:00.000Z', merged: true, usage: [{ pass: 'h1', minutes: 60 }] },
    ]);
    both.door('a').tap('out', ana);
    both.exchange();
    sameEverywhere(both);
    expect(
      both
        .door('b')
        .journal.facts.localUse(['h1'])
        .map(({ minutes }) => minutes)
        .sort(),
    ).toEqual([60, 61]);
  });

  it('an exit that one door knew no visit of ends it', () => {
    const both = site([hours]);
    both.door('a').tap('in', ana);
    both.clock.advance(hour);
    both.door('b').tap('out', ana);
    expect(both.door('b').ofType('checkout.orphan')).toHaveLength(1);
    both.clock.advance(hour);
    both.door('b').tap('in', ana);
    both.clock.advance(hour);
    both.door('a').tap('out', ana);
    both.exchange();
    sameEverywhere(both);
    const uses = both.door('a').journal.facts.localUse(['h1']);
    expect(uses.map(({ minutes }) => minutes)).toEqual([60, 60]);
    expect(both.door('b').journal.facts.openVisit('ana')).toBeUndefined();
  });

  it("a tap's exit holds over the cut-off that the first controller recorded meanwhile", () => {
    const both = site([hours]);
    both.door('a').tap('in', ana);
    both.exchange();
    both.clock.advance(hour);
    both.door('b').tap('out', ana);
    both.clock.advance(20 * hour);
    expect(both.door('a').ofType('checkout.recorded')).toMatchObject([{ auto: true }]);
    both.exchange();
    sameEverywhere(both);
    expect(both.door('a').journal.facts.localUse(['h1'])).toMatchObject([{ minutes: 61 }]);
    expect(both.door('a').journal.facts.presence('ana')).toBeUndefined();
  });
});

describe('a plan with limits', () => {
  it('counts each minute once where three doors each began a visit while they were cut off from each other', () => {
    const plans = [{ id: 'flex', usesTimePasses: false, limits: { minutesPerWeek: 6_000 } }];
    const contracts = [{ id: 'k1', customer: 'ana', plan: 'flex', from: '2026-01-01' }];
    const doors = { a: 'berlin', b: 'berlin', c: 'berlin' };
    const three = new PeerSite({ doors, replica: { ...replica, plans, contracts, passes: [] }, startMs });
    three.door('a').tap('in', ana);
    three.clock.advance(hour);
    three.door('b').tap('in', ana);
    three.clock.advance(2 * hour);
    three.door('c').tap('in', ana);
    three.exchange();
    three.clock.advance(60_000);
    three.exchange();
    sameEverywhere(three);
    const counted = three.doors.map((door) => door.ofType('checkout.recorded').map((data) => data.counted));
    expect(counted).toEqual([[[{ day: '2026-03-02', minutes: 60 }]], [[{ day: '2026-03-02', minutes: 120 }]], []]);
    for (const { journal } of three.doors) {
      const minutes = journal.facts.planUse('ana').reduce((sum, use) => sum + use.minutes, 0);
      expect(minutes).toBe(180);
    }
  });
});
