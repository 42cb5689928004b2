// No minute is counted twice: what a visit used tiles at most its stay, the visits of a customer do not overlap, and no pass
// gave more than it had, but where `pass.oversold` says so.

import { peersAgree } from './peers.ts';
import type { Recorded } from './record.ts';
import type { Report } from './violations.ts';

/** What a pass was made with; null: a day pass, one business day. */
export type SupplyOf = (pass: string) => { readonly minutes: number | null } | undefined;

interface Used {
  readonly days: Set<string>;
  minutes: number;
  oversold: boolean;
}

interface Stay {
  readonly visit: string;
  readonly fromMs: number;
  readonly toMs: number;
}

const minuteMs = 60_000;

export class VisitCheck {
  readonly #report: Report;
  readonly #supply: SupplyOf;
  readonly #used = new Map<string, Used>();
  readonly #last = new Map<string, Stay>();
  /** By journals whose wall clock was set, or not to be trusted: who ended a stay since. */
  readonly #disturbedFor = new Map<string, Set<string>>();

  constructor(report: Report, supply: SupplyOf) {
    this.#report = report;
    this.#supply = supply;
  }

  record(record: Recorded): void {
    const { type, controller, clock, data } = record;
    if (type === 'clock.stepped' || !clock.synchronised) this.#disturbedFor.set(controller, new Set());
    if (type === 'pass.oversold') this.#of(record, String(data.pass)).oversold = true;
    if (type === 'pass.used') this.#of(record, String(data.pass)).days.add(String(data.businessDay));
    if (type === 'checkout.recorded') this.#checkOut(record);
  }

  /** All records are known. */
  end(): void {
    for (const [key, { days, minutes, oversold }] of this.#used) {
      const pass = key.slice(key.lastIndexOf(' ') + 1);
      const supply = this.#supply(pass);
      if (supply === undefined) {
        this.#report('pass', `${key} was used, and the office never had such a pass`);
        continue;
      }
      if (oversold) continue;
      if (supply.minutes === null && days.size > 1) {
        this.#report('pass', `the day pass ${key} was used for ${[...days].sort().join(' and ')}`);
      }
      if (supply.minutes !== null && minutes > supply.minutes) {
        this.#report('pass', `of ${key}, made with ${supply.minutes} minutes, ${minutes} were used`);
      }
    }
  }

  #checkOut(record: Recorded): void {
    const { controller, seq, data } = record;
    const { visit, customer, from, to, usage, uncoveredMinutes } = data as {
      visit: string;
      customer: string;
      from: string;
      to: string;
      usage: readonly { pass: string; businessDay?: string; minutes?: number }[];
      uncoveredMinutes: number;
    };
    const stay = { visit, fromMs: Date.parse(from), toMs: Date.parse(to) };
    if (!(stay.toMs >= stay.fromMs)) {
      this.#report('visit', `${controller} ${seq}: visit ${visit} ends before it begins`);
      return;
    }
    let minutes = uncoveredMinutes;
    for (const use of usage) {
      const used = this.#of(record, use.pass);
      if (use.businessDay !== undefined) used.days.add(use.businessDay);
      used.minutes += use.minutes ?? 0;
      minutes += use.minutes ?? 0;
    }
    // Each piece is rounded up to the minute, and so is what is uncovered.
    const most = Math.ceil((stay.toMs - stay.fromMs) / minuteMs) + usage.length + 1;
    if (data.review !== true && minutes > most) {
      this.#report('visit', `${controller} ${seq}: visit ${visit} of ${most} minutes at most counts ${minutes}`);
    }
    this.#overlap(record, customer, stay);
  }

  /** In the order of one journal; under a clock that was set in between nothing can be said. */
  #overlap({ controller, seq }: Recorded, customer: string, stay: Stay): void {
    const key = `${controller} ${customer}`;
    const before = this.#last.get(key);
    this.#last.set(key, stay);
    const seenSince = this.#disturbedFor.get(controller);
    const disturbed = seenSince !== undefined && !seenSince.has(customer);
    seenSince?.add(customer);
    if (before === undefined || disturbed || before.visit === stay.visit) return;
    if (stay.fromMs >= before.toMs) return;
    const words = `${customer} is in visit ${stay.visit} from ${iso(stay.fromMs)}, and was in ${before.visit} until ${iso(before.toMs)}`;
    this.#report('visit', `${controller} ${seq}: ${words}`);
  }

  #of({ controller }: Recorded, pass: string): Used {
    const key = peersAgree ? pass : `${controller} ${pass}`;
    const used = this.#used.get(key) ?? { days: new Set<string>(), minutes: 0, oversold: false };
    this.#used.set(key, used);
    return used;
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
