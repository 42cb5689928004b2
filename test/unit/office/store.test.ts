import { chmodSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OfficeError } from '../../../sync/office/error.ts';
import { Ingest } from '../../../sync/office/ingest/ingest.ts';
import { checkTails } from '../../../sync/office/store/check.ts';
import { lockStore } from '../../../sync/office/store/lock.ts';
import { openOfficeStore } from '../../../sync/office/store/open.ts';
import { JournalMaker } from '../../support/journal-maker.ts';
import { type Bench, openBench, received } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = openBench();
});
afterEach(() => bench.close());

function refusal(act: () => unknown): OfficeError {
  try {
    act();
  } catch (error) {
    if (error instanceof OfficeError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

function openIt(site = 'riverside', mode: 'write' | 'read' = 'write'): void {
  openOfficeStore(bench.path, { site, mode }).close();
}

describe('opening the store', () => {
  it('makes a file that only its owner can read, in WAL mode, synchronised in full at every open', () => {
    bench.open();
    expect(statSync(bench.path).mode & 0o777).toBe(0o600);
    expect(statSync(`${bench.path}-wal`).mode & 0o777).toBe(0o600);
    const { db } = bench.open();
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  });

  it('checks one moment of a store to which the running office writes meanwhile', () => {
    const journal = new JournalMaker('front-desk');
    for (let n = 0; n < 3; n++) journal.add('door.opened');
    const ingest = new Ingest(bench.open(), bench.clock);
    ingest.commit([received(journal, 1, 2)]);
    const { db } = bench.open();
    // While the cursors are asked for, a record more arrives.
    db.function('arrives', () => {
      ingest.commit([received(journal, 3, 3)]);
      return 1;
    });
    db.exec('CREATE TEMP VIEW cursors AS SELECT * FROM main.cursors WHERE arrives()');
    checkTails(db, bench.path);
    expect(db.prepare('SELECT max(seq) FROM events').pluck().get()).toBe(3);
  });

  it('takes back rights that were given away', () => {
    openIt();
    chmodSync(bench.path, 0o644);
    openIt();
    expect(statSync(bench.path).mode & 0o777).toBe(0o600);
  });

  it('does not make a file only to read it', () => {
    expect(refusal(() => openIt('riverside', 'read'))).toMatchObject({ code: 'store-missing' });
    expect(existsSync(bench.path)).toBe(false);
  });

  it.each(['', 'no folder/'])('says which path cannot be used %s', (folder) => {
    const path = `${bench.folder}/${folder}`;
    const error = refusal(() => openOfficeStore(path, { site: 'riverside', mode: 'write' }));
    expect(error).toMatchObject({ code: 'store-path' });
    expect(error.message).toContain(path);
  });

  it('leaves a file alone that is no database', () => {
    writeFileSync(bench.path, 'dear diary, today the door opened');
    const error = refusal(() => openIt());
    expect(error).toMatchObject({ code: 'store-foreign' });
    expect(error.message).toContain(bench.path);
    expect(readFileSync(bench.path, 'utf8')).toBe('dear diary, today the door opened');
  });

  it("leaves someone else's database alone", () => {
    const other = new Database(bench.path);
    other.exec('CREATE TABLE recipes (name TEXT)');
    other.close();
    const before = readFileSync(bench.path);
    expect(refusal(() => openIt())).toMatchObject({ code: 'store-foreign' });
    expect(readFileSync(bench.path).equals(before)).toBe(true);
  });

  it("refuses another site's store", () => {
    openIt('riverside');
    const error = refusal(() => openIt('hillside'));
    expect(error).toMatchObject({ code: 'other-site' });
    expect(error.message).toContain('riverside');
  });

  it('refuses a store of a newer program', () => {
    openIt();
    const db = new Database(bench.path);
    db.pragma('user_version = 99');
    db.close();
    expect(refusal(() => openIt())).toMatchObject({ code: 'store-newer' });
  });

  it('refuses a store with damaged pages, and one that was cut short', () => {
    fill();
    const whole = readFileSync(bench.path);
    const torn = Buffer.from(whole);
    torn.fill(0xaa, 4096 * 3, 4096 * 6);
    writeFileSync(bench.path, torn);
    const error = refusal(() => openIt());
    expect(error).toMatchObject({ code: 'store-corrupt' });
    expect(error.message).toContain(bench.path);
    expect(readFileSync(bench.path).equals(torn)).toBe(true);
    writeFileSync(bench.path, whole);
    openIt();
    truncateSync(bench.path, 4096 * 2);
    expect(refusal(() => openIt())).toMatchObject({ code: 'store-corrupt' });
  });

  it('refuses a store whose journals were altered at their end', () => {
    fill();
    const db = new Database(bench.path);
    db.exec(`UPDATE events SET body = replace(body, 'ana', 'bob') WHERE seq = 40`);
    db.close();
    const error = refusal(() => openIt());
    expect(error).toMatchObject({ code: 'store-corrupt' });
    expect(error.message).toContain('record 40 of front-desk');
  });
});

describe('the lock of the running office', () => {
  it('lets one in, and the next once that one is gone', () => {
    openIt();
    const first = lockStore(bench.path);
    expect(refusal(() => lockStore(bench.path))).toMatchObject({ code: 'store-in-use' });
    first.release();
    lockStore(bench.path).release();
  });

  it('does not keep imports and readers out', () => {
    const lock = lockStore(bench.path);
    openIt();
    openIt('riverside', 'read');
    lock.release();
  });
});

function fill(): void {
  const store = bench.open();
  const journal = new JournalMaker('front-desk');
  for (let n = 0; n < 100; n++)
    journal.add('checkin.rejected', { customer: 'ana', space: 'riverside', reason: 'no-pass' });
  new Ingest(store, bench.clock).commit([received(journal)]);
  store.db.pragma('wal_checkpoint(TRUNCATE)');
  store.close();
}
