// Open visits stand in the journal as the time that cut-offs follow shows them. When that time is set, by a second or more,
// they are moved with it, all at once; a clock that is only slewed is written down nowhere. Decisions do not wait for it: they
// show themselves each visit by the clock (access/visit/shown.ts), and what was moved shows the same.

import type { StateChange } from '../../access/change.ts';
import type { Moment } from '../../access/clock.ts';
import { shownAt, stepMs } from '../../access/visit/shown.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { Timekeeper } from './timekeeper.ts';

export class Shifts {
  readonly #journal: Journal;
  readonly #time: Timekeeper;
  /** How far the wall was ahead of the time since boot when the visits were last as it shows them; null: they may not be. */
  #aheadMs: number | null = null;

  constructor(journal: Journal, time: Timekeeper) {
    this.#journal = journal;
    this.#time = time;
  }

  /** Whether the clock was set since the visits were moved, or visits were opened that may stand otherwise. */
  pending(at: Moment): boolean {
    return this.#aheadMs === null || Math.abs(this.#aheadOf(at) - this.#aheadMs) >= stepMs;
  }

  /** The change that moves them, to be written, and then told of by `moved`; null: there is nothing to move. */
  plan(at: Moment): StateChange | null {
    if (!this.pending(at)) return null;
    const to = this.#time.followedAt(at);
    const stands = this.#aheadMs === null && this.#journal.openVisits().every((visit) => shownAt(visit, to) === visit);
    return stands ? null : { do: 'shift', to };
  }

  /** All visits are as the followed time shows them. */
  moved(at: Moment): void {
    if (this.pending(at)) this.#aheadMs = this.#aheadOf(at);
  }

  /** Visits were written that may not be: what opens while a jump is not believed stands on the other side of it. */
  opened(at: Moment): void {
    if (Math.abs(this.#time.leastMs(at) - this.#time.dueMs(at)) >= stepMs) this.#aheadMs = null;
  }

  /** What stands is not known: decisions that were left unwritten are on disk now. */
  forget(): void {
    this.#aheadMs = null;
  }

  #aheadOf(at: Moment): number {
    return this.#time.dueMs(at) - at.sinceBootMs;
  }
}

/** At a start: what visits of an earlier boot lasted is told by the last record that was made in it with the clock right. */
export function shiftOfEarlierBoot(journal: Journal, { boot }: Moment): StateChange[] {
  const last = journal.lastSynchronised();
  return last === null || last.boot === boot ? [] : [{ do: 'shift', to: last }];
}
