// The records of a damaged journal on their way out: every one that is whole goes, in its place, and of the others the chain
// knows the hash.

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openJournalReader } from '../../../db/journal/reader.ts';
import { journalOf } from './support.ts';

interface Kept {
  readonly seq: number;
  readonly body: string;
  readonly hash: string;
}

function change(file: string, work: (db: Database.Database) => void): void {
  const db = new Database(file);
  work(db);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

function rowsOf(file: string): Kept[] {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare<[], Kept>('SELECT seq, body, hash FROM events ORDER BY seq').all();
  } finally {
    db.close();
  }
}

function outgoing(file: string, after = 0, count = 1000) {
  const reader = openJournalReader(file);
  try {
    return reader.read(after, count, 1e9);
  } finally {
    reader.close();
  }
}

/** What goes out holds every place once, in order, and each record that is whole as it was written. */
function expectAllBut(lost: readonly [from: number, to: number][], file: string, written: readonly Kept[]): void {
  let next = 1;
  const missing: [number, number][] = [];
  for (const record of outgoing(file)) {
    expect(record.lost?.from ?? record.seq).toBe(next);
    next = record.seq + 1;
    if (record.lost === undefined) {
      expect(record.text).toBe(written[record.seq - 1]?.body);
      continue;
    }
    missing.push([record.lost.from, record.seq]);
    expect(record.lost.hash).toBe(written[record.seq - 1]?.hash);
  }
  expect(next).toBe(written.length + 1);
  expect(missing).toEqual(lost);
}

describe('a row of the journal', () => {
  const cases: [string, string, [number, number][]][] = [
    ['that is no JSON', "UPDATE events SET body = 'x' || body WHERE seq = 7", [[7, 7]]],
    ['that is altered', 'UPDATE events SET body = replace(body, \'"pass"\', \'"plan"\') WHERE seq = 7', [[7, 7]]],
    ['that is no text', 'UPDATE events SET body = 5 WHERE seq = 7', [[7, 7]]],
    ['whose hash is gone', "UPDATE events SET hash = 'none' WHERE seq = 7", [[7, 7]]],
    ['whose text and hash are gone', "UPDATE events SET body = '', hash = '' WHERE seq = 7", [[7, 7]]],
    ['that is missing', 'DELETE FROM events WHERE seq = 7', [[7, 7]]],
    [
      'beside others that are missing',
      'DELETE FROM events WHERE seq IN (7, 8, 9, 12)',
      [
        [7, 9],
        [12, 12],
      ],
    ],
    ['at the beginning that is missing', 'DELETE FROM events WHERE seq < 4', [[1, 3]]],
    ['at the end that is missing', 'DELETE FROM events WHERE seq > 17', [[18, 20]]],
    ['of any place that is missing', 'DELETE FROM events', [[1, 20]]],
  ];

  it.each(cases)('%s stops none after it', (_name, sql, lost) => {
    const file = journalOf(20);
    const written = rowsOf(file);
    change(file, (db) => void db.exec(sql));
    expectAllBut(lost, file, written);
  });

  it('that was altered and hashed anew is told by the one after it, with what stands there', () => {
    const file = journalOf(20);
    const written = rowsOf(file);
    change(file, (db) => {
      const { body } = db.prepare<[], Kept>('SELECT * FROM events WHERE seq = 6').get() ?? { body: '' };
      db.prepare('UPDATE events SET body = ?, hash = ? WHERE seq = 7').run(body, written[5]?.hash);
    });
    expectAllBut([[7, 7]], file, written);
    expect(outgoing(file, 6, 1)).toMatchObject([{ seq: 7, text: written[5]?.body }]);
  });

  it('on a page that the disk has lost takes those of its page along, and no other', () => {
    const file = journalOf(200);
    const written = rowsOf(file);
    const target = written[99];
    if (target === undefined) throw new Error('no record 100');
    const at = readFileSync(file).indexOf(target.body);
    const page = Math.floor(at / 4096) * 4096;
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(4096, 0xff), 0, 4096, page);
    closeSync(handle);
    const records = outgoing(file);
    const lost = records.filter((record) => record.lost !== undefined);
    expect(lost).toHaveLength(1);
    const [gone] = lost;
    if (gone?.lost === undefined) throw new Error('nothing is lost');
    expect(gone.lost.from).toBeLessThanOrEqual(100);
    expect(gone.seq).toBeGreaterThanOrEqual(100);
    expect(gone.seq - gone.lost.from).toBeLessThan(20);
    expectAllBut([[gone.lost.from, gone.seq]], file, written);
  });
});

it('the hash of a record is told, also of one that is damaged', () => {
  const file = journalOf(20);
  const written = rowsOf(file);
  change(file, (db) => void db.exec("UPDATE events SET body = '', hash = '' WHERE seq = 7"));
  const reader = openJournalReader(file);
  for (const { seq, hash } of written) expect(reader.hashOf(seq)).toBe(hash);
  expect(reader.hashOf(21)).toBe(null);
  reader.close();
});
