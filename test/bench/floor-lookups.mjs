// The floor under a decision: the raw look-ups that it cannot do without, each one prepared statement, and the keyed hash of
// what was read. Imports nothing of ours and decides nothing. Same files as ours, same settings of the replica's handle. What
// makes look-ups cheap is the floor's, too: those in the journal take its lock once, and rows come as lists of values.
//
// Per kind of member, in this order (R: replica.db, J: journal.db):
//   all        HMAC-SHA-256 of `card:VALUE`
//   all        R credential with its holder, by hash
//   all        R customer, by id
//   all        R contracts, by owner
//   all        J open visit, by customer
//   pass,none  R passes, by owner
//   pass       J use that the replica does not count yet, by pass
//   pass,none  J passes proposed for sale today, by customer and business day
//   all        J presence, by customer

import { createHmac } from 'node:crypto';
import Database from 'better-sqlite3';

const statements = {
  credential: `SELECT c.id, c.type, c.customer, c.status, c.valid_from, c.expires, c.extended_unlock, c.duress,
      h.rank, h.id AS holder
    FROM credentials c LEFT JOIN holders h ON h.credential = c.id WHERE c.hash = ?`,
  customer: 'SELECT id, name, registered_with, teams, disabled FROM customers WHERE id = ?',
  contracts: `SELECT id, plan, from_date, to_date, frozen FROM contracts WHERE owner_kind = 0 AND owner = ? ORDER BY id`,
  passes: `SELECT id, time_pass, source, remaining_minutes, used_on, used_by, valid_from, expires, created_at
    FROM passes WHERE owner_kind = 0 AND owner = ? ORDER BY id`,
  openVisit: `SELECT id, space, business_day, from_ms, boot, from_since_boot_ms, coverage, pass, plans, last_seen_ms,
    closes_ms FROM visits WHERE customer = ?`,
  localUse: 'SELECT customer, business_day, minutes FROM pass_use WHERE pass = ? ORDER BY seq',
  proposals: `SELECT time_pass, remaining_minutes FROM proposals WHERE customer = ? AND business_day = ? ORDER BY id`,
  presence: 'SELECT space, kind, since_ms, until_ms, closed FROM presence WHERE customer = ?',
};

export class Floor {
  #replica;
  #journal;
  #key;
  #day;
  #get;
  #begin;
  #end;

  /** @param day label of the business day, `YYYY-MM-DD` */
  constructor({ replica, journal, key, day }) {
    this.#key = key;
    this.#day = day;
    this.#replica = new Database(replica, { readonly: true });
    this.#replica.pragma('locking_mode = EXCLUSIVE');
    this.#replica.pragma(`mmap_size = ${256 * 1024 * 1024}`);
    this.#journal = new Database(journal, { readonly: true });
    const of = (db, names) => names.map((name) => [name, db.prepare(statements[name]).raw()]);
    this.#get = Object.fromEntries([
      ...of(this.#replica, ['credential', 'customer', 'contracts', 'passes']),
      ...of(this.#journal, ['openVisit', 'localUse', 'proposals', 'presence']),
    ]);
    this.#begin = this.#journal.prepare('BEGIN');
    this.#end = this.#journal.prepare('COMMIT');
  }

  /** @param kind `pass`, `plan` or `none` @returns how many rows were found, so that nothing can be left out */
  lookUp(card, kind) {
    const get = this.#get;
    const hash = createHmac('sha256', this.#key).update(`card:${card}`, 'utf8').digest();
    this.#begin.run();
    const [, , holder] = get.credential.get(hash);
    const [id] = get.customer.get(holder);
    let rows = 2 + get.contracts.all(id).length;
    if (get.openVisit.get(id) !== undefined) rows += 1;
    if (kind !== 'plan') {
      const passes = get.passes.all(id);
      rows += passes.length;
      for (const [pass] of passes) rows += get.localUse.all(pass).length;
      rows += get.proposals.all(id, this.#day).length;
    }
    if (get.presence.get(id) !== undefined) rows += 1;
    this.#end.run();
    return rows;
  }

  close() {
    this.#replica.close();
    this.#journal.close();
  }
}
