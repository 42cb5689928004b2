// Records that come after somebody was erased, or after their visit became nobody's: a controller was away. What they say of people goes
// before they are committed.

import type Database from 'better-sqlite3';
import type { Json } from '../../../access/event.ts';
import type { EventRow } from '../store/events.ts';
import { readMeta } from '../store/meta.ts';
import type { OfficeStore } from '../store/open.ts';
import { namesIn, type Renamed } from './cut.ts';
import { mentions } from './erasure-steps.ts';
import { type ErasableRow, EventEraser, erasableColumns, eventIn } from './event-eraser.ts';
import { ErasedNames, everybody, inTheirVisit } from './names.ts';

export class LateRecords {
  readonly #store: OfficeStore;
  readonly #names: ErasedNames;
  readonly #eraser: EventEraser;
  readonly #row: Database.Statement<[string, string, number], ErasableRow>;
  readonly #visit: Database.Statement<[string], string>;
  /** For one transaction; null: nobody was erased. */
  #renamed: Renamed | null = null;
  readonly #ofVisits = new Map<string, Renamed>();
  /** Whether anything was ever taken out. */
  #any = false;

  constructor(store: OfficeStore) {
    this.#store = store;
    this.#names = new ErasedNames(store);
    this.#eraser = new EventEraser(store);
    this.#row = store.db.prepare(
      `SELECT ${erasableColumns} FROM events WHERE controller = ? AND epoch = ? AND seq = ?`,
    );
    this.#visit = store.db
      .prepare<[string], string>('SELECT body FROM events WHERE visit = ? AND erased IS NOT NULL ORDER BY rowid')
      .pluck();
  }

  /** At the beginning of each transaction. */
  begin(): void {
    this.#renamed = this.#names.none ? null : this.#names.renamed();
    this.#any = this.#renamed !== null || readMeta(this.#store, 'retentionSweptMs') !== 0;
    this.#ofVisits.clear();
  }

  /** Right after the row was written. @returns whether something was taken out of it */
  look({ controller, epoch, seq, visit, body }: EventRow, nowMs: number): boolean {
    if (!this.#any) return false;
    const known = visit === null ? undefined : this.#ofVisit(visit);
    const renamed = known ?? this.#renamed;
    if (renamed === null) return false;
    const found = { type: '', visit, body, erased: null };
    if (known === undefined && !this.#isAbout(found, renamed)) return false;
    const row = this.#row.get(controller, epoch, seq);
    if (row === undefined) return false;
    const erasing = {
      why: known === undefined || this.#renamed !== null ? 'person' : 'retention',
      nowMs,
      renamed,
    } as const;
    if (eventIn(row) === null) {
      if (!mentions(row.body, renamed)) return false;
      this.#eraser.eraseWhole(row, erasing);
      return true;
    }
    if (visit === null) return this.#eraser.erase(row, erasing);
    // The rest of the visit is called the same.
    const ofVisit = known ?? inTheirVisit(this.#store, renamed);
    this.#ofVisits.set(visit, ofVisit);
    return this.#eraser.erase(row, { ...erasing, renamed: ofVisit }, { about: true });
  }

  #isAbout({ body }: Pick<ErasableRow, 'body'>, renamed: Renamed): boolean {
    try {
      const value = JSON.parse(body) as Json;
      for (const [kind, name] of namesIn(value)) if (renamed(kind, name) !== null) return true;
      return false;
    } catch {
      return mentions(body, renamed);
    }
  }

  /** What those who are named in a visit are called, where it is nobody's any more. */
  #ofVisit(visit: string): Renamed | undefined {
    const found = this.#ofVisits.get(visit);
    if (found !== undefined) return found;
    const bodies = this.#visit.all(visit);
    if (bodies.length === 0) return undefined;
    const names = new Map<string, string>();
    for (const body of bodies) {
      for (const [kind, name] of namesIn(JSON.parse(body) as Json)) names.set(kind, names.get(kind) ?? name);
    }
    const others = everybody(this.#store);
    const renamed: Renamed = (kind, name) => {
      const other = others(kind, name);
      return other === null ? null : (names.get(kind) ?? other);
    };
    this.#ofVisits.set(visit, renamed);
    return renamed;
  }
}
