// One controller's journal, whole or not, and held against what the office has of it. Both are read a page at a time.

import Database from 'better-sqlite3';
import { Chain } from './chain.mjs';

/** Site, controller and epoch, beside others. */
function metaOf(journal) {
  return Object.fromEntries(journal.prepare('SELECT key, value FROM meta').raw().all());
}

/** Its chain and its ids. @param visit told each record, in order @returns how many there are */
export async function readJournal(db, faults, visit) {
  const meta = metaOf(db);
  const chain = new Chain(meta);
  const rows = db.prepare('SELECT seq, body FROM events WHERE seq > ? ORDER BY seq LIMIT 1000');
  const ids = new Seen();
  let [last, count] = [0, 0];
  for (;;) {
    const page = rows.all(last);
    if (page.length === 0) break;
    for (const { seq, body } of page) {
      const event = chain.take(seq, body);
      if (!ids.first(event.id)) faults.add('twice', `record ${seq} of the journal has the id of another`);
      await visit(event);
      count++;
    }
    last = page.at(-1).seq;
  }
  ids.close();
  for (const fault of chain.faults) faults.add('gaps', `the journal of ${meta.controller}: ${fault}`);
  return count;
}

/** What the journal has and the office lacks is lost; what the office has beside it was never written, or is there twice. */
export function compareOffice(journal, office, faults) {
  const meta = metaOf(journal);
  const theirs = office.prepare('SELECT seq, body FROM events WHERE controller = ? AND epoch = ? ORDER BY seq');
  const chain = new Chain(meta);
  const ids = new Seen();
  const own = journal.prepare('SELECT seq, body FROM events ORDER BY seq').iterate();
  let mine = own.next();
  const lose = () => {
    faults.add('lost', `record ${mine.value.seq} never came to the office: ${mine.value.body.slice(0, 200)}`);
    mine = own.next();
  };
  for (const { seq, body } of theirs.iterate(meta.controller, meta.epoch)) {
    const event = chain.take(seq, body);
    if (!ids.first(event.id)) faults.add('twice', `record ${seq} at the office has the id of another`);
    while (!mine.done && mine.value.seq < seq) lose();
    if (!mine.done && mine.value.seq === seq) {
      if (mine.value.body !== body) faults.add('lost', `record ${seq} is another at the office: ${body.slice(0, 200)}`);
      mine = own.next();
    } else faults.add('twice', `the office has a record ${seq} that is not in the journal`);
  }
  while (!mine.done) lose();
  ids.close();
  // A record that is not in its place is missing there, and is told above: here it is what the office's own books lack.
  for (const fault of chain.faults) faults.add('gaps', `the office, of ${meta.controller}: ${fault}`);
}

/** Whether something comes for the first time; kept in a file that is gone when it is closed, so that any number fits. */
class Seen {
  #db = new Database('');
  #put;

  constructor() {
    this.#db.exec('CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID');
    this.#put = this.#db.prepare('INSERT OR IGNORE INTO seen (id) VALUES (?)');
    this.#db.exec('BEGIN');
  }

  first(id) {
    return this.#put.run(id).changes === 1;
  }

  close() {
    this.#db.close();
  }
}
