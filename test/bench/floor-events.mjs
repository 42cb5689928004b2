// The floor under events on their way: what cannot be left out of them, and nothing else. Imports nothing of ours.
//
// At the office, for each message, a batch: one Ed25519 verify of the compact JWS, one JSON.parse of its payload, and one
// durable transaction of one row for each event, in its place (controller, epoch, seq), with its text.
// At the controller, for each batch: one query of its rows, one signature.

import { createPublicKey, sign, verify } from 'node:crypto';
import Database from 'better-sqlite3';

function openDurable(file) {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  return db;
}

export class FloorOffice {
  #db;
  #key;
  #insert;
  #begin;
  #end;
  #waiting = [];
  #told;
  #scheduled = false;

  /** @param told of the last record of each message that is on the disk */
  constructor(file, publicKeyPem, told) {
    this.#db = openDurable(file);
    this.#db.exec(
      `CREATE TABLE events (controller TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL,
         PRIMARY KEY (controller, epoch, seq))`,
    );
    this.#insert = this.#db.prepare('INSERT INTO events VALUES (?, ?, ?, ?)');
    this.#begin = this.#db.prepare('BEGIN IMMEDIATE');
    this.#end = this.#db.prepare('COMMIT');
    this.#key = createPublicKey(publicKeyPem);
    this.#told = told;
  }

  receive(controller, message) {
    this.#waiting.push({ controller, message });
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => this.#round(), 0);
  }

  #round() {
    this.#scheduled = false;
    for (const { controller, message } of this.#waiting.splice(0)) {
      this.#begin.run();
      const { epoch, seq } = this.#take(controller, message);
      this.#end.run();
      this.#told(controller, epoch, seq);
    }
  }

  #take(controller, message) {
    const text = Buffer.from(message).toString('latin1');
    const last = text.lastIndexOf('.');
    const signature = Buffer.from(text.slice(last + 1), 'base64url');
    if (!verify(null, Buffer.from(text.slice(0, last)), this.#key, signature)) throw new Error('not signed');
    const payload = Buffer.from(text.slice(text.indexOf('.') + 1, last), 'base64url').toString('utf8');
    const { epoch, events } = JSON.parse(payload);
    for (const event of events) this.#insert.run(controller, epoch, event.seq, JSON.stringify(event));
    return { epoch, seq: events.at(-1).seq };
  }

  count() {
    return this.#db.prepare('SELECT count(*) FROM events').pluck().get();
  }

  close() {
    this.#db.close();
  }
}

/** Reads a journal's rows and sends them in signed batches, at most so many events ahead of what is acknowledged. */
export class FloorController {
  #rows;
  #db;
  #options;
  #sent = 0;
  #acknowledged = 0;

  /** @param options `{ file, epoch, topic, kid, privateKey, batchEvents, windowEvents, send }` */
  constructor(options) {
    this.#options = options;
    this.#db = new Database(options.file, { readonly: true });
    this.#rows = this.#db.prepare('SELECT seq, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?').raw();
  }

  pump() {
    const { epoch, topic, kid, privateKey, batchEvents, windowEvents, send } = this.#options;
    const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid, topic })).toString('base64url');
    while (this.#db.open && this.#sent - this.#acknowledged + batchEvents <= windowEvents) {
      const rows = this.#rows.all(this.#sent, batchEvents);
      if (rows.length === 0) return;
      const payload = `{"epoch":"${epoch}","events":[${rows.map(([, body]) => body).join(',')}]}`;
      const input = `${header}.${Buffer.from(payload).toString('base64url')}`;
      const signature = sign(null, Buffer.from(input), privateKey).toString('base64url');
      this.#sent = rows.at(-1)[0];
      send(Buffer.from(`${input}.${signature}`));
    }
  }

  acknowledged(seq) {
    this.#acknowledged = seq;
    this.pump();
  }

  close() {
    this.#db.close();
  }
}
