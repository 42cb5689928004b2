// What counts toward plan limits here, and what the time can be at least, as the journal keeps them.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StateChange } from '../../../access/change.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { beginEpoch } from '../../../db/backup/begin-epoch.ts';
import { drafts, folder, openAt, startMs } from './support.ts';

const use = (visit: string, customer: string, day: string, minutes: number): StateChange => ({
  do: 'plan-use',
  visit,
  use: { customer, day, minutes },
});

/** Makes `to` from the journal `from`, as a restore does. */
function restored(from: string, to: string): void {
  beginEpoch(from, to, {
    identity: { site: 'riverside', controller: 'front-desk', epoch: 'new' },
    restored: { previousEpoch: 'old', through: 2, takenAt: '', restoredAt: '' },
    earlier: [],
  });
}

describe('plan use', () => {
  it('counts until a replica includes its commit, by whatever visit', () => {
    const { journal } = openAt(':memory:');
    journal.commit(drafts(2), [use('v1', 'ana', '2026-03-02', 0)]);
    journal.commit(drafts(1), [use('v1', 'ana', '2026-03-02', 30), use('v2', 'bob', '2026-03-02', 5)]);
    const days = (customer: string) => journal.facts.planUse(customer).map(({ day, minutes }) => [day, minutes]);
    expect(days('ana')).toEqual([
      ['2026-03-02', 0],
      ['2026-03-02', 30],
    ]);
    journal.dropIncluded(2);
    expect(days('ana')).toEqual([['2026-03-02', 30]]);
    expect(days('bob')).toEqual([['2026-03-02', 5]]);
    journal.dropIncluded(3, 'of-another-epoch');
    expect(days('ana')).toEqual([['2026-03-02', 30]]);
    journal.dropIncluded(3);
    expect(days('ana')).toEqual([]);
  });

  it('adds up within a commit, by visit and day', () => {
    const { journal } = openAt(':memory:');
    const evening = use('v1', 'ana', '2026-03-01', 7);
    journal.commit(drafts(1), [use('v1', 'ana', '2026-03-02', 30), use('v1', 'ana', '2026-03-02', 4), evening]);
    expect(journal.facts.planUse('ana').map(({ minutes }) => minutes)).toEqual([7, 34]);
  });

  it('is kept of somebody for as long as a limit can look at it, then no longer', () => {
    const { journal } = openAt(':memory:');
    const days = (customer: string) => journal.facts.planUse(customer).map(({ day }) => day);
    journal.commit(drafts(1), [use('v1', 'ana', '2026-03-02', 5), use('v2', 'bob', '2026-03-02', 5)]);
    journal.commit(drafts(1), [use('v3', 'ana', '2026-05-03', 5)]);
    expect(days('ana')).toEqual(['2026-03-02', '2026-05-03']);
    journal.commit(drafts(1), [use('v4', 'ana', '2026-05-04', 5)]);
    expect(days('ana')).toEqual(['2026-05-03', '2026-05-04']);
    expect(days('bob')).toEqual(['2026-03-02']);
  });

  it('goes on behind a restore, until the epoch that it was of is included', () => {
    const file = join(folder(), 'old.db');
    const next = join(folder(), 'journal.db');
    const old = openAt(file, { epoch: 'old' }).journal;
    old.commit(drafts(2), [use('v1', 'ana', '2026-03-02', 30)]);
    old.close();
    restored(file, next);
    const { journal } = openAt(next);
    expect(journal.facts.planUse('ana')).toHaveLength(1);
    journal.dropIncluded(2, 'old');
    expect(journal.facts.planUse('ana')).toEqual([]);
    journal.close();
  });
});

describe('the last record under a synchronised clock', () => {
  it('is the last one, whatever came after it without', () => {
    const clock = new VirtualClock(startMs);
    const { journal } = openAt(':memory:', { clock });
    expect(journal.lastSynchronised()).toBeNull();
    journal.commit(drafts(1), []);
    clock.advance(5_000);
    journal.commit(drafts(1), []);
    clock.step(0, false);
    clock.advance(5_000);
    journal.commit(drafts(2), []);
    const { boot } = clock.now();
    expect(journal.lastSynchronised()).toEqual({ wallMs: startMs + 5_000, boot, sinceBootMs: 3_605_000 });
  });

  it('is known at a start however many came after it without', () => {
    const file = join(folder(), 'journal.db');
    const clock = new VirtualClock(startMs);
    const { journal } = openAt(file, { clock });
    journal.commit(drafts(1), []);
    const known = journal.lastSynchronised();
    clock.step(0, false);
    for (let n = 0; n < 3; n++) journal.commit(drafts(50), []);
    journal.close();
    const again = openAt(file, { clock }).journal;
    expect(known).not.toBeNull();
    expect(again.lastSynchronised()).toEqual(known);
    again.close();
  });

  it('is known behind a restore', () => {
    const file = join(folder(), 'old.db');
    const next = join(folder(), 'journal.db');
    const old = openAt(file, { epoch: 'old' }).journal;
    old.commit(drafts(2), []);
    const before = old.lastSynchronised();
    old.close();
    restored(file, next);
    const { journal } = openAt(next);
    expect(before).not.toBeNull();
    expect(journal.lastSynchronised()).toEqual(before);
    journal.close();
  });
});
