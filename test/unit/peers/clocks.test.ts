// A check-in under a clock that was not right, and a way out at another door: the stay is as long as it was, whichever comes first;
// and records that lie far ahead of the clock here.

import { expect, it } from 'vitest';
import type { JournalEvent } from '../../../access/event.ts';
import { PeerSite } from './bench.ts';
import { ana, hour, replica, startMs } from './people.ts';

const hours = { id: 'h1', timePass: 'hours', customer: 'ana', source: 'sold' };

/** The clock of a stood for two hours, as if the power had been off, and is not synchronised. */
function site(): PeerSite {
  const clocks = { a: { aheadMs: -2 * hour, synchronised: true } };
  const both = new PeerSite({
    doors: { a: 'berlin', b: 'berlin' },
    replica: { ...replica, passes: [hours] },
    startMs,
    clocks,
  });
  both.door('a').setClock({ aheadMs: -2 * hour, synchronised: false });
  return both;
}

function minutesAt(both: PeerSite): unknown[] {
  return both.doors.map(({ journal }) => journal.facts.localUse(['h1']).map(({ minutes }) => minutes));
}

it('measures a stay by what the controller of the check-in knew later', () => {
  const both = site();
  expect(both.door('a').tap('in', ana).granted).toBe(true);
  both.exchange();
  both.clock.advance(hour / 2);
  both.door('a').setClock({ aheadMs: 0, synchronised: true });
  both.exchange();
  expect(both.door('b').journal.facts.openVisit('ana')?.fromMs).toBe(startMs);
  both.clock.advance(hour / 2);
  both.door('b').tap('out', ana);
  both.exchange();
  expect(both.door('b').ofType('checkout.recorded')).toMatchObject([{ usage: [{ minutes: 61 }] }]);
  expect(minutesAt(both)).toEqual([[61], [61]]);
  expect(both.doors.flatMap(({ errors }) => errors)).toEqual([]);
});

it('settles it anew where the way out came before that was known', () => {
  const both = site();
  both.door('a').tap('in', ana);
  both.exchange();
  both.clock.advance(hour);
  both.door('b').tap('out', ana);
  both.exchange();
  expect(both.door('b').ofType('checkout.recorded')).toMatchObject([{ usage: [{ pass: 'h1', minutes: 180 }] }]);
  both.door('a').setClock({ aheadMs: 0, synchronised: true });
  both.exchange();
  both.clock.advance(60_000);
  both.exchange();
  expect(both.door('a').ofType('checkout.recorded')).toMatchObject([{ merged: true, usage: [{ minutes: 61 }] }]);
  expect(minutesAt(both)).toEqual([[61], [61]]);
});

it('keeps a record that lies far ahead, and believes it once its time has come', () => {
  const both = new PeerSite({ doors: { a: 'berlin', b: 'berlin' }, replica: { ...replica, passes: [hours] }, startMs });
  const time = new Date(startMs + 3 * hour).toISOString();
  const data = { visit: 'v9', customer: 'ana', space: 'berlin', source: 'card', pass: 'h1', coverage: 'pass' };
  const event = { id: 'x', site: 'berlin', controller: 'a', epoch: 'rogue', seq: 1, type: 'checkin.recorded', time };
  const clock = { boot: 'rogue', sinceBootMs: 1, synchronised: true };
  both.door('b').hear([{ ...event, clock, data, prev: '' } as unknown as JournalEvent]);
  both.settle();
  expect(both.door('b').journal.facts.openVisit('ana')).toBeUndefined();
  expect(both.door('b').tap('in', ana)).toMatchObject({ granted: true, reason: 'pass' });
  both.clock.advance(hour);
  both.door('b').tap('out', ana);
  expect(both.door('b').ofType('checkout.recorded')).toMatchObject([{ usage: [{ minutes: 60 }] }]);
  both.clock.advance(2 * hour);
  expect(both.door('b').journal.facts.openVisit('ana')?.id).toBe('v9');
});
