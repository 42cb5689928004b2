// The office's flags are those of the union of all journals, whatever order their batches arrive in, in whatever pieces, and however
// often the office starts anew in between: the last word on each use, and the visits as they are listed, are the same.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { Ingest } from '../../../sync/office/ingest/ingest.ts';
import { Merger } from '../../../sync/office/merge/merger.ts';
import { checkins } from '../../../sync/office/visits/query.ts';
import { checkin, checkout, epochOne, JournalMaker } from '../../support/journal-maker.ts';
import { pass, space, timePass } from '../../support/records.ts';
import { customer, openBench, received, replica, startMs } from './bench.ts';

const controllers = ['a', 'b', 'c'] as const;
const people = ['ana', 'bob', 'eve'] as const;

const use = fc.record({
  controller: fc.constantFrom(...controllers),
  customer: fc.constantFrom(...people),
  pass: fc.constantFrom('p1', 'p2', 'h1'),
  day: fc.integer({ min: 2, max: 4 }),
  hour: fc.integer({ min: 8, max: 18 }),
  minutes: fc.integer({ min: 1, max: 90 }),
});
type Use = typeof use extends fc.Arbitrary<infer Value> ? Value : never;

/** The journals in which that happened. */
function journalsOf(uses: readonly Use[]): JournalMaker[] {
  const makers = new Map(controllers.map((id) => [id, new JournalMaker(id, `${epochOne.slice(0, -1)}${id}`)]));
  const ordered = uses.map((one, n) => ({ ...one, visit: `v${n}`, fromMs: Date.UTC(2026, 2, one.day, one.hour) }));
  for (const { controller, visit, customer: who, pass: id, day, fromMs, minutes } of ordered.sort(
    (x, y) => x.fromMs - y.fromMs,
  )) {
    const journal = makers.get(controller);
    const [from, to] = [fromMs, fromMs + minutes * 60_000].map((ms) => new Date(ms).toISOString());
    const [of, businessDay] = [{ visit, customer: who }, `2026-03-0${day}`];
    const isDay = id !== 'h1';
    const more = isDay ? { uses: true } : { remaining: 100 };
    journal?.add('checkin.recorded', checkin(of, { pass: id, businessDay, revision: 1, plans: [], ...more }), {
      time: from ?? '',
    });
    const usage = [isDay ? { pass: id, businessDay } : { pass: id, minutes }];
    journal?.add('checkout.recorded', checkout(of, from ?? '', to ?? '', { usage }), { time: to ?? '' });
  }
  return [...makers.values()];
}

/** What the office lists in the end, and what it flags. */
function merged(uses: readonly Use[], dice: readonly number[]): unknown {
  const bench = openBench();
  try {
    const store = bench.open();
    const records = {
      spaces: [space({ id: 'riverside' })],
      timePasses: [
        timePass('day', { price: '20.00', minutesIncluded: null, onSale: true }),
        timePass('hours', { price: '6.00', minutesIncluded: 180, onSale: false }),
      ],
      customers: people.map((id) => ({ ...customer(id), teams: ['acme'] })),
      passes: [pass('p1', 'day'), pass('p2', 'day'), pass('h1', 'hours')].map((one) => {
        return { ...one, customer: null, team: 'acme' };
      }),
    };
    importReplica(store, replica(1, records), { force: false, nowMs: startMs });
    const ingest = new Ingest(store, bench.clock);
    let lives = 0;
    const begin = (): Merger => {
      const failed = (error: unknown): never => {
        throw error;
      };
      return new Merger({
        clock: bench.clock,
        random: seededRandom(`life ${lives++}`),
        store,
        recorded: () => {},
        failed,
      });
    };
    let merger = begin();
    const journals = journalsOf(uses);
    const left = new Map(journals.map((journal) => [journal, 0]));
    for (let throws = 0; ; throws++) {
      const open = journals.filter((journal) => (left.get(journal) ?? 0) < journal.events.length);
      const journal = open[(dice[throws % dice.length] ?? 0) % Math.max(open.length, 1)];
      if (journal === undefined) break;
      const from = left.get(journal) ?? 0;
      const to = Math.min(from + 1 + ((dice[(throws + 1) % dice.length] ?? 0) % 3), journal.events.length);
      left.set(journal, to);
      ingest.commit([received(journal, from + 1, to)]);
      if ((dice[(throws + 2) % dice.length] ?? 0) % 4 === 0) {
        merger.stop();
        merger = begin();
      }
      merger.soon();
      bench.clock.advance(5_000);
    }
    bench.clock.advance(60_000);
    const flags = store.db
      .prepare(
        "SELECT pass, visit, json_extract(flag, '$.minutes') AS minutes FROM pass_uses WHERE flag IS NOT NULL ORDER BY 1, 2",
      )
      .all();
    return { flags, lines: [...checkins(store)] };
  } finally {
    bench.close();
  }
}

describe('what the office flags', () => {
  it('does not depend on the order in which it heard of it', () => {
    let flagged = 0;
    fc.assert(
      fc.property(
        fc.uniqueArray(use, {
          minLength: 2,
          maxLength: 8,
          selector: ({ customer: who, day, hour }) => `${who} ${day} ${hour}`,
        }),
        fc.array(fc.nat(), { minLength: 5, maxLength: 40 }),
        (uses, dice) => {
          const inOrder = merged(uses, [0]);
          flagged += (inOrder as { flags: unknown[] }).flags.length;
          expect(merged(uses, dice)).toEqual(inOrder);
        },
      ),
      { seed: 20260302, numRuns: 12 },
    );
    expect(flagged).toBeGreaterThan(10);
  });
});
