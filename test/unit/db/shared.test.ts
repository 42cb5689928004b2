// What all controllers of a site know of each other: how long it is kept, whatever the clock said that it was recorded under.

import { describe, expect, it } from 'vitest';
import type { SharedRecord } from '../../../access/merge/record.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { openAt, startMs } from './support.ts';

const dayMs = 86_400_000;
const lostMs = 60_000;
const holder = 'customer:ana';

function shared(seq: number, timeMs: number, more: Partial<SharedRecord> = {}): SharedRecord {
  const place = { controller: 'back', epoch: 'e', seq, timeMs };
  return { ...place, holder, type: 'checkout.orphan', boot: 'b1', sinceBootMs: seq * 1_000, data: {}, ...more };
}

/** Which of the records are still there once a replica came `days` later, that counts the journal up to `through`. */
function keptOf(records: readonly SharedRecord[], days: number, through = 0): number[] {
  const clock = new VirtualClock(startMs);
  const { journal } = openAt(':memory:', { clock });
  journal.commit([], [{ do: 'share', records, cursor: null }]);
  clock.advance(days * dayMs);
  journal.dropIncluded(through, 'e', 'back');
  return journal.shared
    .recordsOf(holder)
    .map(({ seq }) => seq)
    .sort();
}

describe('what peers recorded', () => {
  it('is kept for two weeks, or for three days where a replica counts it', () => {
    const records = [shared(1, startMs), shared(2, startMs + 2 * dayMs)];
    expect(keptOf(records, 13)).toEqual([1, 2]);
    expect(keptOf(records, 15)).toEqual([2]);
    expect(keptOf(records, 17)).toEqual([]);
    expect(keptOf(records, 4, 1)).toEqual([2]);
  });

  it('is kept as long where its clock had lost the time and was set later', () => {
    const lost = shared(2, lostMs, { boot: 'b2', sinceBootMs: lostMs });
    const step = { type: 'clock.stepped', holder: 'boot:b2', boot: 'b2', sinceBootMs: lostMs + dayMs };
    const records = [shared(1, startMs), lost, shared(3, startMs + dayMs, step)];
    expect(keptOf(records, 2, 3)).toEqual([1, 2]);
    expect(keptOf(records, 13)).toEqual([1, 2]);
    expect(keptOf(records, 15)).toEqual([]);
    expect(keptOf(records, 4, 3)).toEqual([]);
  });

  it('is kept as long as what came before it where its clock had lost the time and was not set yet', () => {
    const records = [shared(1, startMs), shared(2, lostMs, { boot: 'b2' })];
    expect(keptOf(records, 2, 2)).toEqual([1, 2]);
    expect(keptOf(records, 13)).toEqual([1, 2]);
    expect(keptOf(records, 15)).toEqual([]);
  });
});
