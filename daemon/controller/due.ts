// What falls due in visits by itself: minutes that run out (rules.md O4), the cut-off (O6), the end of a presence and of a
// visitor's stay. One wait, for the soonest; made anew after each commit and after each step of the wall clock. All of it
// follows trusted time.

import type { StateChange } from '../../access/change.ts';
import type { Cancel, Moment, Timers } from '../../access/clock.ts';
import { remembered } from '../../access/entry/remembered.ts';
import { visitorDeparted } from '../../access/entry/visitor.ts';
import type { EventDraft } from '../../access/event.ts';
import type { Facts, Visit } from '../../access/facts.ts';
import { assumed } from '../../access/merge/plan.ts';
import { checkOutAtCutOff, iso, nextExhaustion } from '../../access/visit/settle.ts';
import { DbError, messageOf } from '../../db/error.ts';
import type { VisitDue } from '../../db/journal/deadlines.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { Ledger } from './ledger.ts';
import type { ControllerParts } from './port.ts';
import { Shifts } from './shifts.ts';
import type { Timekeeper } from './timekeeper.ts';

interface Task {
  readonly drafts: readonly EventDraft[];
  readonly changes: readonly StateChange[];
  /** It changes what is left of passes that others draw on: when theirs run out is asked anew. */
  readonly shares: boolean;
}

/** After a failed disk the same task is tried again after this long. */
const retryMs = 5_000;

export class Due {
  readonly #clock: Timers;
  readonly #time: Timekeeper;
  readonly #journal: Journal;
  readonly #ledger: Ledger;
  readonly #facts: () => Facts;
  readonly #log: ControllerParts['log'];
  readonly #shifts: Shifts;
  /** When something is due next, infinity for never; null: to be asked. A tap that comes before it asks nothing. */
  #nextMs: number | null = null;
  /** The instant that was done last, where what is left of shared passes changed by it and is not asked anew yet. */
  #sharedMs: number | null = null;
  /** The clock was set: when minutes run out is to be asked anew. */
  #shifted = false;
  #cancel: Cancel = () => {};

  constructor(
    { clock, journal, log }: Pick<ControllerParts, 'clock' | 'journal' | 'log'>,
    ledger: Ledger,
    time: Timekeeper,
    facts: () => Facts,
  ) {
    this.#clock = clock;
    this.#time = time;
    this.#journal = journal;
    this.#log = log;
    this.#ledger = ledger;
    this.#facts = facts;
    this.#shifts = new Shifts(journal, time);
  }

  /** As `settle`, for a tap: where nothing is due the wait stays as it is. @returns whether it settled */
  settleBefore(at: Moment): boolean {
    const waits = this.#nextMs !== null && this.#nextMs > this.#time.dueMs(at);
    if (waits && this.#ledger.unwritten === 0 && !this.#shifts.pending(at)) return false;
    this.settle();
    return true;
  }

  /** Does what is due by now, in the order of its instants. A disk that fails is tried again. */
  settle(): void {
    this.#guarded(() => {
      for (;;) {
        const at = this.#time.now();
        // What was decided while the disk failed comes first: it may have closed what looks due.
        if (this.#ledger.unwritten > 0) {
          this.#nextMs = null;
          this.#shifts.forget();
        }
        if (!this.#ledger.recover(at)) {
          this.#wait(retryMs);
          return;
        }
        this.#shift(at);
        this.#nextMs ??= this.#soonest();
        if (this.#sharedMs !== null && this.#sharedMs < this.#nextMs) {
          this.#shareAnew(this.#sharedMs, at);
          continue;
        }
        if (this.#nextMs > this.#time.dueMs(at)) break;
        const doneMs = this.#nextMs;
        const task = this.#next(doneMs);
        this.#nextMs = null;
        this.#ledger.announce(this.#ledger.write(task.drafts, task.changes, at));
        if (task.shares) this.#sharedMs = doneMs;
      }
      if (this.#shifted) {
        this.#shifted = false;
        this.forecast();
      } else this.#armed();
    });
  }

  /** After a step of the clock visits lasted what they lasted (rules.md section 7): before anything is due by the new time. */
  #shift(at: Moment): void {
    const shift = this.#shifts.plan(at);
    if (shift !== null) {
      this.#ledger.write([], [shift], at);
      this.#nextMs = null;
      this.#shifted = true;
    }
    this.#shifts.moved(at);
  }

  /** Once for all that was due at an instant: a night closes many visits. */
  #shareAnew(sinceMs: number, at: Moment): void {
    this.#ledger.announce(this.#ledger.write([], this.#exhaustionsAfter(sinceMs), at));
    this.#sharedMs = null;
    this.#nextMs = null;
  }

  #exhaustionsAfter(ms: number): StateChange[] {
    const facts = remembered(this.#facts());
    return this.#journal.openVisits().map((visit) => {
      return { do: 'exhausts', visit: visit.id, exhaustsMs: nextExhaustion(facts, visit, ms)?.atMs ?? null };
    });
  }

  /** Waits for the next instant at which something is due, or to write what a failing disk left. */
  arm(): void {
    if (this.#ledger.unwritten > 0) {
      this.#wait(retryMs);
      return;
    }
    this.#guarded(() => {
      this.#nextMs = this.#soonest();
      this.#armed();
    });
  }

  #armed(): void {
    if (this.#nextMs === null || this.#nextMs === Number.POSITIVE_INFINITY) {
      this.stop();
      return;
    }
    const at = this.#time.now();
    this.#wait(Math.min(this.#nextMs - this.#time.dueMs(at), this.#time.settlesInMs(at) ?? Number.POSITIVE_INFINITY));
  }

  /** Visits changed. Minutes of a team run out at another instant once one more may draw on them (O4), one fewer, or has drawn. */
  changed(changes: readonly StateChange[]): void {
    const at = this.#time.now();
    if (changes.some((change) => change.do === 'open-visit')) this.#shifts.opened(at);
    if (this.#shifts.pending(at)) this.settle();
    const joins = changes.some((change) => change.do === 'open-visit' && change.visit.pass?.team != null);
    if (joins || changes.some(shares) || drawOnTeams(this.#facts, changes)) this.forecast();
    else this.arm();
  }

  /**
   * What is left of passes changed: when they run out is asked anew.
   * @param toldOf by `ranOut` before the change, where a replica made it: what ran out by it all at once is told of late.
   */
  forecast(toldOf: ReadonlySet<string> | null = null): void {
    this.#guarded(() => {
      const at = this.#time.now();
      const nowMs = this.#time.dueMs(at);
      const facts = remembered(this.#facts());
      const drafts: EventDraft[] = [];
      const changes: StateChange[] = [];
      for (const visit of this.#journal.openVisits()) {
        const gone = toldOf === null || toldOf.has(visit.id) ? null : goneBy(facts, visit, nowMs);
        if (gone !== null && visit.owner === undefined) drafts.push(exhausted(visit, gone));
        const exhaustsMs = nextExhaustion(facts, visit, nowMs)?.atMs ?? null;
        changes.push({ do: 'exhausts', visit: visit.id, exhaustsMs });
      }
      if (changes.length > 0) this.#ledger.record(drafts, changes, at);
      this.arm();
    });
  }

  /** Other controllers' records changed what these customers, and maybe whoever shares with them, have left. */
  heardOf(customers: readonly string[], changes: readonly StateChange[]): void {
    if (changes.some(shares) || drawOnTeams(this.#facts, changes)) {
      this.forecast();
      return;
    }
    this.#guarded(() => {
      const at = this.#time.now();
      const facts = remembered(this.#facts());
      const exhausts = customers.flatMap((customer): StateChange[] => {
        const visit = facts.openVisit(customer);
        if (visit === undefined) return [];
        const next = nextExhaustion(facts, visit, this.#time.dueMs(at));
        return [{ do: 'exhausts', visit: visit.id, exhaustsMs: next?.atMs ?? null }];
      });
      this.#ledger.keepUp(exhausts, at);
      this.#nextMs = null;
      this.arm();
    });
  }

  /** Ids of the open visits whose minutes have run out; null where it cannot be known now. */
  ranOut(): ReadonlySet<string> | null {
    try {
      const nowMs = this.#time.dueMs(this.#time.now());
      const facts = remembered(this.#facts());
      const gone = this.#journal.openVisits().filter((visit) => goneBy(facts, visit, nowMs) !== null);
      return new Set(gone.map(({ id }) => id));
    } catch (error) {
      this.#log('error', `whose minutes have run out cannot be asked: ${messageOf(error)}`);
      return null;
    }
  }

  stop(): void {
    this.#cancel();
    this.#cancel = () => {};
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#log('error', `what is due in visits waits for the disk: ${messageOf(error)}`);
      this.#wait(retryMs);
    }
  }

  #wait(ms: number): void {
    this.#cancel();
    this.#cancel = this.#clock.after('visits due', ms, () => this.settle());
  }

  #soonest(): number {
    return this.#journal.soonestMs() ?? Number.POSITIVE_INFINITY;
  }

  #next(atMs: number): Task {
    const visit = this.#journal.due();
    if (visit !== undefined && visit.atMs === atMs) {
      return this.#ofVisit(visit, atMs);
    }
    const presence = this.#journal.presenceDue();
    if (presence !== undefined && presence.untilMs === atMs) {
      return { drafts: [], changes: [{ do: 'absent', customer: presence.customer }], shares: false };
    }
    const visitor = this.#journal.visitorDue();
    if (visitor === undefined) return { drafts: [], changes: [], shares: false };
    const drafts = visitor.owner === null ? [visitorDeparted(visitor.visitor, visitor.host, true)] : [];
    return { drafts, changes: [{ do: 'visitor-out', visitor: visitor.visitor }], shares: false };
  }

  /** A visit that cannot be settled must not hold up all others: it is closed unsettled, and somebody looks at it. */
  #ofVisit({ visit, kind }: VisitDue, atMs: number): Task {
    try {
      return kind === 'cut-off' ? this.#cutOff(visit) : this.#exhausted(visit, atMs);
    } catch (error) {
      if (error instanceof DbError) throw error;
      this.#log('error', `visit ${visit.id} of ${visit.customer} cannot be settled: ${messageOf(error)}`);
      const never: StateChange = { do: 'exhausts', visit: visit.id, exhaustsMs: null };
      if (kind === 'exhausted') return { drafts: [], changes: [never], shares: false };
      const drafts = visit.owner === undefined ? [unsettled(visit)] : [];
      return { drafts, changes: [{ do: 'close-visit', visit: visit.id }], shares: true };
    }
  }

  /** Minutes count to the last tap: what a visit on a team pass would have drawn since then is there for others again. */
  #cutOff(visit: Visit): Task {
    const closed = checkOutAtCutOff(this.#facts(), visit);
    // Of a visit that began at another controller that one makes the records.
    const { owner } = visit;
    const settled = owner === undefined ? closed : assumed(visit, closed, this.#journal.shared.coveredMs(owner));
    const drew = visit.pass?.team != null || drawOnTeams(this.#facts, settled.changes);
    return { ...settled, shares: drew || settled.changes.some(shares) };
  }

  #exhausted(visit: Visit, atMs: number): Task {
    const facts = this.#facts();
    const found = nextExhaustion(facts, visit, atMs - 1);
    const following = nextExhaustion(facts, visit, atMs)?.atMs ?? null;
    const changes: StateChange[] = [{ do: 'exhausts', visit: visit.id, exhaustsMs: following }];
    if (found?.atMs !== atMs) return { drafts: [], changes, shares: false };
    const drafts = visit.owner === undefined ? [exhausted(visit, found.pass)] : [];
    return { drafts, changes, shares: false };
  }
}

/** Whether a visit came or went that may draw on minutes of a team. */
function shares(change: StateChange): boolean {
  return (change.do === 'open-visit' || change.do === 'close-visit') && change.shares === true;
}

/** Whether minutes of a pass were used that others of a team draw on, or may: of one that is no longer listed nobody can tell. */
function drawOnTeams(facts: () => Facts, changes: readonly StateChange[]): boolean {
  return changes.some((change) => {
    if (change.do !== 'use' || change.use.minutes === 0) return false;
    const { customer, pass } = change.use;
    const teams = facts().customer(customer)?.teams ?? [];
    if (teams.length === 0) return false;
    const held = facts().passes(customer, teams);
    return held.find(({ id }) => id === pass)?.team !== null;
  });
}

/** The pass whose minutes a visit has drawn to the end by then; null: none. */
function goneBy(facts: Facts, visit: Visit, nowMs: number): string | null {
  const found = nextExhaustion(facts, visit, visit.fromMs - 1);
  return found === undefined || found.atMs > nowMs ? null : found.pass;
}

function exhausted({ id: visit }: Visit, pass: string): EventDraft {
  return { type: 'coverage.exhausted', data: { visit, pass: pass || null } };
}

function unsettled(visit: Visit): EventDraft {
  const { id, customer, space, fromMs, closesMs } = visit;
  const settled = { usage: [], uncoveredMinutes: 0, invoiced: false, review: true };
  const data = { visit: id, customer, space, from: iso(fromMs), to: iso(closesMs), auto: true, ...settled };
  return { type: 'checkout.recorded', data };
}
