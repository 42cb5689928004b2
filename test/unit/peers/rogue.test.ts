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

const checkIn = {
  visit: 'v9',
  customer: 'ana',
  space: 'berlin',
  source: 'card',
  coverage: 'pass',
  businessDay: '2026-03-02',
};
const midnight = '2026-03-02T23:00:00.000Z';
const never = '2099-01-01T00:00:00.000Z';

it('uses up no pass of another, nor has another door use it up', () => {
  const both = site();
  const b = both.door('b');
  hears(b, both, signed(both, 'checkin.recorded', { ...checkIn, pass: 'p1', uses: true, until: midnight }, 1));
  expect(b.journal.facts.openVisit('ana')?.pass).toBeNull();
  expect(b.journal.facts.localUse(['p1'])).toEqual([]);
  both.clock.advance(hour);
  b.tap('out', ana);
  expect(b.ofType('checkout.recorded')).toMatchObject([{ usage: [{ pass: 'p2' }] }]);
  expect(b.tap('in', bob)).toMatchObject({ granted: true, reason: 'pass' });
});

it('uses up nothing of others by a check-out either, and sells nobody more than one pass has', () => {
  const both = site();
  const b = both.door('b');
  const span = { from: new Date(startMs).toISOString(), to: new Date(startMs + 1_000).toISOString() };
  const proposed = [{ businessDay: '2026-03-02', timePass: 'hours', remainingMinutes: 100_000 }];
  const out = { visit: 'v8', customer: 'ana', space: 'berlin', auto: false, ...span, proposed };
  const usage = [{ pass: 'p1', businessDay: '2026-03-02' }];
  hears(b, both, signed(both, 'checkout.recorded', { ...out, usage }, 1));
  expect(b.journal.facts.localUse(['p1'])).toEqual([]);
  expect(b.journal.facts.proposals('ana', '2026-03-02')).toEqual([]);
});

it('keeps nobody inside for longer than the business day, nor without a visit for longer than the next one', () => {
  const both = site();
  const b = both.door('b');
  hears(
    b,
    both,
    signed(both, 'checkin.recorded', { ...checkIn, pass: null, until: never }, 1),
    signed(both, 'visitor.arrived', { visitor: 'vic', space: 'berlin', until: never }, 2),
    signed(
      both,
      'access.granted',
      { holder: { kind: 'customer', id: 'bob' }, present: { space: 'berlin', until: never } },
      3,
    ),
  );
  expect(b.journal.facts.openVisit('ana')?.closesMs).toBe(Date.parse(midnight));
  expect(b.journal.facts.presence('bob')?.untilMs).toBe(Date.parse(midnight) + 24 * hour);
  expect(b.journal.facts.visitorInside('vic')).toBeDefined();
  both.clock.advance(17 * hour);
  expect(b.journal.facts.openVisit('ana')).toBeUndefined();
  expect(b.journal.facts.visitorInside('vic')).toBeUndefined();
});

it('is held to a day in a space that the replica does not list, visits and visitors alike', () => {
  const both = site();
  const b = both.door('b');
  const space = 'elsewhere';
  hears(
    b,
    both,
    signed(both, 'checkin.recorded', { ...checkIn, space, pass: null, until: never }, 1),
    signed(both, 'visitor.arrived', { visitor: 'vic', space }, 2),
  );
  expect(b.journal.facts.openVisit('ana')?.closesMs).toBe(startMs + 25 * hour);
  expect(b.journal.facts.visitorInside('vic')).toBeDefined();
  both.clock.advance(26 * hour);
  expect(b.journal.facts.visitorInside('vic')).toBeUndefined();
});

it('holds up no tap by what it says of one person: the newest thousand of its records count', () => {
  const both = site();
  const b = both.door('b');
  both.clock.advance(hour);
  const seen = { holder: { kind: 'customer', id: 'ana' }, visit: 'v9' };
  const many = Array.from({ length: 1_500 }, (_, index) => signed(both, 'access.granted', seen, index + 1));
  hears(b, both, ...many);
  both.clock.advance(60_000);
  expect(b.journal.shared.recordsOf('customer:ana')).toHaveLength(1_000);
  expect(b.journal.shared.recordsOf('customer:ana').every(({ seq }) => seq > 500)).toBe(true);
  expect(b.tap('in', ana).granted).toBe(true);
});
