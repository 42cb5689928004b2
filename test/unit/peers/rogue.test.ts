// What a controller of the site that somebody has taken over can and cannot do to the visits and passes of others by what it
// signs. Its records are about one person, and say of another what only that one's controllers may.

import { v7 } from 'uuid';
import { expect, it } from 'vitest';
import type { JournalEvent } from '../../../access/event.ts';
import { type PeerDoor, PeerSite } from './bench.ts';
import { ana, bob, hour, replica, startMs } from './people.ts';

const own = (id: string, customer: string) => ({ id, timePass: 'day', customer, source: 'sold' });

function site(): PeerSite {
  const passes = [own('p1', 'bob'), own('p2', 'ana')];
  return new PeerSite({ doors: { a: 'berlin', b: 'berlin' }, replica: { ...replica, passes }, startMs });
}

/** Bob is in at b, and all know it. @returns his visit */
function bobIn(of: PeerSite): string {
  of.door('b').tap('in', bob);
  of.exchange();
  return String(of.door('b').ofType('checkin.recorded')[0]?.visit);
}

function signed(at: PeerSite, type: JournalEvent['type'], data: JournalEvent['data'], seq: number): JournalEvent {
  const time = new Date(at.clock.now().wallMs).toISOString();
  const clock = { boot: 'rogue', sinceBootMs: seq, synchronised: true };
  const place = { site: 'berlin', controller: 'rogue', epoch: 'rogue', seq, prev: '0'.repeat(64) };
  return { ...place, id: v7(), type, time, clock, data } as JournalEvent;
}

function hears(door: PeerDoor, of: PeerSite, ...events: readonly JournalEvent[]): void {
  door.hear(events);
  of.settle();
}

it('does not give somebody back a pass that was used', () => {
  const both = site();
  const visit = bobIn(both);
  const a = both.door('a');
  expect(a.journal.facts.localUse(['p1'])).toHaveLength(1);
  const out = { visit, customer: 'ana', space: 'berlin', auto: false, usage: [{ pass: 'p1', minutes: 0 }] };
  const span = { from: new Date(startMs).toISOString(), to: new Date(startMs + 1_000).toISOString() };
  const rest = { uncoveredMinutes: 0, invoiced: true, review: false };
  both.clock.advance(60_000);
  hears(a, both, signed(both, 'checkout.recorded', { ...out, ...span, ...rest }, 1));
  expect(a.journal.facts.localUse(['p1'])).toMatchObject([{ customer: 'bob', businessDay: '2026-03-02' }]);
});

it("closes no visit by settling it anew, or by a cut-off: that is its own controller's to say", () => {
  for (const how of [{ merged: true, auto: false }, { auto: true }]) {
    const both = site();
    const visit = bobIn(both);
    both.clock.advance(hour);
    const span = { from: new Date(startMs).toISOString(), to: new Date(startMs + 1_000).toISOString() };
    const out = {
      visit,
      customer: 'bob',
      space: 'berlin',
      usage: [],
      uncoveredMinutes: 0,
      invoiced: true,
      review: false,
    };
    for (const door of both.doors) hears(door, both, signed(both, 'checkout.recorded', { ...out, ...span, ...how }, 1));
    for (const door of both.doors) expect(door.journal.facts.openVisit('bob')?.id).toBe(visit);
  }
});

it('keeps nobody else from being merged by a check-in with the visit of another', () => {
  const both = site();
  const visit = bobIn(both);
  both.clock.advance(60_000);
  const a = both.door('a');
  hears(
    a,
    both,
    signed(
      both,
      'checkin.recorded',
      { visit, customer: 'ana', space: 'berlin', source: 'card', pass: null, coverage: 'plan' },
      1,
    ),
  );
  both.clock.advance(hour);
  both.door('b').tap('out', bob);
  both.exchange();
  both.clock.advance(60_000);
  expect(a.journal.facts.openVisit('bob')).toBeUndefined();
  expect(a.journal.shared.unmerged(10)).toEqual([]);
  expect(a.errors.filter((error) => !/customer:ana/.test(error))).toEqual([]);
  expect(a.tap('in', ana).granted).toBe(true);
});
