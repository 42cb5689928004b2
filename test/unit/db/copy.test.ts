// A copy of a journal that is written meanwhile, and a new epoch on the state of an old one.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beginEpoch } from '../../../db/backup/begin-epoch.ts';
import { copyJournal, journalSummary } from '../../../db/backup/copy-journal.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { openForWriting } from '../../../db/open.ts';
import { catalogue, drafts, folder, journalOf, openAt, pass, startMs, visit } from './support.ts';

const arrived = { sinceMs: 7, boot: 'boot', sinceBootMs: 5 };
const silent = { progress: () => {}, check: () => {} };

describe('a copy', () => {
  it('is of one instant and comes to its end, however much is written meanwhile', async () => {
    const file = join(folder(), 'journal.db');
    const { journal } = openAt(file);
    for (let n = 0; n < 20; n++) journal.commit(drafts(200), []);
    const to = join(folder(), 'copy.db');
    const done: number[] = [];
    const summary = await copyJournal(file, to, {
      progress: (pages) => {
        done.push(pages);
        journal.commit(drafts(50), []);
      },
      check: () => {},
    });
    // Without a snapshot that is held, each of these commits would have made it begin anew.
    expect(done.length).toBeGreaterThan(2);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(summary.head.seq).toBe(4000);
    expect(journal.head.seq).toBe(4000 + done.length * 50);
    expect(verifyJournal(to)).toMatchObject({ ok: true, records: 4000, head: summary.head });
    expect(statSync(to).mode & 0o777).toBe(0o600);
    for (const part of ['-wal', '-shm', '-journal']) expect(existsSync(to + part)).toBe(false);
    journal.close();
    expect(verifyJournal(file).ok).toBe(true);
  });

  it('ends where it is told to, and leaves the journal to its writer', async () => {
    const file = join(folder(), 'journal.db');
    const { journal } = openAt(file);
    journal.commit(drafts(3000), []);
    const check = (): never => {
      throw new Error('enough');
    };
    const to = join(folder(), 'copy.db');
    await expect(copyJournal(file, to, { progress: () => {}, check })).rejects.toThrow('enough');
    journal.commit(drafts(1), []);
    journal.close();
  });

  it('is refused of what is no journal', async () => {
    const to = join(folder(), 'copy.db');
    const none = join(folder(), 'none.db');
    await expect(copyJournal(none, to, silent)).rejects.toMatchObject({ code: 'not-found' });
    const other = join(folder(), 'other.db');
    openForWriting(other, 'none').close();
    await expect(copyJournal(other, to, silent)).rejects.toMatchObject({ code: 'damaged' });
    expect(journalSummary(journalOf(3))).toMatchObject({ head: { seq: 3 }, lastMs: startMs, earlier: [] });
  });
});

describe('a new epoch', () => {
  const identity = { site: 'riverside', controller: 'front-desk', epoch: 'second' };
  const restored = { previousEpoch: 'first', through: 2, takenAt: 'then', restoredAt: 'now' };
  const earlier = [{ epoch: 'first', last: 2, through: 1, issuedAtMs: 5 }];
  const proposal = { customer: 'ana', businessDay: '2026-03-02', timePass: 'hours', remainingMinutes: null };
  const closed = visit('v0', 'eve', { businessDay: '2026-03-01' });

  /** A journal with one of everything that goes on. */
  function lived(): string {
    const file = join(folder(), 'journal.db');
    const { journal } = openAt(file, { epoch: 'first' });
    const use = { pass: 'p1', customer: 'ana', businessDay: '2026-03-02', minutes: 7 };
    const presence = {
      customer: 'eve',
      space: 'riverside',
      kind: 'presumed',
      sinceMs: 1,
      untilMs: 9e12,
      closed,
    } as const;
    journal.commit(drafts(1), [{ do: 'open-visit', visit: closed, catalogue: catalogue('4.00'), exhaustsMs: null }]);
    journal.commit(drafts(1), [
      { do: 'close-visit', visit: 'v0' },
      { do: 'present', presence },
      { do: 'open-visit', visit: visit('v1', 'ana', { pass }), catalogue: catalogue('5.00'), exhaustsMs: startMs + 5 },
      { do: 'use', visit: 'v1', use },
      { do: 'propose', visit: 'v1', proposal },
      { do: 'visitor-in', visitor: 'vic', host: 'ana', space: 'riverside', ...arrived, untilMs: 9e12 },
    ]);
    journal.acknowledge(1, 5);
    journal.set('mark', { any: 1 });
    journal.close();
    return file;
  }

  function begun(): Journal {
    const [from, to] = [lived(), join(folder(), 'journal.db')];
    beginEpoch(from, to, { identity, restored, earlier });
    expect(verifyJournal(from)).toMatchObject({ ok: true, records: 2, epoch: 'first' });
    return openAt(to).journal;
  }

  it('has no record, and says what it goes on from', () => {
    const journal = begun();
    expect(journal.head.seq).toBe(0);
    expect(journal).toMatchObject({
      epoch: 'second',
      restored,
      earlier,
      acknowledged: { through: 0, issuedAtMs: null },
    });
    expect(journal.pending()).toBe(1);
    journal.acknowledgeEarlier('first', 2, 6);
    journal.acknowledgeEarlier('third', 2, 6);
    expect(journal.pending()).toBe(0);
    const [event] = journal.commit(drafts(1), []);
    expect(event).toMatchObject({ epoch: 'second', seq: 1 });
    journal.close();
  });

  it('goes on with visits, presences, uses, proposals, visitors and kept values', () => {
    const journal = begun();
    expect(journal.facts.openVisit('ana')).toMatchObject({ id: 'v1', pass: { id: 'p1' } });
    expect(journal.facts.catalogueOf('v1')?.timePasses.get('hours')?.price).toBe('5.00');
    expect(journal.facts.catalogueOf('v0')?.timePasses.get('hours')?.price).toBe('4.00');
    expect(journal.facts.presence('eve')).toMatchObject({ kind: 'presumed', closed: { id: 'v0' } });
    expect(journal.facts.localUse(['p1'])).toMatchObject([{ minutes: 7 }]);
    expect(journal.facts.proposals('ana', '2026-03-02')).toEqual([proposal]);
    expect(journal.facts.visitorInside('vic')).toEqual({ space: 'riverside', ...arrived });
    expect(journal.get('mark')).toEqual({ any: 1 });
    expect(journal.due()).toMatchObject({ kind: 'exhausted', visit: { id: 'v1' } });
    journal.close();
  });

  it('forgets uses of the epoch before only where a replica counts those', () => {
    const journal = begun();
    journal.dropIncluded(99);
    journal.dropIncluded(1, 'first');
    expect(journal.facts.localUse(['p1'])).toHaveLength(1);
    journal.dropIncluded(2, 'first');
    expect(journal.facts.localUse(['p1'])).toHaveLength(0);
    journal.close();
  });
});
