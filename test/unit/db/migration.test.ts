// A journal of the first schema, made by the SQL of then, which stands here and never changes: it comes forward whole, by
// itself, and goes on. One of a schema to come is refused in words.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { newDoor } from '../../../access/door/state.ts';
import { openLocalFacts } from '../../../db/journal/local-facts-reader.ts';
import { openJournalReader } from '../../../db/journal/reader.ts';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { drafts, folder, journalOf, openAt } from './support.ts';

const firstSchema = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY, type TEXT NOT NULL, time_ms INTEGER NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL);
  CREATE INDEX events_by_time ON events (time_ms);
  CREATE TABLE catalogues (hash TEXT PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE visits (
    id TEXT PRIMARY KEY, customer TEXT NOT NULL UNIQUE, space TEXT NOT NULL, business_day TEXT NOT NULL,
    from_ms INTEGER NOT NULL, boot TEXT NOT NULL, from_since_boot_ms INTEGER NOT NULL, coverage TEXT NOT NULL,
    pass_id TEXT, pass TEXT, plans TEXT NOT NULL, last_seen_ms INTEGER NOT NULL, closes_ms INTEGER NOT NULL,
    exhausts_ms INTEGER, catalogue TEXT NOT NULL REFERENCES catalogues (hash)) WITHOUT ROWID;
  CREATE INDEX visits_by_pass ON visits (pass_id) WHERE pass_id IS NOT NULL;
  CREATE INDEX visits_by_close ON visits (closes_ms, id);
  CREATE INDEX visits_by_exhaustion ON visits (exhausts_ms, id) WHERE exhausts_ms IS NOT NULL;
  CREATE TABLE pass_use (
    pass TEXT NOT NULL, seq INTEGER NOT NULL, controller TEXT NOT NULL, epoch TEXT NOT NULL, visit TEXT NOT NULL,
    customer TEXT NOT NULL, business_day TEXT, minutes INTEGER NOT NULL,
    PRIMARY KEY (pass, seq, controller, epoch, visit)) WITHOUT ROWID;
  CREATE TABLE proposals (
    id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, visit TEXT NOT NULL, customer TEXT NOT NULL,
    business_day TEXT NOT NULL, time_pass TEXT NOT NULL, remaining_minutes INTEGER);
  CREATE INDEX proposals_by_customer ON proposals (customer, business_day);
  CREATE TABLE presence (
    customer TEXT PRIMARY KEY, space TEXT NOT NULL, kind TEXT NOT NULL, since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL, closed TEXT, closed_visit TEXT,
    closed_catalogue TEXT REFERENCES catalogues (hash)) WITHOUT ROWID;
  CREATE INDEX presence_by_closed_visit ON presence (closed_visit) WHERE closed_visit IS NOT NULL;
  CREATE INDEX presence_by_end ON presence (until_ms, customer);
  CREATE TABLE visitors_inside (
    visitor TEXT PRIMARY KEY, host TEXT, space TEXT NOT NULL, until_ms INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX visitors_inside_by_end ON visitors_inside (until_ms, visitor);
  PRAGMA application_id = 1131570250;
  PRAGMA user_version = 1;`;

const epoch = '0b0e7a52-6d0f-4a52-9a39-0d3a3c1f8a11';
/** The hash of this journal's genesis, as docs/protocol.md gives it, and its first record in canonical form. */
const genesis = '554b4cab190240c52119d82de007393f6d646b05b0734434ab6954cc02ebbd47';
const body = `{"clock":{"boot":"5d0c3c1e-3a51-4d26-9d6b-0a7a31a0d001","sinceBootMs":81234,"synchronised":true},"controller":"front-desk","data":{},"epoch":"${epoch}","id":"0195568f-7c80-7000-8000-000000000001","prev":"${genesis}","seq":1,"site":"riverside","time":"2026-03-02T08:00:00.000Z","type":"controller.started"}`;

/** A journal of the first schema with one record, one open visit, one use and one proposal. */
function firstJournal(): string {
  const file = join(folder(), 'journal.db');
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec(firstSchema);
  const hash = createHash('sha256').update(body).digest('hex');
  const timeMs = Date.UTC(2026, 2, 2, 8);
  db.prepare('INSERT INTO events VALUES (1, ?, ?, ?, ?)').run('controller.started', timeMs, body, hash);
  const meta = { site: 'riverside', controller: 'front-desk', epoch, head: `1 ${hash}` };
  for (const [key, value] of Object.entries(meta)) db.prepare('INSERT INTO meta VALUES (?, ?)').run(key, value);
  db.exec(`
    INSERT INTO meta VALUES ('kept:acknowledged', '{"issuedAtMs":5,"through":1}');
    INSERT INTO catalogues VALUES ('c', '{"timePasses":[],"plans":[]}');
    INSERT INTO visits VALUES ('v', 'ana', 'riverside', '2026-03-02', ${timeMs}, 'b', 5, 'none-needed', NULL, NULL, '[]',
      ${timeMs}, ${timeMs + 5}, NULL, 'c');
    INSERT INTO pass_use VALUES ('p', 1, 'front-desk', '${epoch}', 'v', 'ana', '2026-03-02', 0);
    INSERT INTO proposals VALUES (1, 1, 'v', 'ana', '2026-03-02', 'day', NULL);`);
  db.close();
  return file;
}

function versionOf(file: string): unknown {
  const db = new Database(file, { readonly: true });
  try {
    return db.pragma('user_version', { simple: true });
  } finally {
    db.close();
  }
}

describe('a journal of the first schema', () => {
  it('comes forward when it is opened, with all that it holds, and goes on', () => {
    const file = firstJournal();
    expect(verifyJournal(file)).toMatchObject({ ok: true, records: 1 });
    const { journal, found } = openAt(file);
    expect(found).toBe('kept');
    expect(journal).toMatchObject({ epoch, acknowledged: { through: 1, issuedAtMs: 5 }, earlier: [], restored: null });
    expect(journal.openVisits().map(({ id }) => id)).toEqual(['v']);
    expect(journal.facts.localUse(['p'])).toHaveLength(1);
    expect(journal.facts.proposals('ana', '2026-03-02')).toHaveLength(1);
    expect([...journal.savedDoors()]).toEqual([]);
    const locked = { by: 'sam', untilMs: null, spaceWide: false };
    const saved = { ...newDoor, settings: { ...newDoor.settings, locked } };
    journal.commit(drafts(1), [{ do: 'door', accessPoint: 'main', saved }]);
    expect([...journal.savedDoors()]).toEqual([['main', saved]]);
    journal.close();
    expect(versionOf(file)).toBe(versionOf(journalOf(1)));
    expect(verifyJournal(file)).toMatchObject({ ok: true, records: 2, epoch });
    openAt(file).journal.close();
  });

  it('takes what makes no sense of a door for not there', () => {
    const file = firstJournal();
    openAt(file).journal.close();
    const db = new Database(file);
    const whole = JSON.stringify(newDoor);
    const rows = { whole, empty: '{}', text: 'locked', nothing: 'null', half: whole.replace('"locked":null,', '') };
    for (const row of Object.entries(rows)) db.prepare('INSERT INTO doors VALUES (?, ?)').run(...row);
    db.close();
    const { journal } = openAt(file);
    expect([...journal.savedDoors()]).toEqual([['whole', newDoor]]);
    journal.close();
  });

  it('has its proposals in its own epoch', () => {
    const file = firstJournal();
    const { journal } = openAt(file);
    journal.close();
    const db = new Database(file);
    expect(db.prepare('SELECT epoch FROM proposals').pluck().all()).toEqual([epoch]);
    db.close();
  });

  it('stays of the first schema, whole, where bringing it forward fails', () => {
    const file = firstJournal();
    const db = new Database(file);
    db.exec('ALTER TABLE proposals ADD COLUMN epoch TEXT');
    db.close();
    expect(() => openAt(file)).toThrow(expect.objectContaining({ code: 'storage-failed' }));
    expect(versionOf(file)).toBe(1);
    expect(verifyJournal(file)).toMatchObject({ ok: true, records: 1 });
  });

  it('is read by others as it is, and asked for facts only once it came forward', () => {
    const file = firstJournal();
    const reader = openJournalReader(file);
    expect([...reader.events()]).toHaveLength(1);
    reader.close();
    expect(() => openLocalFacts(file)).toThrow(/older version: start its controller once/);
    openAt(file).journal.close();
    openLocalFacts(file).close();
  });
});

describe('a journal of a schema to come', () => {
  it('is refused by all who open it, saying what to do, and stays as it is', () => {
    const file = journalOf(1);
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.close();
    const words = /schema 99 of a newer cardea, this one knows up to \d+: upgrade cardea, or .*restore/;
    for (const open of [openAt, openJournalReader, openLocalFacts, verifyJournal]) {
      expect(() => open(file)).toThrow(
        expect.objectContaining({ code: 'newer-schema', message: expect.stringMatching(words) }),
      );
    }
    expect(versionOf(file)).toBe(99);
  });
});
