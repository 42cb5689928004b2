// No minute is counted twice: what a visit used tiles at most its stay, and the visits of a customer do not overlap.

import type { Recorded } from './record.ts';
import type { Report } from './violations.ts';

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

interface Checkout {
  readonly visit: string;
  readonly customer: string;
  readonly from: string;
  readonly to: string;
  readonly auto: boolean;
  readonly review: boolean;
  readonly usage: readonly Use[];
  readonly uncoveredMinutes: number;
}

const minuteMs = 60_000;

export class VisitCheck {
  readonly #report: Report;
  /** Visits that an exit after the cut-off proved: they count the evening before it, too (rules.md section 7). */
  readonly #proven = new Set<string>();
  readonly #ofProven: { readonly customer: string; readonly stay: Stay; readonly words: string; overMs: number }[] = [];
  /** By customer, what the cut-off ended, in whichever journal. */
  readonly #evenings = new Map<string, Stay[]>();
  /** By journal and customer. */
  readonly #last = new Map<string, Stay>();
  /** By journals whose wall clock was set, or not to be trusted: who ended a stay since. */
  readonly #disturbedFor = new Map<string, Set<string>>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** Controllers whose wall clock was not right all the time: instants of theirs say little. */
  get disturbed(): ReadonlySet<string> {
    return new Set(this.#disturbedFor.keys());
  }

  record({ type, controller, clock, data, ...record }: Recorded): void {
    if (type === 'clock.stepped' || !clock.synchronised) this.#disturbedFor.set(controller, new Set());
    if (type === 'checkin.recorded' && data.source === 'door') this.#proven.add(String(data.visit));
    if (type === 'checkout.recorded') this.#checkOut(controller, record.seq, data as unknown as Checkout);
  }

  /** All records are known: the evening of a visit may stand in another journal. */
  end(): void {
    for (const { customer, stay, words, overMs } of this.#ofProven) {
      const evenings = (this.#evenings.get(customer) ?? []).filter(({ toMs }) => toMs <= stay.fromMs);
      const longestMs = Math.max(0, ...evenings.map(({ fromMs, toMs }) => toMs - fromMs));
      if (overMs > longestMs) this.#report('visit', words);
    }
  }

  #checkOut(controller: string, seq: number, checkout: Checkout): void {
    const { visit, customer, from, to, auto } = checkout;
    const stay = { visit, fromMs: Date.parse(from), toMs: Date.parse(to), auto };
    if (!(stay.toMs >= stay.fromMs)) {
      this.#report('visit', `${controller} ${seq}: visit ${visit} ends before it begins`);
      return;
    }
    if (auto) this.#evenings.set(customer, [...(this.#evenings.get(customer) ?? []), stay]);
    this.#tiles(controller, seq, checkout, stay);
    this.#overlap(controller, seq, customer, stay, this.#last.get(`${controller} ${customer}`));
  }

  #tiles(controller: string, seq: number, checkout: Checkout, stay: Stay): void {
    const { visit, customer, usage, uncoveredMinutes, review } = checkout;
    if (review) return;
    const minutes = usage.reduce((sum, use) => sum + (use.minutes ?? 0), uncoveredMinutes);
    // Each piece is rounded up to the minute, and so is what is uncovered.
    const most = Math.ceil((stay.toMs - stay.fromMs) / minuteMs) + usage.length + 1;
    if (minutes <= most) return;
    const words = `${controller} ${seq}: visit ${visit} of ${most} minutes at most counts ${minutes}`;
    const overMs = (minutes - most) * minuteMs;
    if (this.#proven.has(visit)) this.#ofProven.push({ customer, stay, words, overMs });
    else this.#report('visit', words);
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

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
