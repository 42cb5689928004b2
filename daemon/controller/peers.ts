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
  /** Controllers that the replica names. */
  readonly peers: () => number;
}

interface Waiting {
  readonly batch: PeerBatch;
  readonly done: (taken: boolean) => void;
}

/** Records written, and people merged, in one step. */
const recordsAtOnce = 100;
const peopleAtOnce = 8;
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

  constructor(parts: PeersParts) {
    this.#parts = parts;
  }

  /** Goes on with what was left to do. */
  start(): void {
    this.#keepCatalogue(this.#parts.facts().site);
    if (this.#parts.journal.shared.unmerged(1).length > 0) this.#later(0);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    for (const { done } of this.#waiting.splice(0)) done(false);
  }

  take({ records, cursor }: PeerBatch, done: (taken: boolean) => void): void {
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
    if (guests.length === 0) return;
    for (const customer of guests) this.#renewed.add(customer);
    const anew = guests.map((id): StateChange => {
      return { do: 'merged', holder: holderKey({ kind: 'customer', id }), done: false };
    });
    ledger.record([], anew, time.now());
    this.#later(0);
  }

  #keepCatalogue(site: Site): void {
    const { journal, ledger, time, peers } = this.#parts;
    const { revision } = site;
    if (peers() < 2 || journal.shared.knowsCatalogue(revision)) return;
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
    if (this.#heardOf.size === 0) return;
    due.heardOf([...this.#heardOf], this.#changed);
    this.#heardOf.clear();
    this.#changed = [];
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
    const { journal, ledger } = this.#parts;
    const holders = journal.shared.unmerged(peopleAtOnce);
    if (holders.length === 0) return false;
    const plans = holders.map((holder) => {
      this.#heardOf.add(holder.slice(holder.indexOf(':') + 1));
      const { changes, unsettled } = this.#plan(holder, at);
      const merged: StateChange[] = unsettled.length === 0 ? [{ do: 'merged', holder, done: true }] : [];
      return { holder, changes: [...changes, ...merged], unsettled };
    });
    try {
      const changes = plans.flatMap((plan) => plan.changes);
      ledger.keepUp(changes, at);
      this.#changed.push(...changes);
    } catch (error) {
      if (isDiskFailure(error)) throw error;
      for (const { holder, changes } of plans) this.#keepUpAlone(holder, changes, at);
    }
    for (const { holder, unsettled } of plans) if (unsettled.length > 0) this.#settle(holder, unsettled, at);
    return true;
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

  #plan(
    holder: string,
    at: Moment,
  ): { readonly changes: readonly StateChange[]; readonly unsettled: readonly MergedVisit[] } {
    const records = this.#parts.journal.shared.recordsOf(holder);
    const [kind = '', id = ''] = [holder.slice(0, holder.indexOf(':')), holder.slice(holder.indexOf(':') + 1)];
    const context = this.#context(at, this.#renewed.delete(id));
    try {
      if (kind === 'customer') return planCustomer(id, records, context);
      return { changes: planVisitor(id, records, context), unsettled: [] };
    } catch (error) {
      this.#passOver(holder, error);
      return { changes: [], unsettled: [] };
    }
  }

  /**
   * What ended elsewhere and has no record: its own controller makes it, and merges again with it. Another one keeps what
   * it comes to until it hears the record.
   */
  #settle(holder: string, visits: readonly MergedVisit[], at: Moment): void {
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
      ledger.keepUp([...changes, { do: 'merged', holder, done: drafts.length === 0 }], at);
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
    const { journal, facts, time } = this.#parts;
    return {
      controller: journal.identity.controller,
      facts: facts(),
      includes: (epoch, seq) => journal.shared.includes(epoch, seq),
      catalogueOf: (revision) => journal.shared.catalogueOf(revision),
      nowMs: time.dueMs(at),
      renew,
    };
  }
}
