// What must not be touched yet, because somebody still works with it: visits that go on, charges that nobody decided on, passes that were
// used twice or can still be used, records that a webhook is to be told of or that the merge has not looked at.

import type { Pass, TimePass } from '../../../access/model.ts';
import { readMeta } from '../store/meta.ts';
import type { OfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';
import type { Charge } from '../visits/fold.ts';

export type Needed = 'open' | 'charge' | 'oversold' | 'pass' | 'webhook' | 'merge';

interface VisitState {
  readonly toMs: number | null;
  readonly charges: string;
  readonly oversold: string;
  readonly passes: string;
}

export class StillNeeded {
  readonly #store: OfficeStore;
  readonly #records: Records;
  readonly #visit;
  readonly #rows;
  readonly #waits;
  readonly #looked;
  readonly #merges: boolean;

  /** @param merges whether the office looks for passes that were used twice */
  constructor(store: OfficeStore, merges: boolean) {
    const { db } = store;
    this.#store = store;
    this.#merges = merges;
    this.#records = new Records(store);
    this.#visit = db.prepare<[string], VisitState>(
      'SELECT to_ms AS toMs, charges, oversold, passes FROM visits WHERE visit = ?',
    );
    this.#rows = db.prepare<[string], number>('SELECT rowid FROM events WHERE visit = ?').pluck();
    this.#waits = db.prepare<[number], number>('SELECT 1 FROM webhook_deliveries WHERE event = ? LIMIT 1').pluck();
    this.#looked = db.prepare<[], number | null>('SELECT min(through) FROM webhooks').pluck();
  }

  /** null: nobody. */
  ofVisit(visit: string, nowMs: number): Needed | null {
    const state = this.#visit.get(visit);
    if (state !== undefined) {
      if (state.toMs === null) return 'open';
      if ((JSON.parse(state.charges) as Charge[]).some((charge) => charge.state === 'proposed')) return 'charge';
      if (state.oversold !== '[]') return 'oversold';
      if ((JSON.parse(state.passes) as string[]).some((pass) => this.#isOpen(pass, nowMs))) return 'pass';
    }
    const merged = this.#merges ? readMeta(this.#store, 'mergedThrough') : Number.POSITIVE_INFINITY;
    for (const row of this.#rows.all(visit)) {
      if (row > merged) return 'merge';
      if (this.ofRow(row)) return 'webhook';
    }
    return null;
  }

  /** Whether a webhook is to be told of it, or may have to be. */
  ofRow(row: number): boolean {
    return row > (this.#looked.get() ?? Number.POSITIVE_INFINITY) || this.#waits.get(row) !== undefined;
  }

  /** It can still be used: what it has left is made of its uses. */
  #isOpen(id: string, nowMs: number): boolean {
    const body = this.#records.body('passes', id);
    if (body === undefined) return false;
    const { expires, timePass, remainingMinutes, usedOn } = JSON.parse(body) as Pass;
    if (expires !== null && expires <= nowMs) return false;
    const product = this.#records.body('timePasses', timePass);
    const included = product === undefined ? null : (JSON.parse(product) as TimePass).minutesIncluded;
    return included === null ? usedOn === null : (remainingMinutes ?? included) > 0;
  }
}
