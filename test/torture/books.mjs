// Compares the books of a run, as its folder holds them: the controller's journal, the office's store and what it prints, what
// the card readers wrote when, and the lock's own file. Imports nothing of the program that it judges.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Faults } from './faults.mjs';
import { compareOffice, readJournal } from './journals.mjs';
import { LockBook, linesOf, livesOf, TapBook } from './witness.mjs';

/** @returns the counts of what is wrong, and `words`: what exactly, bounded */
export async function compare(folder) {
  const faults = new Faults();
  const lives = await livesOf(join(folder, 'diary.jsonl'));
  const siteKey = Buffer.from(readFileSync(join(folder, 'keys', 'site'), 'utf8'), 'base64');
  const taps = new TapBook(join(folder, 'taps.jsonl'), siteKey, lives);
  const lock = new LockBook(join(folder, 'locks.jsonl'), lives);
  const data = join(folder, 'data');
  // A file that was damaged is set aside, and a new journal begins: a death alone never does that.
  for (const name of readdirSync(data))
    if (/^journal\.db\.(?!wal$|shm$)/.test(name)) faults.add('gaps', `${name} was set aside`);
  const journal = new Database(join(data, 'journal.db'), { readonly: true });
  const office = new Database(join(folder, 'office.db'), { readonly: true });
  try {
    const visits = new Visits(faults);
    const records = await readJournal(journal, faults, async (event) => {
      visits.take(event);
      await lock.take(event);
      await taps.take(event);
    });
    await Promise.all([taps.end(), lock.end()]);
    compareOffice(journal, office, faults);
    const others = office.prepare('SELECT count(DISTINCT epoch) FROM events').pluck().get() - 1;
    if (others > 0) faults.add('twice', `the office has records of ${others} journals that are not there`);
    await visits.compare(join(folder, 'checkins.jsonl'));
    for (const fault of taps.unasked) faults.add('twice', fault);
    for (const fault of lock.unrecorded) faults.add('unrecorded', fault);
    for (const fault of [...taps.stale, ...taps.ignored, ...lock.neverShut]) faults.add('other', fault);
    if (lock.open) faults.add('other', 'the lock is open at the end');
    const { written, heard } = taps;
    const seen = { records, heard, unheard: written - heard, openings: lock.openings, visits: visits.count };
    return { kills: await killsOf(folder), taps: written, ...faults.counts, seen, words: faults.words };
  } finally {
    journal.close();
    office.close();
  }
}

async function killsOf(folder) {
  let kills = 0;
  for await (const { what } of linesOf(join(folder, 'diary.jsonl'))) if (what === 'killed') kills++;
  return kills;
}

/** Check-ins by the journal's own words, held against each other and against what `cardea office checkins` prints. */
class Visits {
  #faults;
  #db = new Database('');
  #open = new Map();
  count = 0;

  constructor(faults) {
    this.#faults = faults;
    this.#db.exec(
      'CREATE TABLE visits (visit TEXT PRIMARY KEY, printed INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID; BEGIN',
    );
    this.#db.exec('CREATE TABLE used (pass TEXT, day TEXT, PRIMARY KEY (pass, day)) WITHOUT ROWID');
  }

  take({ seq, type, data }) {
    if (type === 'checkin.recorded') this.#checkIn(seq, data);
    else if (type === 'checkout.recorded') this.#checkOut(seq, data);
    else if (type === 'pass.used') {
      const { changes } = this.#run('INSERT OR IGNORE INTO used VALUES (?, ?)', data.pass, data.businessDay);
      if (changes === 0)
        this.#faults.add('twice', `record ${seq} uses pass ${data.pass} once more on ${data.businessDay}`);
    }
  }

  async compare(printed) {
    if (!existsSync(printed)) return;
    for await (const { visit } of linesOf(printed)) {
      const { changes } = this.#run('UPDATE visits SET printed = printed + 1 WHERE visit = ?', visit);
      if (changes === 0) this.#faults.add('twice', `the office lists visit ${visit}, which the journal does not have`);
    }
    for (const { visit, printed: times } of this.#db.prepare('SELECT * FROM visits WHERE printed <> 1').iterate()) {
      this.#faults.add(times === 0 ? 'lost' : 'twice', `the office lists visit ${visit} ${times} times`);
    }
  }

  #checkIn(seq, { visit, customer }) {
    this.count++;
    const { changes } = this.#run('INSERT OR IGNORE INTO visits (visit) VALUES (?)', visit);
    if (changes === 0) this.#faults.add('twice', `record ${seq} begins visit ${visit} once more`);
    const open = this.#open.get(customer);
    if (open !== undefined) this.#faults.add('twice', `record ${seq}: ${customer} is inside already, by visit ${open}`);
    this.#open.set(customer, visit);
  }

  #checkOut(seq, { visit, customer }) {
    if (this.#open.get(customer) !== visit)
      this.#faults.add('twice', `record ${seq} ends visit ${visit}, which is not open`);
    this.#open.delete(customer);
  }

  #run(sql, ...values) {
    return this.#db.prepare(sql).run(...values);
  }
}
