// The office merges what controllers that were cut off from each other spent twice: the later use is flagged, and falls to O2.

import { describe, expect, it } from 'vitest';
import { listedEvents } from '../../../sync/office/store/listed.ts';
import { type CheckinLine, checkins } from '../../../sync/office/visits/query.ts';
import { ana, bob, hour, replica, startMs } from './people.ts';
import { WiredSite } from './wired.ts';

const doors = { a: 'berlin', b: 'berlin' };
const teamDay = { id: 'p1', timePass: 'day', team: 'acme', source: 'sold' };
const bobsDay = { id: 'p2', timePass: 'day', customer: 'bob', source: 'sold', createdAt: '2026-01-01T00:00:00Z' };
const teamHours = { id: 'h1', timePass: 'hours', team: 'acme', source: 'sold', remainingMinutes: 90 };

function newSite(...passes: readonly object[]): WiredSite {
  return new WiredSite({ doors, replica: { ...replica, passes }, startMs });
}

function linesOf(site: WiredSite): CheckinLine[] {
  return [...checkins(site.store)];
}

function flagsOf(site: WiredSite): unknown[] {
  return site.store.db
    .prepare<[], string>(
      "SELECT body FROM events WHERE controller = 'office' AND type = 'pass.oversold' ORDER BY rowid",
    )
    .pluck()
    .all()
    .map((body) => (JSON.parse(body) as { data: unknown }).data);
}

function sameEverywhere(site: WiredSite): void {
  const states = site.doors.map((door) => door.state(['ana', 'bob'], ['p1', 'p2', 'h1'], ['2026-03-02', '2026-03-03']));
  for (const state of states) expect(state).toEqual(states[0]);
  expect(site.doors.flatMap(({ errors }) => errors)).toEqual([]);
}

/** Ana at one door, then bob at the other, each cut off from everybody; then all are back, the later one first where asked. */
function bothSpend(site: WiredSite, order: readonly string[] = ['a', 'b']): void {
  expect(site.door('a').tap('in', ana)).toMatchObject({ granted: true, reason: 'pass' });
  site.clock.advance(hour);
  expect(site.door('b').tap('in', bob)).toMatchObject({ granted: true, reason: 'pass' });
  site.clock.advance(hour);
  site.door('a').tap('out', ana);
  site.door('b').tap('out', bob);
  site.startOffice();
  for (const id of order) {
    site.connect(id);
    site.clock.advance(60_000);
  }
  site.clock.advance(60_000);
}

describe('a day pass that two people spent', () => {
  it('is the first one’s; the later one is flagged and owes a day, which all doors know', () => {
    const site = newSite(teamDay);
    bothSpend(site);
    expect(flagsOf(site)).toMatchObject([{ customer: 'bob', pass: 'p1', businessDay: '2026-03-02', charges: 1 }]);
    expect(linesOf(site)).toMatchObject([
      { customer: 'ana', passes: ['p1'], coverage: 'pass', charges: [], oversold: [] },
      {
        customer: 'bob',
        passes: [],
        coverage: 'pay-as-you-go',
        charges: [{ timePass: 'day', amount: '20.00' }],
        oversold: ['p1'],
      },
    ]);
    expect([...checkins(site.store, { oversold: true })].map(({ customer }) => customer)).toEqual(['bob']);
    const told = [...listedEvents(site.store, { type: 'pass.oversold' })];
    expect(told.map(({ controller }) => controller)).toEqual(['office']);
    expect([...listedEvents(site.store, { customer: 'bob' })].map(({ controller }) => controller)).toContain('b');
    sameEverywhere(site);
    const proposed = site.doors.map(({ journal }) => journal.facts.proposals('bob', '2026-03-02'));
    expect(proposed).toMatchObject([[{ timePass: 'day' }], [{ timePass: 'day' }]]);
    // The day that he owes covers the rest of it.
    expect(site.door('a').tap('in', bob)).toMatchObject({ granted: true, reason: 'pass' });
  });

  it('leaves the same whichever is heard of first', () => {
    const site = newSite(teamDay);
    bothSpend(site, ['b', 'a']);
    expect(flagsOf(site)).toMatchObject([{ customer: 'bob', pass: 'p1', charges: 1 }]);
    sameEverywhere(site);
  });

  it('is made good by another pass that the later one holds', () => {
    const site = newSite({ ...teamDay, timePass: 'near' }, bobsDay);
    bothSpend(site);
    expect(flagsOf(site)).toMatchObject([
      { pass: 'p1', usage: [{ pass: 'p2', businessDay: '2026-03-02' }], invoiced: true },
    ]);
    expect(linesOf(site)).toMatchObject([
      { customer: 'ana', passes: ['p1'] },
      { customer: 'bob', passes: ['p2'], coverage: 'pass', charges: [] },
    ]);
    sameEverywhere(site);
    const uses = site.doors.map(({ journal }) => journal.facts.localUse(['p2']));
    expect(uses).toMatchObject([[{ customer: 'bob' }], [{ customer: 'bob' }]]);
  });

  it('is flagged while the later one is still inside, and owed once that one has left', () => {
    const site = newSite(teamDay);
    site.startOffice();
    site.door('a').tap('in', ana);
    site.clock.advance(hour);
    site.door('b').tap('in', bob);
    site.connect('a', 'b');
    site.clock.advance(60_000);
    expect(linesOf(site).map(({ passes, charges }) => [passes, charges.length])).toEqual([
      [['p1'], 0],
      [[], 0],
    ]);
    site.clock.advance(hour);
    site.door('a').tap('out', bob);
    site.clock.advance(60_000);
    expect(linesOf(site)[1]?.charges).toMatchObject([{ amount: '20.00', from: '2026-03-02T08:00:00.000Z' }]);
    expect(flagsOf(site)).toHaveLength(2);
    sameEverywhere(site);
  });
});

describe('a use that turns out to have been first', () => {
  it('takes the flag from the one before, and gives it to the later', () => {
    const site = new WiredSite({
      doors: { a: 'berlin', b: 'berlin', c: 'annex' },
      replica: { ...replica, passes: [teamDay] },
      startMs,
    });
    const eve = site.door('c');
    eve.tap('in', bob);
    site.clock.advance(hour);
    eve.tap('out', bob);
    site.clock.advance(hour);
    bothSpend(site);
    expect(flagsOf(site)).toMatchObject([{ customer: 'bob' }]);
    site.connect('c');
    site.clock.advance(120_000);
    const flags = flagsOf(site) as { customer: string; withdrawn?: boolean }[];
    expect(flags.map(({ customer, withdrawn = false }) => [customer, withdrawn])).toEqual([
      ['bob', false],
      ['ana', false],
      ['bob', true],
    ]);
    expect(linesOf(site).map(({ customer, charges }) => [customer, charges.length])).toEqual([
      ['bob', 0],
      ['ana', 1],
      ['bob', 0],
    ]);
    sameEverywhere(site);
  });
});

describe('minutes that a pass did not have', () => {
  it('are owed by the later visit', () => {
    const site = newSite(teamHours);
    bothSpend(site);
    // 120 and 61 minutes of 90: what each door had left was counted there.
    expect(flagsOf(site)).toMatchObject([{ customer: 'bob', pass: 'h1' }]);
    const [first, second] = linesOf(site);
    expect(first).toMatchObject({ customer: 'ana', passes: ['h1'] });
    expect(second?.charges.length).toBeGreaterThan(0);
    sameEverywhere(site);
  });
});

describe('a pass of somebody else', () => {
  it('is not used by what a controller that was taken over says', () => {
    const site = newSite(bobsDay);
    const data = { visit: 'v9', customer: 'ana', space: 'berlin', source: 'card', pass: 'p2', coverage: 'pass' };
    const told = { businessDay: '2026-03-02', uses: true, revision: 1 };
    site.door('a').controller.record([{ type: 'checkin.recorded', data: { ...data, ...told } }]);
    site.clock.advance(hour);
    expect(site.door('b').tap('in', bob)).toMatchObject({ granted: true, reason: 'pass' });
    site.startOffice();
    site.connect('a', 'b');
    site.clock.advance(60_000);
    expect(flagsOf(site)).toEqual([]);
    expect(linesOf(site).find(({ customer }) => customer === 'bob')).toMatchObject({
      passes: ['p2'],
      coverage: 'pass',
    });
  });
});
