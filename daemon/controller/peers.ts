// What other controllers of the site recorded, merged into what is known here: a bounded step at a time, each a transaction,
// between taps. Whatever comes first, the same records leave the same state; a crash between two steps is made up for at the
// next start.

import type { Site } from '../../access/catalogue.ts';
import type { StateChange } from '../../access/change.ts';
import type { Cancel, Moment, Timers } from '../../access/clock.ts';
import type { Facts } from '../../access/facts.ts';
import { type MergeContext, planCustomer, settleMerged } from '../../access/merge/plan.ts';
import type { JournalCursor, SharedRecord } from '../../access/merge/record.ts';
import { planVisitor } from '../../access/merge/visitor.ts';
import type { MergedVisit } from '../../access/merge/visits.ts';
import { holderKey } from '../../access/site-rules/state.ts';
import { messageOf } from '../../db/error.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { ReplicaStore } from '../../db/replica/store.ts';
import type { Due } from './due.ts';
import { isDiskFailure, type Ledger } from './ledger.ts';
import type { ControllerParts } from './port.ts';
import type { Timekeeper } from './timekeeper.ts';

/** Records of one peer's journal, in its order, without those that nobody needs. */
export interface PeerBatch {
  readonly records: readonly SharedRecord[];
  /** How far that journal is known with them; null: records before them are missing still. */
  readonly cursor: JournalCursor | null;
}

export interface PeersParts {
  readonly clock: Timers;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly log: ControllerParts['log'];
  readonly time: Timekeeper;
  readonly due: Due;
  readonly facts: () => Facts;
  /** The replica that decides now. */
  readonly replica: () => Pick<ReplicaStore, 'peers' | 'ownerOf'>;
}

interface Waiting {
  readonly batch: PeerBatch;
  readonly done: (taken: boolean) => void;
}

/** What a person's records come to, and when they are to be looked at anew. */
interface Planned {
  readonly changes: readonly StateChange[];
  readonly unsettled: readonly MergedVisit[];
  readonly again: Pick<Extract<StateChange, { do: 'merged' }>, 'again'>;
}

/** Records written, and people merged, in one step. */
const recordsAtOnce = 100;
const peopleAtOnce = 8;
/** Records of people who are merged in one step: whoever has more is merged alone. */
const mergedAtOnce = 400;
/** Records that wait to be written; what comes beyond is not taken, and asked for again. */
const maxWaiting = 20_000;
/** Steps of the clock are looked for as often, while records wait for their time. */
const lookMs = 600_000;
/** After a failed disk the same step is tried again after this long. */
const retryMs = 5_000;

export class Peers {
  readonly #parts: PeersParts;
  readonly #waiting: Waiting[] = [];
  /** Merged since the instants at which minutes run out were last asked for, and what changed with them. */
  readonly #heardOf = new Set<string>();
  #changed: StateChange[] = [];
  /** Whose visits are made anew: a replica came since. */
  readonly #renewed = new Set<string>();
  #cancel: Cancel | null = null;
  #cancelAgain: Cancel = () => {};

  constructor(parts: PeersParts) {
    this.#parts = parts;
  }

  /** Goes on with what was left to do. */
  start(): void {
    this.#keepCatalogue(this.#parts.facts().site);
    if (this.#parts.journal.shared.unmerged(1).length > 0) this.#later(0);
    this.#armAgain();
  }

  /** What was recorded before the clock was set is told anew, by this controller too. */
  clockStepped(): void {
    if (this.#hasPeers()) this.#later(0);
  }

  #hasPeers(): boolean {
    return this.#parts.replica().peers.length > 1;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#cancelAgain();
    for (const { done } of this.#waiting.splice(0)) done(false);
  }

  take({ records, cursor }: PeerBatch, done: (taken: boolean) => void): void {
    const waiting = this.#waiting.reduce((sum, { batch }) => sum + batch.records.length, 0);
    if (waiting > 0 && waiting + records.length > maxWaiting) {
      done(false);
      return;
    }
    for (let from = 0; from + recordsAtOnce < records.length; from += recordsAtOnce) {
      const part = { records: records.slice(from, from + recordsAtOnce), cursor: null };
      this.#waiting.push({ batch: part, done: () => undefined });
    }
    const rest = records.slice(Math.max(Math.ceil(records.length / recordsAtOnce) - 1, 0) * recordsAtOnce);
    this.#waiting.push({ batch: { records: rest, cursor }, done });
    this.#later(0);
  }

  /** Its catalogue is kept for visits that begin under it elsewhere; what it says of guests is taken over. Never throws. */
  replicaArrived({ site }: Pick<ReplicaStore, 'site'>): void {
    try {
      this.#renewGuests(site);
    } catch (error) {
      // That replica decides already: what others know of it comes with the next one, or at the next start.
      this.#parts.log('error', `what other controllers said is not looked at anew: ${messageOf(error)}`);
    }
  }

  #renewGuests(site: Site): void {
    const { journal, ledger, time } = this.#parts;
    this.#keepCatalogue(site);
    const guests = journal.shared.guests();
    for (const customer of guests) this.#renewed.add(customer);
    const keys = guests.map((id) => holderKey({ kind: 'customer', id }));
    const anew = new Set([...keys, ...journal.shared.again()]);
    if (anew.size === 0) return;
    ledger.record([], [...anew].map(toMerge), time.now());
    this.#later(0);
  }

  #keepCatalogue(site: Site): void {
    const { journal, ledger, time } = this.#parts;
    const { revision } = site;
    if (!this.#hasPeers() || journal.shared.knowsCatalogue(revision)) return;
    ledger.record([], [{ do: 'keep-catalogue', revision, catalogue: site }], time.now());
  }

  #later(delayMs: number): void {
    if (this.#cancel !== null) return;
    this.#cancel = this.#parts.clock.after('peers', delayMs, () => {
      this.#cancel = null;
      try {
        this.#step();
      } catch (error) {
        this.#parts.log('error', `what other controllers say waits for the disk: ${messageOf(error)}`);
        for (const { done } of this.#waiting.splice(0)) done(false);
        this.#later(retryMs);
      }
    });
  }

  #step(): void {
    const { journal, ledger, due, time } = this.#parts;
    due.settle();
    const at = time.now();
    if (ledger.unwritten > 0) {
      this.#later(retryMs);
      return;
    }
    const taken = this.#share(at);
    const behind = journal.shared.ownBehind(journal.head.seq, at.wallMs);
    if (behind !== null) ledger.keepUp([{ do: 'share-own', ...behind }], at);
    if (taken || behind !== null || this.#merge(at)) {
      this.#later(0);
      return;
    }
    this.#armAgain();
    if (this.#heardOf.size === 0) return;
    due.heardOf([...this.#heardOf], this.#changed);
    this.#heardOf.clear();
    this.#changed = [];
  }

  /** Waits for the first record that lies ahead, and looks at the clock meanwhile. */
  #armAgain(): void {
    const { clock, journal, time } = this.#parts;
    this.#cancelAgain();
    const soonestMs = journal.shared.soonestAgainMs();
    if (soonestMs === null) return;
    const waitMs = Math.max(soonestMs - time.leastMs(time.now()), 0);
    this.#cancelAgain = clock.after('peers ahead', Math.min(waitMs, lookMs), () => this.#later(0));
  }

  /** @returns whether there was anything to write */
  #share(at: Moment): boolean {
    const taken: Waiting[] = [];
    for (let records = 0; records < recordsAtOnce; ) {
      const next = this.#waiting[taken.length];
      if (next === undefined) break;
      taken.push(next);
      records += next.batch.records.length + 1;
    }
    if (taken.length === 0) return false;
    const changes = taken.map(({ batch }): StateChange => ({ do: 'share', ...batch }));
    this.#parts.ledger.keepUp(changes, at);
    for (const { done } of this.#waiting.splice(0, taken.length)) done(true);
    return true;
  }

  /** @returns whether anybody was to be merged */
  #merge(at: Moment): boolean {
    const { ledger } = this.#parts;
    const holders = this.#next(at);
    if (holders.length === 0) return false;
    const plans = holders.map(({ holder, records }) => {
      this.#heardOf.add(holder.slice(holder.indexOf(':') + 1));
      const { changes, unsettled, again } = this.#plan(holder, records, at);
      const merged: StateChange[] = unsettled.length === 0 ? [{ do: 'merged', holder, done: true, ...again }] : [];
      return { holder, changes: [...changes, ...merged], unsettled, again };
    });
    try {
      const changes = plans.flatMap((plan) => plan.changes);
      ledger.keepUp(changes, at);
      this.#changed.push(...changes);
    } catch (error) {
      if (isDiskFailure(error)) throw error;
      for (const { holder, changes } of plans) this.#keepUpAlone(holder, changes, at);
    }
    for (const plan of plans) if (plan.unsettled.length > 0) this.#settle(plan, at);
    return true;
  }

  /** Some of those who are to be merged, with their records: a bounded number of both. */
  #next(at: Moment): { readonly holder: string; readonly records: readonly SharedRecord[] }[] {
    const { journal, ledger, time } = this.#parts;
    if (this.#parts.journal.shared.soonestAgainMs() !== null) {
      const due = journal.shared.againBy(time.leastMs(at), recordsAtOnce);
      if (due.length > 0) ledger.keepUp(due.map(toMerge), at);
    }
    const taken: { readonly holder: string; readonly records: readonly SharedRecord[] }[] = [];
    let read = 0;
    for (const holder of journal.shared.unmerged(peopleAtOnce)) {
      const records = journal.shared.recordsOf(holder);
      read += records.length;
      if (taken.length > 0 && read > mergedAtOnce) break;
      taken.push({ holder, records });
    }
    return taken;
  }

  /** Of several people one says what contradicts the others: it stands alone. */
  #keepUpAlone(holder: string, changes: readonly StateChange[], at: Moment): void {
    const { ledger } = this.#parts;
    try {
      ledger.keepUp(changes, at);
      this.#changed.push(...changes);
    } catch (error) {
      this.#setAside(holder, error, at);
    }
  }

  #plan(holder: string, records: readonly SharedRecord[], at: Moment): Planned {
    const [kind = '', id = ''] = [holder.slice(0, holder.indexOf(':')), holder.slice(holder.indexOf(':') + 1)];
    const context = this.#context(at, this.#renewed.delete(id));
    try {
      if (kind === 'boot') return { changes: this.#movedBy(records), unsettled: [], again: {} };
      if (kind === 'customer') {
        const { changes, unsettled, doubted, againMs } = planCustomer(id, records, context);
        return { changes, unsettled, again: doubted || againMs !== null ? { again: { atMs: againMs } } : {} };
      }
      const { changes, againMs } = planVisitor(id, records, context);
      return { changes, unsettled: [], again: againMs === null ? {} : { again: { atMs: againMs } } };
    } catch (error) {
      this.#passOver(holder, error);
      return { changes: [], unsettled: [], again: {} };
    }
  }

  /** A controller's clock was set: of whom it said anything before in that boot is merged anew. */
  #movedBy(steps: readonly SharedRecord[]): StateChange[] {
    const { shared } = this.#parts.journal;
    return [...new Set(steps.flatMap((step) => shared.holdersBefore(step)))].map(toMerge);
  }

  /**
   * What ended elsewhere and has no record: its own controller makes it, and merges again with it. Another one keeps what
   * it comes to until it hears the record.
   */
  #settle({ holder, unsettled: visits, again }: Planned & { readonly holder: string }, at: Moment): void {
    const { ledger } = this.#parts;
    const drafts = [];
    const changes: StateChange[] = [];
    for (const visit of visits) {
      try {
        const settled = settleMerged(visit, this.#context(at, false));
        drafts.push(...settled.drafts);
        changes.push(...settled.changes.filter((change) => change.do !== 'close-visit' && change.do !== 'present'));
      } catch (error) {
        this.#passOver(holder, error);
      }
    }
    try {
      // Each on its own: what is assumed of others' visits is nothing that these records tell.
      ledger.announce(ledger.write(drafts, [], at));
      ledger.keepUp([...changes, { do: 'merged', holder, done: drafts.length === 0, ...again }], at);
    } catch (error) {
      this.#setAside(holder, error, at);
    }
  }

  /** What can never be written is not tried again. */
  #setAside(holder: string, error: unknown, at: Moment): void {
    this.#passOver(holder, error);
    this.#parts.ledger.keepUp([{ do: 'merged', holder, done: true }], at);
  }

  /** One person's records must not hold up all others'; a disk that fails is tried again. */
  #passOver(holder: string, error: unknown): void {
    if (isDiskFailure(error)) throw error;
    this.#parts.log('error', `what other controllers say of ${holder} cannot be merged: ${messageOf(error)}`);
  }

  #context(at: Moment, renew: boolean): MergeContext {
    const { journal, facts, time, replica } = this.#parts;
    const anchors = new Map<string, ReturnType<typeof journal.shared.anchorOf>>();
    return {
      controller: journal.identity.controller,
      facts: facts(),
      includes: (epoch, seq) => journal.shared.includes(epoch, seq),
      ownerOf: (pass) => replica().ownerOf(pass),
      coveredMs: (controller) => journal.shared.coveredMs(controller),
      trustedMs: time.knownAt(at) ? time.leastMs(at) : null,
      anchorOf: (record) => {
        const key = `${record.controller} ${record.boot}`;
        if (!anchors.has(key)) anchors.set(key, journal.shared.anchorOf(record));
        return anchors.get(key);
      },
      catalogueOf: (revision) => journal.shared.catalogueOf(revision),
      nowMs: time.dueMs(at),
      renew,
    };
  }
}

function toMerge(holder: string): StateChange {
  return { do: 'merged', holder, done: false };
}
