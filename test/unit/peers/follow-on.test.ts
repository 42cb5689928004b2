// A stay over the daily cut-off that two controllers know, cut off from each other: each makes the visit since the cut-off of its
// own. It is one visit, at all doors and at the office, whatever comes first (rules.md sections 4 and 5).

import { describe, expect, it } from 'vitest';
import { rebuildVisits } from '../../../sync/office/visits/project.ts';
import { checkins } from '../../../sync/office/visits/query.ts';
import { PeerSite } from './bench.ts';
import { ana, hour, replica, startMs } from './people.ts';
import { WiredSite } from './wired.ts';

const doors = { a: 'berlin', b: 'berlin' };
const days = ['2026-03-02', '2026-03-03'];
const dayPass = { id: 'p1', timePass: 'day', customer: 'ana', source: 'sold', usedOn: '2026-03-02', usedBy: 'ana' };
const hours = { id: 'h1', timePass: 'hours', customer: 'ana', source: 'sold', validFrom: '2026-03-03T00:00:00+01:00' };

function parts(...passes: readonly object[]) {
  return { doors, replica: { ...replica, passes }, startMs };
}

/** In at a, and both know; over the cut-off apart; out at a half an hour after it, at b an hour after it. */
function outAtBoth(site: PeerSite, heard: () => void): void {
  site.door('a').tap('in', ana);
  heard();
  site.clock.advance(16 * hour);
  site.clock.advance(hour / 2);
  site.door('a').tap('out', ana);
  site.clock.advance(hour / 2);
  site.door('b').tap('out', ana);
}

function sameEverywhere(site: PeerSite): void {
  const states = site.doors.map((door) => door.state(['ana'], ['p1', 'h1'], days));
  for (const state of states) expect(state).toEqual(states[0]);
  expect(site.doors.flatMap(({ errors }) => errors)).toEqual([]);
}

describe('a visit since the cut-off, made at two doors', () => {
  it('is the one of the first way out at both', () => {
    const site = new PeerSite(parts(dayPass, hours));
    outAtBoth(site, () => site.exchange());
    expect(site.doors.map((door) => door.ofType('checkin.recorded').filter(({ since }) => since).length)).toEqual([
      1, 1,
    ]);
    site.exchange();
    sameEverywhere(site);
    const minutes = site.doors.map(({ journal }) => journal.facts.localUse(['h1']).map((use) => use.minutes));
    expect(minutes).toEqual([[31], [31]]);
  });

  it('is one at the office, with one charge, whichever comes first', () => {
    for (const order of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const site = new WiredSite(parts(dayPass));
      site.startOffice();
      site.connect('a', 'b');
      outAtBoth(site, () => {
        site.clock.advance(60_000);
        for (const id of ['a', 'b']) site.disconnect(id);
      });
      for (const id of order) {
        site.connect(id);
        site.clock.advance(60_000);
      }
      const told = (): unknown => [...checkins(site.store)].map(({ from, to, charges }) => [from, to, charges.length]);
      const expected = [
        ['2026-03-02T07:00:00.000Z', '2026-03-02T23:00:00.000Z', 0],
        ['2026-03-02T23:00:00.000Z', '2026-03-02T23:31:00.000Z', 1],
      ];
      expect(told()).toEqual(expected);
      sameEverywhere(site);
      rebuildVisits(site.store);
      expect(told()).toEqual(expected);
    }
  });
});
