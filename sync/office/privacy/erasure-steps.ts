// An erasure goes through all records of the store once, in steps of bounded work, by whoever comes first: the command that began it, or
// the running office. One that was cut short goes on where it was. Doors are told of it by a delta, which names whom they forget: that one
// goes once every controller has it.

import type { OfficeStore } from '../store/open.ts';
import { namesIn, type Renamed } from './cut.ts';
import { type ErasableRow, EventEraser, erasableColumns, eventIn } from './event-eraser.ts';
import { ErasedNames, inTheirVisit } from './names.ts';
import { VisitDays } from './visit-days.ts';
import { emptyWal } from './wal.ts';

const rowsAtOnce = 500;
const visitsAtOnce = 20;
/** A controller that has not come back after so long takes the snapshot. */
const toldAfterMs = 7 * 86_400_000;

interface Erasure {
  readonly erasure: number;
  readonly through: number;
  readonly upTo: number;
}

export class ErasureSteps {
  readonly #store: OfficeStore;
  readonly #eraser: EventEraser;
  readonly #names: ErasedNames;
  readonly #days: VisitDays;
  readonly #open;
  readonly #moved;
  readonly #rows;

  constructor(store: OfficeStore) {
    const { db } = store;
    this.#store = store;
    this.#eraser = new EventEraser(store);
    this.#names = new ErasedNames(store);
    this.#days = new VisitDays(store);
    this.#open = db.prepare<[], Erasure>(
      'SELECT erasure, through, up_to AS upTo FROM erasures WHERE through < up_to ORDER BY erasure LIMIT 1',
    );
    this.#moved = db.prepare<[number, number]>('UPDATE erasures SET through = ? WHERE erasure = ?');
    this.#rows = db.prepare<[number, number, number], ErasableRow>(
      `SELECT ${erasableColumns} FROM events WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?`,
    );
  }

  /** @returns whether there may be more to do at once */
  step(nowMs: number): boolean {
    if (this.#open.get() === undefined) {
      this.#forgetDeltas(nowMs);
      return false;
    }
    const done = this.#store.db.transaction(() => this.#look(nowMs)).immediate();
    if (done) emptyWal(this.#store);
    return true;
  }

  #look(nowMs: number): boolean {
    const erasure = this.#open.get();
    if (erasure === undefined) return true;
    const renamed = this.#names.renamed();
    const rows = this.#rows.all(erasure.through, erasure.upTo, rowsAtOnce);
    let through = erasure.through;
    let visits = 0;
    for (const row of rows) {
      if (visits >= visitsAtOnce) break;
      through = row.row;
      if (row.erased === null) visits += this.#erase(row, renamed, nowMs);
    }
    if (rows.length === 0) through = erasure.upTo;
    this.#moved.run(through, erasure.erasure);
    return through >= erasure.upTo;
  }

  /** @returns how many visits were erased with it */
  #erase(row: ErasableRow, renamed: Renamed, nowMs: number): number {
    const erasing = { why: 'person', nowMs, renamed } as const;
    const event = eventIn(row);
    if (event === null) {
      if (mentions(row.body, renamed)) this.#eraser.eraseWhole(row, erasing);
      return 0;
    }
    if (row.visit === null) {
      this.#eraser.erase(row, erasing);
      return 0;
    }
    if (![...namesIn(event.data)].some(([kind, name]) => renamed(kind, name) !== null)) return 0;
    const place = this.#days.standing(row.visit);
    const mine = place !== undefined && renamed('customer', place.customer) !== null;
    const visits = mine ? [...new Set([row.visit, ...this.#days.around(place)])] : [row.visit];
    // What else is said of passes that only the visits know.
    if (mine) for (const pass of this.#days.passesUnknown(visits)) this.#names.add('pass', pass);
    // One name a day: nothing ties the days of somebody to each other.
    const ofDay = mine ? inTheirVisit(this.#store, this.#names.renamed()) : renamed;
    for (const visit of visits) this.#eraser.eraseVisit(visit, { ...erasing, renamed: ofDay });
    return visits.length;
  }

  #forgetDeltas(nowMs: number): void {
    const { db } = this.#store;
    const waiting = db
      .prepare<[], { erasure: number; revision: number; atMs: number }>(
        'SELECT erasure, revision, at_ms AS atMs FROM erasures WHERE told = 0 AND revision IS NOT NULL',
      )
      .all();
    const behind = db.prepare<[number], number>('SELECT 1 FROM controllers WHERE revision < ? LIMIT 1');
    const published = db.prepare<[], number | null>('SELECT max(revision) FROM chunks').pluck().get() ?? 0;
    for (const { erasure, revision, atMs } of waiting) {
      if (published < revision || (nowMs - atMs < toldAfterMs && behind.get(revision) !== undefined)) continue;
      db.transaction(() => {
        db.prepare('DELETE FROM deltas WHERE revision <= ?').run(revision);
        db.prepare('UPDATE erasures SET told = 1 WHERE erasure = ?').run(erasure);
      }).immediate();
      emptyWal(this.#store);
    }
  }
}

/** Whether a text that is no record says a name, as a word of its own. */
export function mentions(text: string, renamed: Renamed): boolean {
  for (const [word] of text.matchAll(/[A-Za-z0-9._-]+/g)) if (renamed('other', word) !== null) return true;
  return false;
}
