// What a controller assumes of a visit whose own controller is silent: it counts until that one is heard, or a replica counts what
// that one recorded since; then it goes, and stays away (rules.md section 5).

import { expect, it } from 'vitest';
import { PeerSite } from './bench.ts';
import { ana, bob, hour, replica, startMs } from './people.ts';

const hours = { id: 'h1', timePass: 'hours', customer: 'ana', source: 'sold' };
const bobs = { id: 'h2', timePass: 'hours', customer: 'bob', source: 'sold' };
const parts = { ...replica, passes: [hours, bobs] };

/** In at a, seen at b an hour later, over the cut-off: b assumes what a records, and does not hear it. */
function assumedAtB(): PeerSite {
  const both = new PeerSite({ doors: { a: 'berlin', b: 'berlin' }, replica: parts, startMs });
  both.door('a').tap('in', ana);
  both.exchange();
  both.clock.advance(hour);
  both.door('b').tap('in', ana);
  both.exchange();
  both.clock.advance(17 * hour);
  expect(minutesAt(both)).toEqual([61]);
  return both;
}

function minutesAt(both: PeerSite): number[] {
  return both
    .door('b')
    .journal.facts.localUse(['h1'])
    .map(({ minutes }) => minutes);
}

function including(both: PeerSite, type: string): object {
  const { controller, epoch, seq } = both.door('a').events.findLast((event) => event.type === type) ?? {};
  return { includes: [{ controller, epoch, through: seq }] };
}

it('stays while a replica counts only what came before the cut-off', () => {
  const both = assumedAtB();
  both.door('b').replicaArrives(2, { ...parts, ...including(both, 'checkin.recorded') });
  both.settle();
  expect(minutesAt(both)).toEqual([61]);
});

it('goes once a replica counts what was recorded there after it, and does not come back', () => {
  const both = assumedAtB();
  both.door('a').tap('in', bob);
  const last = both.door('a').events.findLast(({ type }) => type === 'checkin.recorded');
  if (last === undefined) throw new Error('bob is not in the journal');
  both.door('b').hear([last]);
  both.settle();
  both.door('b').replicaArrives(2, { ...parts, includes: [{ controller: 'a', epoch: last.epoch, through: last.seq }] });
  both.settle();
  expect(minutesAt(both)).toEqual([]);
  const about = {
    holder: { kind: 'customer', id: 'ana' },
    present: { space: 'berlin', until: new Date(startMs + 20 * hour).toISOString() },
  };
  both.door('b').hear([{ ...last, seq: last.seq + 1, type: 'access.denied', data: about }]);
  both.settle();
  expect(both.door('b').journal.shared.unmerged(1)).toEqual([]);
  expect(minutesAt(both)).toEqual([]);
});

it('goes after two weeks, when nothing looks back at it any more', () => {
  const both = assumedAtB();
  both.clock.advance(15 * 24 * hour);
  both.door('b').replicaArrives(2, { ...parts, ...including(both, 'checkin.recorded') });
  both.settle();
  expect(minutesAt(both)).toEqual([]);
});
