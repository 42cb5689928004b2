// The edge's records and what the office makes of them are the same visits, with the same passes, and the same charges to the
// last digit.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { VirtualClock } from '../../daemon/clock/virtual.ts';
import { Ingest } from '../../sync/office/ingest/ingest.ts';
import { openOfficeStore } from '../../sync/office/store/open.ts';
import { checkins } from '../../sync/office/visits/query.ts';
import { readEventBatch } from '../../sync/protocol/events.ts';
import type { Line } from '../oracle/state.ts';
import { Premise } from './premise.ts';
import { foundIn, fullStories, livelyStories, msOf } from './story.ts';

/** What the office shows once it has taken the journal in, in batches of that size, some of them twice. */
function shownBy(lines: readonly Line[], size: number): unknown[] {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-both-sides-'));
  const store = openOfficeStore(join(folder, 'office.db'), { site: 'site', mode: 'write', busyTimeoutMs: 0 });
  try {
    const ingest = new Ingest(store, new VirtualClock(Date.UTC(2027, 0)));
    for (let at = 0; at < lines.length; at += size) {
      const events: unknown[] = JSON.parse(JSON.stringify(lines.slice(at, at + size)));
      const [first] = events;
      const epoch = first !== null && typeof first === 'object' && 'epoch' in first ? first.epoch : undefined;
      const read = readEventBatch({ epoch, events }, { site: 'site', controller: 'c1' });
      if (!read.ok) throw new Error(`${read.reason}: ${read.detail}`);
      const batch = { controller: 'c1', batch: read.batch };
      ingest.commit(at % 2 === 0 ? [batch, batch] : [batch]);
    }
    const rows = store.db.prepare<[], { visit: string; review: number; invoiced: number; uncovered: number }>(
      'SELECT visit, review, invoiced, uncovered_minutes AS uncovered FROM visits',
    );
    const settled = new Map(
      rows.all().map(({ visit, review, invoiced, uncovered }) => {
        return [visit, { review: review === 1, invoiced: invoiced === 1, uncoveredMinutes: uncovered }];
      }),
    );
    return [...checkins(store)].map(({ visit, customer, space, from, to, coverage, auto, passes, charges }) => ({
      visit,
      customer,
      space,
      from: msOf(from),
      to: msOf(to),
      coverage,
      auto,
      passes: [...passes].sort(),
      ...settled.get(visit),
      charges: charges.map(chargeOf),
    }));
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same, put together from the edge's records by hand. */
function recordedIn(lines: readonly Line[]): unknown[] {
  return lines
    .filter(({ type }) => type === 'checkout.recorded')
    .map(({ data }) => {
      const { visit, customer, space, auto } = data;
      const begun = lines.find((line) => line.type === 'checkin.recorded' && line.data.visit === visit)?.data;
      const usage = data.usage as { pass: string }[];
      const passes = new Set(usage.map(({ pass }) => pass));
      if (typeof begun?.pass === 'string') passes.add(begun.pass);
      const charges = lines.filter((line) => line.type === 'charge.proposed' && line.data.visit === visit);
      return {
        visit,
        customer,
        space,
        from: msOf(data.from),
        to: msOf(data.to),
        coverage: begun?.coverage,
        auto,
        passes: [...passes].sort(),
        review: data.review,
        invoiced: data.invoiced,
        uncoveredMinutes: data.uncoveredMinutes,
        charges: charges.map((line) => chargeOf({ ...line.data, id: 'id' in line ? line.id : '', state: 'proposed' })),
      };
    });
}

/** All that a charge says, its instants as numbers. */
function chargeOf(charge: object): unknown {
  const { visit: _visit, customer: _customer, from, to, ...rest }: Record<string, unknown> = { ...charge };
  return Object.entries({ ...rest, from: msOf(from), to: msOf(to) }).sort(([a], [b]) => (a < b ? -1 : 1));
}

const byVisit = (all: unknown[]): string[] => all.map((one) => JSON.stringify(one)).sort();

it('the office shows what the edge recorded', { timeout: 300_000 }, () => {
  const premise = new Premise('edge and office: there are charges');
  fc.assert(
    fc.property(fc.oneof(fullStories, livelyStories), fc.integer({ min: 1, max: 9 }), (file, size) => {
      const lines = foundIn(file);
      const recorded = recordedIn(lines);
      premise.met(lines.some(({ type }) => type === 'charge.proposed'));
      expect(byVisit(shownBy(lines, size))).toEqual(byVisit(recorded));
    }),
    { seed: 20_260_308, numRuns: 60 },
  );
  premise.report();
});
