// The table of visits follows the records in the same transaction that keeps them, and can be made anew from them at any
// time: both ways go through the same fold over the same order, so that they cannot differ.

import type Database from 'better-sqlite3';
import type { WireEvent } from '../../protocol/events.ts';
import { Events, type StoredVisitEvent } from '../store/events.ts';
import { guarded } from '../store/failure.ts';
import type { OfficeStore } from '../store/open.ts';
import { foldVisit, type Visit, type VisitEvent } from './fold.ts';
import { ProvedVisits } from './proved.ts';

/** Records of one visit that are looked at; a visit has a handful. */
export const maxVisitEvents = 1000;

export class VisitTable {
  readonly #events: Events;
  readonly #proved: ProvedVisits;
  readonly #remove: Database.Statement<[string]>;
  readonly #put: Database.Statement<(string | number | null)[]>;

  constructor(store: OfficeStore) {
    this.#events = new Events(store);
    this.#proved = new ProvedVisits(store);
    this.#remove = store.db.prepare('DELETE FROM visits WHERE visit = ?');
    this.#put = store.db.prepare(
      `INSERT OR REPLACE INTO visits (visit, customer, space, from_ms, to_ms, source, coverage, auto, review, invoiced,
         uncovered_minutes, passes, charges, controller, access_point)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  /**
   * Inside the caller's transaction. False where the visit has more records than are looked at.
   * @param fresh records of it that were just kept: where they are all that there are, none is read again
   */
  project(visit: string, fresh: readonly VisitEvent[] = []): boolean {
    if (fresh.length > 0 && fresh.length <= maxVisitEvents && this.#events.countOfVisit(visit) === fresh.length) {
      this.#project(visit, fresh);
      return true;
    }
    const found = this.#events.ofVisit(visit, maxVisitEvents + 1);
    this.#project(visit, found.slice(0, maxVisitEvents).map(visitEvent));
    return found.length <= maxVisitEvents;
  }

  /** Of visits that are one only that one stands in the table. */
  #project(visit: string, events: readonly VisitEvent[]): void {
    const others = this.#proved.note(visit, events);
    this.#fold(visit, events);
    for (const other of others) this.#fold(other, this.#events.ofVisit(other, maxVisitEvents).map(visitEvent));
  }

  #fold(visit: string, events: readonly VisitEvent[]): void {
    const folded = this.#proved.isAbsorbed(visit) ? null : foldVisit(visit, events);
    if (folded === null) this.#remove.run(visit);
    else this.#write(folded);
  }

  #write(v: Visit): void {
    this.#put.run(
      v.visit,
      v.customer,
      v.space,
      v.fromMs,
      v.toMs,
      v.source,
      v.coverage,
      Number(v.auto),
      Number(v.review),
      Number(v.invoiced),
      v.uncoveredMinutes,
      JSON.stringify(v.passes),
      JSON.stringify(v.charges),
      v.controller,
      v.accessPoint,
    );
  }
}

export function visitEvent({ timeMs, body }: StoredVisitEvent): VisitEvent {
  return visitEventOf(JSON.parse(body) as WireEvent, timeMs);
}

export function visitEventOf(event: WireEvent, timeMs: number): VisitEvent {
  const { controller, epoch, seq, type, accessPoint, data } = event;
  return { controller, epoch, seq, type, timeMs, accessPoint: accessPoint ?? null, data };
}

/** Makes the table of visits anew from the records. One transaction. */
export function rebuildVisits(store: OfficeStore): void {
  guarded(store.path, () => {
    const table = new VisitTable(store);
    const events = new Events(store);
    store.db
      .transaction(() => {
        store.db.exec('DELETE FROM visits; DELETE FROM proved_visits;');
        for (const visit of events.visits()) table.project(visit);
      })
      .immediate();
  });
}
