import { copyFileSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { canonicalJson, eventHash, genesisHash } from '../../../access/canonical.ts';
import type { JsonObject } from '../../../access/event.ts';
import { DbError } from '../../../db/error.ts';
import { openJournalReader } from '../../../db/journal/reader.ts';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { openForWriting } from '../../../db/open.ts';
import { catalogue, drafts, folder, journalOf, openAt, startMs, visit } from './support.ts';

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'nothing was thrown';
  } catch (error) {
    return error instanceof DbError ? error.code : `another error: ${String(error)}`;
  }
}

describe('records', () => {
  it('follow each other without gaps, each naming the one before', () => {
    const { journal } = openAt(':memory:', { epoch: 'e1' });
    const events = [...journal.commit(drafts(2), []), ...journal.commit(drafts(1), [])];
    expect(events.map((event) => event.seq)).toEqual([1, 2, 3]);
    let prev = genesisHash({ site: 'riverside', controller: 'front-desk', epoch: 'e1' });
    for (const event of events) {
      expect(event.prev).toBe(prev);
      prev = eventHash(canonicalJson(event as unknown as JsonObject));
    }
    expect(journal.head).toEqual({ seq: 3, hash: prev });
    expect(events[0]?.time).toBe('2026-03-02T08:10:00.000Z');
    expect(events[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(events.map((event) => event.id)).size).toBe(3);
  });

  it('of one commit have the moment that it was given', () => {
    const { journal } = openAt(':memory:');
    const at = { wallMs: startMs - 1000, sinceBootMs: 7, boot: 'b', synchronised: false };
    const [event] = journal.commit(drafts(1), [], { at });
    expect(event).toMatchObject({
      time: '2026-03-02T08:09:59.000Z',
      clock: { boot: 'b', sinceBootMs: 7, synchronised: false },
    });
  });

  it('are written with their changes or not at all', () => {
    const file = join(folder(), 'journal.db');
    const { journal } = openAt(file);
    const open = { do: 'open-visit', catalogue: catalogue('20.00'), exhaustsMs: null } as const;
    journal.commit(drafts(1), [{ ...open, visit: visit('v1', 'ana') }]);
    const before = journal.head;
    const doubled = { ...open, catalogue: catalogue('30.00'), visit: visit('v2', 'ana') };
    expect(codeOf(() => journal.commit(drafts(2), [{ do: 'close-visit', visit: 'none' }, doubled]))).toBe(
      'storage-failed',
    );
    expect(journal.head).toEqual(before);
    expect(journal.openVisits().map((open) => open.id)).toEqual(['v1']);
    // The catalogue of the failed commit was not written, and is not believed to be.
    journal.commit(drafts(1), [{ ...doubled, visit: visit('v2', 'bob') }]);
    expect(journal.facts.catalogueOf('v2')?.timePasses.get('hours')?.price).toBe('30.00');
    journal.close();
    expect(verifyJournal(file)).toMatchObject({ ok: true, records: 2 });
  });

  it('of more than 256 KiB are refused before anything is written', () => {
    const { journal } = openAt(':memory:');
    const long = { type: 'tamper', data: { text: 'x'.repeat(256 * 1024) } } as const;
    expect(codeOf(() => journal.commit([...drafts(1), long], []))).toBe('too-large');
    expect(journal.head.seq).toBe(0);
    expect(journal.commit(drafts(1), [])[0]?.seq).toBe(1);
  });
});

describe('opening', () => {
  it('sets its guarantees at every open, and keeps its files private', () => {
    const file = join(folder(), 'journal.db');
    for (const _time of [1, 2]) {
      const db = openForWriting(file, 'full');
      db.exec('CREATE TABLE IF NOT EXISTS t (a)');
      expect(db.pragma('synchronous', { simple: true })).toBe(2);
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
      for (const part of ['', '-wal', '-shm']) expect(statSync(file + part).mode & 0o777).toBe(0o600);
      db.close();
    }
  });

  it('keeps a sound journal with its epoch, whatever epoch is asked for', () => {
    const file = journalOf(250);
    const { journal, found } = openAt(file, { epoch: 'another' });
    expect(found).toBe('kept');
    expect(journal.head.seq).toBe(250);
    expect(journal.epoch).not.toBe('another');
    expect(journal.commit(drafts(1), [])[0]?.seq).toBe(251);
    journal.close();
    expect(verifyJournal(file)).toMatchObject({ ok: true, records: 251 });
  });

  it.each([
    ['no database', (file: string) => writeFileSync(file, 'this is no database at all, only a line of text')],
    ['a cut tail', (file: string) => change(file, 'DELETE FROM events WHERE seq > 8')],
    [
      'an altered record',
      (file: string) => change(file, "UPDATE events SET body = replace(body, 'pass', 'plan') WHERE seq = 5"),
    ],
    ['a lost table', (file: string) => change(file, 'DROP TABLE events')],
    ['a lost main file', (file: string) => writeFileSync(`${file}-wal`, 'left alone'), true],
  ])('sets %s aside and begins a new epoch', (_name, damage, empty = false) => {
    const file = empty ? join(folder(), 'journal.db') : journalOf(10);
    damage(file);
    const opened = openAt(file, { epoch: 'fixed' });
    expect(opened.found).toBe('set-aside');
    expect(opened.detail).not.toBeNull();
    expect(opened.asidePath).toBe(`${file}.damaged-20260302T081000000Z`);
    expect(readdirSync(dirname(file)).some((name) => name.startsWith('journal.db.damaged-'))).toBe(true);
    expect(opened.journal.epoch).not.toBe('fixed');
    expect(opened.journal.head.seq).toBe(0);
    opened.journal.commit(drafts(1), []);
    opened.journal.close();
    expect(verifyJournal(file)).toMatchObject({ ok: true, records: 1 });
  });

  it('never touches the journal of someone else or of a newer version', () => {
    const file = journalOf(3);
    expect(codeOf(() => openAt(file, { controller: 'back-door' }))).toBe('foreign-journal');
    expect(codeOf(() => openAt(file, { site: 'hilltop' }))).toBe('foreign-journal');
    change(file, 'PRAGMA user_version = 99');
    expect(codeOf(() => openAt(file))).toBe('newer-schema');
    expect(codeOf(() => verifyJournal(file))).toBe('newer-schema');
    expect(existsSync(file)).toBe(true);
    expect(readdirSync(dirname(file)).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  it('after a crash finds each commit whole', () => {
    const file = join(folder(), 'journal.db');
    const { journal } = openAt(file, { durability: 'full' });
    for (let commits = 1; commits <= 5; commits++) {
      const opened = { do: 'open-visit', catalogue: catalogue(`${commits}.00`), exhaustsMs: null } as const;
      journal.commit(drafts(3), [{ ...opened, visit: visit(`v${commits}`, `c${commits}`) }]);
      const crashed = join(folder(), 'journal.db');
      for (const part of ['', '-wal']) copyFileSync(file + part, crashed + part);
      const again = openAt(crashed);
      expect(again.found).toBe('kept');
      expect(again.journal.head).toEqual(journal.head);
      expect(again.journal.openVisits()).toHaveLength(commits);
      again.journal.close();
    }
    journal.close();
  });
});

describe('kept values', () => {
  it('go to disk with the next commit or flush', () => {
    const file = join(folder(), 'journal.db');
    const { journal } = openAt(file);
    journal.commit(drafts(4), []);
    expect(journal.acknowledged).toEqual({ through: 0, issuedAtMs: null });
    journal.acknowledge(3, 77);
    journal.set('modes', { door: 'locked' });
    expect(journal.pending()).toBe(1);
    const other = new Database(file, { readonly: true });
    const stored = other.prepare("SELECT count(*) FROM meta WHERE key LIKE 'kept:%'").pluck();
    expect(stored.get()).toBe(0);
    journal.flush();
    expect(stored.get()).toBe(2);
    other.close();
    journal.acknowledge(2, null);
    journal.commit(drafts(1), []);
    journal.close();
    const { journal: again } = openAt(file);
    expect(again.acknowledged).toEqual({ through: 2, issuedAtMs: null });
    expect(again.pending()).toBe(3);
    expect(again.get('modes')).toEqual({ door: 'locked' });
    expect(again.get('unknown')).toBeUndefined();
    expect(codeOf(() => again.set('long', 'x'.repeat(70_000)))).toBe('too-large');
    again.close();
  });
});

describe('a reader', () => {
  it('sees what is on disk, in batches that are bounded', () => {
    const file = join(folder(), 'journal.db');
    const { journal } = openAt(file);
    const reader = openJournalReader(file);
    expect(reader.head()).toBe(0);
    const events = [...journal.commit(drafts(600), []), ...journal.commit([{ type: 'tamper', data: {} }], [])];
    expect(reader.identity()).toEqual({ site: 'riverside', controller: 'front-desk', epoch: journal.epoch });
    expect(reader.head()).toBe(601);
    const batch = reader.read(10, 3, 1_000_000);
    expect(batch.map((row) => row.seq)).toEqual([11, 12, 13]);
    expect(batch[0]?.text).toBe(canonicalJson(events[10] as unknown as JsonObject));
    expect(reader.read(10, 3, 1)).toHaveLength(1);
    expect(reader.read(601, 3, 1000)).toEqual([]);
    expect([...reader.events()]).toEqual(events);
    expect([...reader.events({ type: 'tamper' })].map((event) => event.seq)).toEqual([601]);
    expect([...reader.events({ afterSeq: 599 })].map((event) => event.seq)).toEqual([600, 601]);
    expect([...reader.events({ sinceMs: startMs + 1 })]).toEqual([]);
    reader.close();
    journal.close();
    expect(codeOf(() => openJournalReader(`${file}.none`))).toBe('not-found');
  });
});

function change(file: string, sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}
