// No minute is counted twice: what a visit used tiles at most its stay, the visits of a customer do not overlap, and no pass
// gave more than it had, but where `pass.oversold` says so. Of a visit that two controllers ended, the one check-out counts that
// the office would count: a tap says more than a cut-off, and of two taps the later one.

import type { Recorded } from './record.ts';
import type { Report } from './violations.ts';

/** What a pass was made with; null: a day pass, one business day. */
export type SupplyOf = (pass: string) => { readonly minutes: number | null } | undefined;

interface Used {
  readonly days: Set<string>;
  minutes: number;
}

interface Stay {
  readonly visit: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly auto: boolean;
}

interface Use {
  readonly pass: string;
  readonly businessDay?: string;
  readonly minutes?: number;
}

/** As one check-out of a visit says. */
interface Ended extends Stay {
  readonly merged: boolean;
  readonly usage: readonly Use[];
}

interface Checkout {
  readonly visit: string;
  readonly customer: string;
  readonly from: string;
  readonly to: string;
  readonly auto: boolean;
  readonly review: boolean;
  readonly usage: readonly Use[];
  readonly uncoveredMinutes: number;
  readonly merged?: boolean;
}

const minuteMs = 60_000;

export class VisitCheck {
  readonly #report: Report;
  readonly #supply: SupplyOf;
  readonly #ended = new Map<string, Ended>();
  readonly #days: { readonly pass: string; readonly day: string }[] = [];
  readonly #oversold = new Set<string>();
  /** Visits that an exit after the cut-off proved: they count the evening before it, too (rules.md section 7). */
  readonly #proven = new Set<string>();
  /** By journal and customer. */
  readonly #last = new Map<string, Stay>();
  /** By journals whose wall clock was set, or not to be trusted: who ended a stay since. */
  readonly #disturbedFor = new Map<string, Set<string>>();

  constructor(report: Report, supply: SupplyOf) {
    this.#report = report;
    this.#supply = supply;
  }

  /** Controllers whose wall clock was not right all the time: instants of theirs say little. */
  get disturbed(): ReadonlySet<string> {
    return new Set(this.#disturbedFor.keys());
  }

  record({ type, controller, clock, data, ...record }: Recorded): void {
    if (type === 'clock.stepped' || !clock.synchronised) this.#disturbedFor.set(controller, new Set());
    if (type === 'pass.oversold') this.#oversold.add(String(data.pass));
    if (type === 'pass.used') {
      this.#days.push({ pass: String(data.pass), day: String(data.businessDay) });
    }
    if (type === 'checkin.recorded' && data.source === 'door') this.#proven.add(String(data.visit));
    if (type === 'checkout.recorded') this.#checkOut(controller, record.seq, data as unknown as Checkout);
  }

  /** All records are known. */
  end(): void {
    for (const [pass, { days, minutes }] of this.#uses()) {
      const supply = this.#supply(pass);
      if (supply === undefined) {
        this.#report('pass', `${pass} was used, and the office never had such a pass`);
        continue;
      }
      if (this.#oversold.has(pass)) continue;
      if (supply.minutes === null && days.size > 1) {
        this.#report('pass', `the day pass ${pass} was used for ${[...days].sort().join(' and ')}`);
      }
      if (supply.minutes !== null && minutes > supply.minutes) {
        this.#report('pass', `of ${pass}, made with ${supply.minutes} minutes, ${minutes} were used`);
      }
    }
  }

  /** By pass. */
  #uses(): ReadonlyMap<string, Used> {
    const uses = new Map<string, Used>();
    const of = (pass: string): Used => {
      const used = uses.get(pass) ?? { days: new Set<string>(), minutes: 0 };
      uses.set(pass, used);
      return used;
    };
    for (const { pass, day } of this.#days) of(pass).days.add(day);
    for (const { usage } of this.#ended.values()) {
      for (const { pass, businessDay, minutes = 0 } of usage) {
        const used = of(pass);
        used.minutes += minutes;
        if (businessDay !== undefined) used.days.add(businessDay);
      }
    }
    return uses;
  }

  #checkOut(controller: string, seq: number, checkout: Checkout): void {
    const { visit, customer, from, to, auto, usage } = checkout;
    const stay = { visit, fromMs: Date.parse(from), toMs: Date.parse(to), auto };
    if (!(stay.toMs >= stay.fromMs)) {
      this.#report('visit', `${controller} ${seq}: visit ${visit} ends before it begins`);
      return;
    }
    const before = this.#ended.get(visit);
    const ended = { ...stay, merged: checkout.merged === true, usage };
    if (before === undefined || holdsOver(ended, before)) this.#ended.set(visit, ended);
    const last = this.#last.get(`${controller} ${customer}`);
    this.#tiles(controller, seq, checkout, stay, last);
    this.#overlap(controller, seq, customer, stay, last);
  }

  #tiles(controller: string, seq: number, checkout: Checkout, stay: Stay, last: Stay | undefined): void {
    const { visit, usage, uncoveredMinutes, review } = checkout;
    if (review) return;
    const minutes = usage.reduce((sum, use) => sum + (use.minutes ?? 0), uncoveredMinutes);
    const evening = this.#proven.delete(visit) && last?.auto === true ? last.toMs - last.fromMs : 0;
    // Each piece is rounded up to the minute, and so is what is uncovered.
    const most = Math.ceil((stay.toMs - stay.fromMs + evening) / minuteMs) + usage.length + 1;
    if (minutes <= most) return;
    this.#report('visit', `${controller} ${seq}: visit ${visit} of ${most} minutes at most counts ${minutes}`);
  }

  /** In the order of one journal; under a clock that was set in between nothing can be said. */
  #overlap(controller: string, seq: number, customer: string, stay: Stay, before: Stay | undefined): void {
    this.#last.set(`${controller} ${customer}`, stay);
    const seenSince = this.#disturbedFor.get(controller);
    const disturbed = seenSince !== undefined && !seenSince.has(customer);
    seenSince?.add(customer);
    if (before === undefined || disturbed || before.visit === stay.visit) return;
    if (stay.fromMs >= before.toMs || before.fromMs >= stay.toMs) return;
    const words = `${customer} is in visit ${stay.visit} from ${iso(stay.fromMs)}, and was in ${before.visit} until ${iso(before.toMs)}`;
    this.#report('visit', `${controller} ${seq}: ${words}`);
  }
}

/** A tap says more than a cut-off, and of two taps the later one; what was settled anew once all was known says more than either. */
function holdsOver(next: Ended, before: Ended): boolean {
  if (next.merged || before.merged) return next.merged;
  return (before.auto && !next.auto) || (before.auto === next.auto && next.toMs > before.toMs);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
