// Controllers' journals as visits make them: in, the door, out, the door; 10 records a visit, each with what its type has.

import { join } from 'node:path';
import { seededRandom } from '../../dist/daemon/clock/random.js';
import { VirtualClock } from '../../dist/daemon/clock/virtual.js';
import { openJournal } from '../../dist/db/journal/open-journal.js';

export const site = 'house';
const firstMs = Date.UTC(2026, 2, 2, 6);

function visitOf(number) {
  const [customer, visit] = [`m${number % 700}`, `v-${number}`];
  const from = new Date(firstMs + number * 60_000).toISOString();
  const to = new Date(firstMs + number * 60_000 + 28_800_000).toISOString();
  const [pass, businessDay] = [`p${number}`, from.slice(0, 10)];
  const tap = (direction, reader) => ({
    type: 'access.granted',
    accessPoint: 'front-door',
    reader,
    data: {
      holder: { kind: 'customer', id: customer },
      credential: { type: 'card', id: `c${number % 700}` },
      direction,
      reason: direction === 'in' ? 'pass' : 'exit',
    },
  });
  const door = (type) => ({ type, accessPoint: 'front-door', data: {} });
  const stay = { visit, customer, space: 'riverside' };
  const usage = [{ pass, businessDay }];
  const out = { from, to, auto: false, usage, uncoveredMinutes: 0, invoiced: true, review: false };
  return [
    [
      tap('in', 'front-in'),
      {
        type: 'checkin.recorded',
        accessPoint: 'front-door',
        data: { ...stay, source: 'card', pass, coverage: 'pass' },
      },
      { type: 'pass.used', accessPoint: 'front-door', data: { pass, businessDay, visit } },
    ],
    [door('door.opened')],
    [door('door.closed')],
    [tap('out', 'front-out'), { type: 'checkout.recorded', accessPoint: 'front-door', data: { ...stay, ...out } }],
    [door('door.opened')],
    [door('door.closed')],
    [{ type: 'rex.activated', accessPoint: 'front-door', data: {} }],
  ];
}

/** A closed journal of exactly that many records. @param first number of its first visit: no two journals share one */
export function makeJournal(folder, controller, events, first) {
  const file = join(folder, `${controller}.db`);
  const clock = new VirtualClock(firstMs);
  const random = seededRandom(controller);
  const { journal } = openJournal({ file, site, controller, durability: 'none', clock, random });
  for (let number = first, left = events; left > 0; number++) {
    for (const drafts of visitOf(number)) {
      if (left === 0) break;
      const some = drafts.slice(0, left);
      journal.commit(some, []);
      clock.advance(1_000);
      left -= some.length;
    }
  }
  journal.close();
  return file;
}
