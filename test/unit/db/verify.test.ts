import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { folder, journalOf } from './support.ts';

type Damage = (db: Database.Database) => void;

const body = (db: Database.Database, seq: number): string =>
  db.prepare<[number], string>('SELECT body FROM events WHERE seq = ?').pluck().get(seq) ?? '';

const alter =
  (seq: number, rehashed: boolean, from = '"pass"', to = '"plan"'): Damage =>
  (db) => {
    const text = body(db, seq).replace(from, to);
    expect(text).not.toBe(body(db, seq));
    db.prepare('UPDATE events SET body = ? WHERE seq = ?').run(text, seq);
    const hash = createHash('sha256').update(text).digest('hex');
    if (rehashed) db.prepare('UPDATE events SET hash = ? WHERE seq = ?').run(hash, seq);
  };

const sql =
  (text: string): Damage =>
  (db) =>
    void db.exec(text);

describe('verify', () => {
  it('finds nothing in a sound journal, also an empty one', () => {
    expect(verifyJournal(journalOf(20))).toMatchObject({ ok: true, records: 20, head: { seq: 20 }, problem: null });
    expect(verifyJournal(journalOf(0))).toMatchObject({ ok: true, records: 0, problem: null });
  });

  const cases: [string, Damage, number, string][] = [
    ['an altered record', alter(7, false), 7, 'altered'],
    ['a record altered and hashed anew', alter(7, true), 7, 'altered'],
    ['the last record altered and hashed anew', alter(20, true), 20, 'altered'],
    ['the first record altered and hashed anew', alter(1, true), 1, 'altered'],
    ['a text that is not canonical, hashed anew', alter(7, true, '{"accessPoint"', '{ "accessPoint"'), 7, 'altered'],
    ['a text that is no JSON', alter(7, true, '{', '['), 7, 'altered'],
    ['another epoch', alter(7, true, '"epoch":"', '"epoch":"0'), 7, 'foreign'],
    ['a deleted record', sql('DELETE FROM events WHERE seq = 7'), 7, 'missing'],
    ['a deleted first record', sql('DELETE FROM events WHERE seq = 1'), 1, 'missing'],
    [
      'two records that changed places',
      sql(`UPDATE events SET seq = -1 WHERE seq = 7; UPDATE events SET seq = 7 WHERE seq = 9;
           UPDATE events SET seq = 9 WHERE seq = -1`),
      7,
      'reordered',
    ],
    ['a type filed wrongly', sql("UPDATE events SET type = 'door.held' WHERE seq = 6"), 6, 'altered'],
    ['a time filed wrongly', sql('UPDATE events SET time_ms = time_ms + 1 WHERE seq = 6'), 6, 'altered'],
    ['a cut tail', sql('DELETE FROM events WHERE seq > 15'), 16, 'truncated'],
    ['no records at all', sql('DELETE FROM events'), 1, 'truncated'],
    [
      'a record behind the end',
      (db) => {
        const last = JSON.parse(body(db, 20));
        const hash = db.prepare('SELECT hash FROM events WHERE seq = 20').pluck().get();
        const text = body(db, 20).replace('"seq":20', '"seq":21').replace(last.prev, String(hash));
        const own = createHash('sha256').update(text).digest('hex');
        db.prepare('INSERT INTO events VALUES (21, ?, ?, ?, ?)').run(last.type, Date.parse(last.time), text, own);
      },
      21,
      'foreign',
    ],
  ];

  it.each(cases)('finds %s', (_name, damage, seq, kind) => {
    const file = journalOf(20);
    const db = new Database(file);
    damage(db);
    db.close();
    const found = verifyJournal(file);
    expect(found.ok).toBe(false);
    expect(found.problem).toMatchObject({ seq, kind });
  });

  it('finds a flipped bit in any record, and in the pages', () => {
    const file = journalOf(40);
    const whole = readFileSync(file);
    const at = whole.indexOf('"index":20') + 8;
    for (const place of [at, 0, 4096]) {
      const copy = Buffer.from(whole);
      copy[place] = (copy[place] ?? 0) ^ 1;
      writeFileSync(file, copy);
      const found = verifyJournal(file);
      if (place === at) expect(found.problem).toMatchObject({ seq: 21, kind: 'altered' });
      else expect(found.problem?.kind).toBe('database');
    }
  });

  it('says that a file is no journal', () => {
    const file = join(folder(), 'some.db');
    writeFileSync(file, 'words '.repeat(1000));
    expect(verifyJournal(file).problem).toMatchObject({ seq: null, kind: 'database' });
    expect(() => verifyJournal(`${file}.none`)).toThrow(/there is no/);
  });
});
