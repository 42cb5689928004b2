// One look through everything that may be older than the office's config keeps, in steps of bounded work, each one transaction: visits
// first, then all other records about people, then the audit log. What is still needed is passed over, and counted.

import { keptSinceMs } from '../../../config/office/retention.ts';
import type { OfficeRetention } from '../../../config/types.ts';
import { asideType } from '../../protocol/events.ts';
import { lostType } from '../store/events.ts';
import type { OfficeStore } from '../store/open.ts';
import { eraseAudit, eraseAuditIds } from './audit-eraser.ts';
import { eraseAnomalies, eraseCommands, eraseTickets } from './beside.ts';
import { hasFreeText, type Renamed } from './cut.ts';
import { type ErasableRow, EventEraser, erasableColumns, eventIn } from './event-eraser.ts';
import { everybody } from './names.ts';
import { StillNeeded } from './needed.ts';
import { isPseudonym } from './pseudonym.ts';
import { VisitDays, type VisitPlace } from './visit-days.ts';

export interface Swept {
  /** Visits, other records, entries of the audit log. */
  visits: number;
  records: number;
  entries: number;
  /** Visits that are too old, and still needed. */
  waiting: number;
}

const visitsAtOnce = 200;
const daysAtOnce = 10;
const rowsAtOnce = 500;
const entriesAtOnce = 200;

interface SweepRow extends ErasableRow {
  readonly timeMs: number | null;
  readonly controller: string;
  readonly epoch: string;
  readonly seq: number;
}

export class Sweep {
  readonly swept: Swept = { visits: 0, records: 0, entries: 0, waiting: 0 };
  readonly #store: OfficeStore;
  readonly #retention: OfficeRetention;
  readonly #nowMs: number;
  readonly #eraser: EventEraser;
  readonly #days: VisitDays;
  readonly #needed: StillNeeded;
  /** Records of no visit: whoever comes twice in one sweep is the same. */
  readonly #renamed: Renamed;
  #stage: 'visits' | 'records' | 'audit' | 'done' = 'visits';
  #visit: { readonly fromMs: number; readonly visit: string } = { fromMs: Number.NEGATIVE_INFINITY, visit: '' };
  #row = 0;
  #entry = 0;

  constructor(store: OfficeStore, retention: OfficeRetention, nowMs: number, merges: boolean) {
    this.#store = store;
    this.#retention = retention;
    this.#nowMs = nowMs;
    this.#eraser = new EventEraser(store);
    this.#days = new VisitDays(store);
    this.#needed = new StillNeeded(store, merges);
    this.#renamed = everybody(store);
  }

  /** @returns whether that was all. After an error of SQLite it may be called again. */
  step(): boolean {
    const stage = this.#stage;
    const since = this.#since(stage === 'records' ? 'events' : stage === 'audit' ? 'audit' : 'visits');
    if (stage === 'visits') {
      if (since === null || this.#once(() => this.#visits(since))) this.#stage = 'records';
    } else if (stage === 'records') {
      if ((since === null && this.#since('visits') === null) || this.#once(() => this.#records()))
        this.#stage = 'audit';
    } else if (stage === 'audit') {
      if (since === null || this.#once(() => this.#audit(since))) this.#stage = 'done';
    }
    return this.#stage === 'done';
  }

  #since(what: keyof OfficeRetention): number | null {
    const kept = this.#retention[what];
    return kept === null ? null : keptSinceMs(kept, this.#nowMs);
  }

  /** What a step that failed had counted, or where it had come to, is as before. */
  #once(work: () => boolean): boolean {
    const before = { ...this.swept };
    const [visit, row, entry] = [this.#visit, this.#row, this.#entry];
    try {
      return this.#store.db.transaction(work).immediate();
    } catch (error) {
      Object.assign(this.swept, before);
      [this.#visit, this.#row, this.#entry] = [visit, row, entry];
      throw error;
    }
  }

  #visits(sinceMs: number): boolean {
    const { fromMs, visit } = this.#visit;
    const places = this.#store.db
      .prepare<[number, string, number, number], VisitPlace>(
        `SELECT visit, customer, space, from_ms AS fromMs FROM visits
         WHERE (from_ms, visit) > (?, ?) AND from_ms < ? ORDER BY from_ms, visit LIMIT ?`,
      )
      .all(Math.max(fromMs, -8.64e15), visit, sinceMs, visitsAtOnce);
    let days = 0;
    for (const place of places) {
      if (days >= daysAtOnce) return false;
      this.#visit = place;
      if (isPseudonym(place.customer) || isPseudonym(this.#days.place(place.visit)?.customer ?? place.customer))
        continue;
      if (this.#eraseDay(place)) days += 1;
    }
    return places.length < visitsAtOnce;
  }

  /** All visits of the person and day, or, where one of them is needed, none. */
  #eraseDay(place: VisitPlace): boolean {
    const visits = this.#days.around(place);
    if (visits.some((visit) => this.#needed.ofVisit(visit, this.#nowMs) !== null)) {
      this.swept.waiting += 1;
      return false;
    }
    const erasing = { why: 'retention', nowMs: this.#nowMs, renamed: everybody(this.#store) } as const;
    for (const visit of visits) this.#eraser.eraseVisit(visit, erasing);
    this.swept.visits += visits.length;
    return true;
  }

  /** In the order in which they came: one that came late is not overlooked. */
  #records(): boolean {
    const rows = this.#store.db
      .prepare<[number, number], SweepRow>(
        `SELECT ${erasableColumns}, time_ms AS timeMs, controller, epoch, seq FROM events
         WHERE rowid > ? ORDER BY rowid LIMIT ?`,
      )
      .all(this.#row, rowsAtOnce);
    for (const row of rows) {
      this.#row = row.row;
      if (row.erased === null && this.#isOld(row) && !this.#needed.ofRow(row.row) && this.#erase(row)) {
        this.swept.records += 1;
      }
    }
    if (rows.length === rowsAtOnce) return false;
    const sinceMs = this.#since('events');
    if (sinceMs === null) return true;
    this.swept.records += eraseCommands(this.#store, sinceMs, this.#renamed);
    eraseAnomalies(this.#store, sinceMs, null);
    eraseTickets(this.#store, sinceMs, this.#renamed);
    return true;
  }

  /** A record of a visit goes with it; one whose visit nobody knows as long as visits do. */
  #isOld(row: SweepRow): boolean {
    const sinceMs = this.#since(row.visit === null ? 'events' : 'visits');
    if (sinceMs === null || (this.#timeOf(row) ?? Number.POSITIVE_INFINITY) >= sinceMs) return false;
    return row.visit === null || this.#isNoVisit(row.visit);
  }

  /** Where a record has no time, that of the next one of its journal. */
  #timeOf({ timeMs, controller, epoch, seq }: SweepRow): number | null {
    if (timeMs !== null) return timeMs;
    const next = this.#store.db
      .prepare<[string, string, number], number>(
        `SELECT time_ms FROM events WHERE controller = ? AND epoch = ? AND seq > ? AND time_ms IS NOT NULL
         ORDER BY seq LIMIT 1`,
      )
      .pluck();
    return next.get(controller, epoch, seq) ?? null;
  }

  #isNoVisit(visit: string): boolean {
    const known =
      'SELECT 1 FROM visits WHERE visit = @visit UNION ALL SELECT 1 FROM proved_visits WHERE visit = @visit LIMIT 1';
    return this.#store.db.prepare<[{ visit: string }], number>(known).get({ visit }) === undefined;
  }

  #erase(row: SweepRow): boolean {
    const erasing = { why: 'retention', nowMs: this.#nowMs, renamed: this.#renamed } as const;
    if (row.type === asideType || row.type === lostType) {
      this.#eraser.eraseWhole(row, erasing);
      return true;
    }
    const event = eventIn(row);
    const about = event !== null && hasFreeText(row.type, event.data);
    return this.#eraser.erase(row, erasing, { about, ...(row.visit === null ? { drop: ['visit', 'event'] } : {}) });
  }

  #audit(sinceMs: number): boolean {
    const { through, erased, done } = eraseAudit(this.#store, this.#entry, sinceMs, entriesAtOnce, this.#renamed);
    this.#entry = through;
    this.swept.entries += erased;
    if (!done) return false;
    return eraseAuditIds(this.#store, sinceMs, entriesAtOnce, this.#renamed);
  }
}
