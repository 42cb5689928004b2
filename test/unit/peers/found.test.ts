// What the simulator found that ends did not agree on, each as the smallest story of it.

import { describe, expect, it } from 'vitest';
import { judgeUses } from '../../../access/merge/oversold.ts';
import { usesOfVisit } from '../../../sync/office/merge/uses.ts';
import type { VisitEvent } from '../../../sync/office/visits/fold.ts';
import { PeerSite } from './bench.ts';
import { ana, hour, replica, startMs } from './people.ts';

const doors = { a: 'berlin', b: 'berlin' };

describe('a pass that was only proposed', () => {
  it('is held for the rest of the day though a replica counts its record and more is heard of its holder', () => {
    const hours = { id: 'h1', timePass: 'hours', customer: 'ana', source: 'sold' };
    const onSale = { ...replica, passes: [hours] };
    const site = new PeerSite({ doors, replica: onSale, startMs });
    site.door('a').tap('in', ana);
    site.clock.advance(4 * hour);
    site.door('a').tap('out', ana);
    site.exchange();
    const { epoch, head } = site.door('a').journal;
    const includes = [{ controller: 'a', epoch, through: head.seq }];
    const counted = { ...hours, remainingMinutes: 0 };
    for (const door of site.doors) door.replicaArrives(2, { ...onSale, passes: [counted], includes });
    site.door('b').tap('in', ana);
    site.clock.advance(hour);
    site.door('b').tap('out', ana);
    site.exchange();
    const sold = site.doors.map(({ journal }) => journal.facts.proposals('ana', '2026-03-02'));
    expect(sold.map((passes) => passes.map(({ timePass }) => timePass))).toEqual([['day'], ['day']]);
    expect(site.doors.flatMap((door) => door.ofType('charge.proposed'))).toHaveLength(1);
  });
});

describe('somebody who entered on a booking', () => {
  it('is inside without a visit until the cut-off after the next, at each door', () => {
    const from = new Date(startMs).toISOString();
    const to = new Date(startMs + hour).toISOString();
    const booked = {
      ...replica,
      resources: [{ id: 'room', accessPoints: ['a-door'] }],
      bookings: [{ id: 'b1', resource: 'room', customer: 'ana', from, to }],
    };
    const site = new PeerSite({ doors, replica: booked, startMs });
    expect(site.door('a').tap('in', ana)).toMatchObject({ granted: true, reason: 'booking' });
    site.exchange();
    const ends = site.doors.map(({ journal }) => journal.facts.presence('ana')?.untilMs);
    expect(ends).toEqual([Date.parse('2026-03-04T00:00:00+01:00'), Date.parse('2026-03-04T00:00:00+01:00')]);
  });
});

describe('a day that was used before', () => {
  const checkIn = (controller: string, seq: number, customer: string, more: object): VisitEvent => {
    const stay = { visit: `v${seq}`, customer, space: 'berlin', source: 'card', coverage: 'pass', pass: 'p1' };
    const data = { ...stay, businessDay: '2026-03-02', timePass: 'day', revision: 2, ...more };
    const place = { controller, epoch: `of ${controller}`, seq, timeMs: startMs + seq, accessPoint: null };
    return { ...place, id: `${controller}-${seq}`, type: 'checkin.recorded', data };
  };

  it('is not given anew to whom it covers again, though the replica counts whoever was first', () => {
    const used = { ...checkIn('b', 3, 'bob', {}), type: 'checkout.recorded' };
    const from = new Date(startMs).toISOString();
    const ended = { from, to: from, auto: false, uncoveredMinutes: 0, invoiced: true, review: false };
    const usage = [{ pass: 'p1', businessDay: '2026-03-02' }];
    const out = { ...used, seq: 4, data: { ...(used.data as object), ...ended, usage } };
    const uses = [
      [checkIn('a', 1, 'ana', { uses: true })],
      [checkIn('b', 2, 'bob', { uses: true, revision: 1 })],
      [checkIn('b', 3, 'bob', {}), out],
    ].flatMap((events) => usesOfVisit(events, JSON.stringify));
    const includes = (revision: number, epoch: string): boolean => revision >= 2 && epoch === 'of a';
    expect(judgeUses(uses, includes).oversold.map(({ visit }) => visit)).toEqual(['v2', 'v3']);
  });
});
