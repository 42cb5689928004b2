// What was refused or dropped: counted by reason, and told to the operator at most once a minute for each.

import type { Clock } from '../../../access/clock.ts';
import type { OfficeLog } from '../log.ts';

const quietMs = 60_000;

interface Count {
  total: number;
  /** Since the last line in the log. */
  untold: number;
  toldAtMs: number;
}

export class Refusals {
  readonly #clock: Clock;
  readonly #log: OfficeLog;
  /** Reasons are words of this program: there are few. */
  readonly #counts = new Map<string, Count>();

  constructor(clock: Clock, log: OfficeLog) {
    this.#clock = clock;
    this.#log = log;
  }

  /** @param detail of this one; may hold what a stranger wrote, shortened. */
  add(reason: string, detail: string): void {
    const nowMs = this.#clock.now().sinceBootMs;
    const count = this.#counts.get(reason) ?? { total: 0, untold: 0, toldAtMs: Number.NEGATIVE_INFINITY };
    this.#counts.set(reason, count);
    count.total++;
    count.untold++;
    if (nowMs - count.toldAtMs < quietMs) return;
    this.#log('warn', `refused: ${reason}: ${detail.slice(0, 300)}`, { times: count.untold });
    count.untold = 0;
    count.toldAtMs = nowMs;
  }

  /** By reason, since the start. */
  totals(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].map(([reason, { total }]) => [reason, total]));
  }
}
