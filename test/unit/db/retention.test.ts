// What a journal drops, and what it never does: the plan alone, a journal that dropped its beginning, and one that is kept
// within tiny bounds while thousands of records come.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../access/event.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { Retention } from '../../../daemon/run/retention.ts';
import { openJournalReader } from '../../../db/journal/reader.ts';
import { keptRecords, type OldRecord, planRetention, type RetentionFacts } from '../../../db/journal/retention.ts';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { backupOf, restoreTo } from '../backup/support.ts';
import { drafts, folder, openAt, startMs } from './support.ts';

const dayMs = 86_400_000;
const bounds = { keepMs: 10 * dayMs, maxBytes: 1_000_000 };

/** One record a day, the last of them now. */
function facts(over: Partial<RetentionFacts> = {}): RetentionFacts {
  const { head = 100, dropped = 0, nowMs = 100 * dayMs } = over;
  const oldest: OldRecord[] = [];
  for (let seq = dropped + 1; seq <= head; seq++) oldest.push({ seq, timeMs: seq * dayMs, bytes: 500 });
  return { head, dropped, delivered: head, usedBytes: 1000, nowMs, shrinking: false, oldest, ...over };
}

const through = (given: RetentionFacts, kept = 20): number | null => planRetention(given, bounds, kept).through;

function change(file: string, sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

describe('what goes', () => {
  it('of age is what the office has, but for the last records', () => {
    expect(through(facts(), 5)).toBe(89);
    expect(through(facts())).toBe(80);
    expect(through(facts({ delivered: 30 }))).toBe(30);
    expect(through(facts({ delivered: 0 }))).toBe(null);
    expect(through(facts({ dropped: 80 }))).toBe(null);
  });

  it('grows old only while the time is known', () => {
    expect(through(facts({ nowMs: null }))).toBe(null);
  });

  it('is not kept by a record from a wrong clock that is far ahead, nor dropped for one that is far behind', () => {
    const { oldest } = facts();
    const ahead = oldest.map((one) => (one.seq === 3 ? { ...one, timeMs: 9e12 } : one));
    expect(through(facts({ oldest: ahead }))).toBe(80);
    const behind = oldest.map((one) => (one.seq === 95 ? { ...one, timeMs: 0 } : one));
    expect(through(facts({ oldest: behind }), 0)).toBe(89);
  });

  it('of size is what the office has, and only then what it has not', () => {
    const large = { nowMs: null, usedBytes: bounds.maxBytes + 1 };
    expect(through(facts({ ...large, delivered: 30 }))).toBe(30);
    expect(through(facts({ ...large, delivered: 30, dropped: 30 }))).toBe(80);
    expect(through(facts({ ...large, delivered: 0 }))).toBe(80);
    expect(through(facts({ ...large, delivered: 0, dropped: 80 }))).toBe(null);
  });

  it('goes on until there is some room', () => {
    const at = (part: number, shrinking: boolean) =>
      planRetention(facts({ nowMs: null, usedBytes: bounds.maxBytes * part, shrinking }), bounds, 20);
    expect(at(0.97, false)).toEqual({ through: null, shrinking: false });
    expect(at(1.01, false)).toEqual({ through: 80, shrinking: true });
    expect(at(0.97, true)).toEqual({ through: 80, shrinking: true });
    expect(at(0.94, true)).toEqual({ through: null, shrinking: false });
  });

  it('is bounded in bytes, but for a record that alone is larger', () => {
    const oldest = [1, 2, 3, 4].map((seq) => ({ seq, timeMs: 0, bytes: seq === 1 ? 300_000 : 100_000 }));
    expect(through(facts({ oldest }))).toBe(1);
    expect(through(facts({ oldest: oldest.slice(1), dropped: 1 }))).toBe(3);
  });

  it('is never what the office has not before what it has, nor one of the last', () => {
    fc.assert(
      fc.property(
        fc.record({
          head: fc.nat(200),
          dropped: fc.nat(200),
          delivered: fc.nat(200),
          usedBytes: fc.nat(3_000_000),
          nowMs: fc.option(fc.integer({ min: 0, max: 400 * dayMs })),
          shrinking: fc.boolean(),
        }),
        (given) => {
          const head = Math.max(given.head, given.dropped);
          const planned = through(facts({ ...given, head, delivered: Math.min(given.delivered, head) }));
          if (planned === null) return;
          expect(planned).toBeGreaterThan(given.dropped);
          expect(planned).toBeLessThanOrEqual(head - 20);
          const delivered = Math.min(given.delivered, head);
          if (planned > delivered)
            expect(delivered <= given.dropped && given.usedBytes > 0.95 * bounds.maxBytes).toBe(true);
        },
      ),
      { seed: 20260302, numRuns: 500 },
    );
  });
});

describe('a journal that dropped its beginning', () => {
  function pruned(records = 60, through = 40) {
    const path = folder();
    const file = join(path, 'journal.db');
    const { journal } = openAt(file);
    const events = drafts(records).flatMap((draft) => journal.commit([draft], []));
    journal.acknowledge(50, startMs);
    expect(journal.drop(through)).toBe(true);
    return { path, file, journal, events };
  }

  it('is verified from the hash that it goes on from, and an altered record is still found', () => {
    const { file, journal } = pruned();
    expect(verifyJournal(file)).toMatchObject({ ok: true, records: 20, dropped: 40, head: { seq: 60 } });
    journal.commit(drafts(1), []);
    journal.close();
    expect(verifyJournal(file)).toMatchObject({ ok: true, records: 21, dropped: 40 });
    const again = openAt(file);
    expect(again.found).toBe('kept');
    expect(again.journal.anchor).toMatchObject({ seq: 40 });
    expect(again.journal.acknowledged).toEqual({ through: 50, issuedAtMs: startMs });
    expect(again.journal.drop(45)).toBe(true);
    again.journal.close();
    expect(verifyJournal(file)).toMatchObject({ ok: true, records: 16, dropped: 45 });
  });

  it('does not hide what else is gone', () => {
    const { file, journal } = pruned();
    journal.close();
    change(file, 'DELETE FROM events WHERE seq = 45');
    expect(verifyJournal(file)).toMatchObject({ ok: false, records: 4, dropped: 40, problem: { seq: 45 } });
    change(file, 'DELETE FROM events WHERE seq < 45');
    expect(verifyJournal(file).problem).toMatchObject({ seq: 41, kind: 'missing' });
  });

  it('never drops its last record', () => {
    const { journal } = pruned();
    expect(journal.drop(60)).toBe(false);
    expect(journal.drop(61)).toBe(false);
    expect(journal.drop(59)).toBe(true);
    journal.close();
  });

  it('tells an office that asks for them of the records that are gone', () => {
    const { file, journal, events } = pruned();
    const hash = events[40]?.prev;
    const reader = openJournalReader(file);
    expect(reader.read(7, 100, 1e6)).toMatchObject([{ seq: 40, text: '', lost: { from: 8, hash } }]);
    expect(reader.read(40, 100, 1e6)).toHaveLength(20);
    expect(reader.hashOf(40)).toBe(hash);
    expect(reader.hashOf(39)).toBe(null);
    expect(reader.dropped()).toBe(40);
    reader.close();
    journal.close();
  });

  it('is backed up and restored, with what the office has not', async () => {
    const { path, journal } = pruned();
    const file = join(folder(), 'a.backup');
    await backupOf(path, file);
    const before = journal.epoch;
    journal.commit(drafts(10), []);
    journal.acknowledge(55, startMs);
    journal.drop(53);
    journal.close();
    const report = await restoreTo(path, file);
    expect(report.toDeliver).toBe(15);
    const begun = openAt(join(path, 'journal.db'));
    expect(begun.journal.earlier).toMatchObject([{ epoch: before, last: 70, through: 55 }]);
    expect(begun.journal.anchor).toBe(null);
    begun.journal.close();
    const earlier = openJournalReader(join(path, `journal-${before}.db`));
    expect(earlier.read(55, 100, 1e6)).toHaveLength(15);
    earlier.close();
  });

  it('is restored over from a backup that is older than all that is left of it', async () => {
    const path = folder();
    const { journal } = openAt(join(path, 'journal.db'));
    journal.commit(drafts(30), []);
    const file = join(folder(), 'a.backup');
    await backupOf(path, file);
    journal.commit(drafts(30), []);
    journal.acknowledge(50, startMs);
    journal.drop(45);
    journal.close();
    const report = await restoreTo(path, file);
    expect(report.notes.join()).toMatch(/records 31 to 60 are newer than the backup/);
    expect(report.toDeliver).toBe(10);
  });
});

describe('within tiny bounds', () => {
  const maxBytes = 1_500_000;

  function world(alone = false) {
    const clock = new VirtualClock(startMs);
    const path = folder();
    const file = join(path, 'journal.db');
    const { journal } = openAt(file, { clock });
    const said: EventDraft[] = [];
    const settings = { keepMs: 10 * dayMs, maxBytes };
    const make = () =>
      new Retention({
        clock,
        journal,
        log: () => {},
        settings: () => settings,
        alone: () => alone,
        record: (draft) => {
          said.push(draft);
          journal.commit([draft], []);
        },
      });
    let retention = make();
    retention.start();
    return {
      file,
      journal,
      clock,
      said,
      status: () => retention.status(),
      restart: () => {
        retention.stop();
        retention = make();
        retention.start();
      },
      /** Ten records at a time, and a while after each. */
      fill: (count: number, acknowledged: boolean) => {
        for (let n = 0; n < count; n += 10) {
          journal.commit(drafts(10), []);
          if (acknowledged) journal.acknowledge(journal.head.seq, startMs);
          clock.advance(10_000);
        }
        clock.advance(300_000);
      },
      end: () => {
        retention.stop();
        journal.close();
      },
    };
  }

  it('the file takes no more than it may, however many records come, and its pages are used again', () => {
    const w = world();
    w.fill(3_000, true);
    const early = statSync(w.file).size;
    w.fill(9_000, true);
    expect(w.journal.head.seq).toBeGreaterThanOrEqual(12_000);
    expect(w.journal.usedBytes()).toBeLessThanOrEqual(maxBytes);
    expect(w.said).toEqual([]);
    w.end();
    expect(statSync(w.file).size).toBeLessThan(Math.max(early, maxBytes) * 1.15);
    const { anchor } = w.journal;
    expect(anchor?.seq).toBeGreaterThan(9_000);
    expect(verifyJournal(w.file)).toMatchObject({
      ok: true,
      dropped: anchor?.seq,
      records: 12_000 - (anchor?.seq ?? 0),
    });
  });

  it('what the office has not stays while there is room, is told of when it fills the journal, and goes last', () => {
    const w = world();
    w.fill(500, true);
    w.fill(1_900, false);
    expect(w.journal.anchor?.seq ?? 0).toBeLessThanOrEqual(500);
    expect(w.said.map(({ type }) => type)).toEqual(['storage.low']);
    expect(w.status().low).toBe(true);
    w.fill(3_000, false);
    const { anchor } = w.journal;
    if (anchor === null) throw new Error('nothing was dropped');
    expect(w.journal.usedBytes()).toBeLessThanOrEqual(maxBytes);
    const gaps = w.said.filter(({ type }) => type === 'journal.gap');
    expect(gaps.length).toBeGreaterThan(0);
    expect(gaps.length).toBeLessThan(60);
    let next = 501;
    for (const { data } of gaps) {
      expect(data).toMatchObject({ reason: 'dropped', from: next });
      next = Number(data.through) + 1;
    }
    expect(next).toBe(anchor.seq + 1);
    const before = w.said.length;
    w.restart();
    w.clock.advance(300_000);
    expect(w.said.slice(before).map(({ type }) => type)).toEqual(['storage.low']);
    w.journal.acknowledge(w.journal.head.seq, startMs);
    w.clock.advance(300_000);
    expect(w.said.at(-1)).toMatchObject({ type: 'storage.low', data: { recovered: true } });
    expect(w.status().low).toBe(false);
    w.end();
    expect(verifyJournal(w.file)).toMatchObject({ ok: true });
  });

  it('a controller that works alone drops its oldest, and there is nothing to tell', () => {
    const w = world(true);
    w.fill(6_000, false);
    expect(w.journal.usedBytes()).toBeLessThanOrEqual(maxBytes);
    expect(w.said).toEqual([]);
    w.end();
  });

  it('records grow old, but not the last of them', () => {
    const w = world();
    w.fill(2_000, true);
    expect(w.status().dropped).toBe(0);
    w.clock.advance(11 * dayMs);
    expect(w.status().dropped).toBe(2_000 - keptRecords);
    w.end();
  });

  it('drops a few records at a time, so that no tap waits for more', () => {
    const w = world();
    w.fill(2_000, true);
    w.clock.advance(11 * dayMs - 3_600_000);
    const steps: number[] = [];
    let before = w.journal.anchor?.seq ?? 0;
    for (let n = 0; n < 2_000 && before < 1_000; n++) {
      w.clock.advance(w.clock.untilNextMs() ?? 0);
      const now = w.journal.anchor?.seq ?? 0;
      if (now > before) steps.push(now - before);
      before = now;
    }
    expect(Math.max(0, ...steps)).toBeLessThanOrEqual(50);
    w.end();
  });

  it('a damaged row is no hindrance: the chain goes on from one beside it', () => {
    const w = world();
    w.fill(2_000, true);
    change(w.file, "UPDATE events SET hash = 'none' WHERE seq = 1000; DELETE FROM events WHERE seq = 500");
    w.clock.advance(11 * dayMs);
    expect(w.journal.anchor?.seq).toBe(999);
    w.end();
  });
});
