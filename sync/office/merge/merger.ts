// The office merges (rules.md section 5): where the union of all journals shows a pass spent twice, the later use is flagged with
// `pass.oversold` and falls to O2, in the office's own journal. What was said is compared with what the union says now: an earlier use
// that arrives later leaves the flags as if it had come first. It follows the store's records a bounded step at a time, and never
// stands in their way.

import { canonicalJson } from '../../../access/canonical.ts';
import type { Clock } from '../../../access/clock.ts';
import type { EventDraft, Json, JsonObject } from '../../../access/event.ts';
import type { LocalUse, Proposal } from '../../../access/facts.ts';
import { judgeUses } from '../../../access/merge/oversold.ts';
import { byTimeAndPlace, officeName } from '../../../access/merge/record.ts';
import { Follower } from '../follow.ts';
import { isPseudonym } from '../privacy/pseudonym.ts';
import { Events } from '../store/events.ts';
import { isBusy, isStorageFailure } from '../store/failure.ts';
import { readMeta, writeMeta } from '../store/meta.ts';
import type { OfficeStore } from '../store/open.ts';
import { PassUses } from '../store/pass-uses.ts';
import { Records } from '../store/records.ts';
import type { VisitEvent } from '../visits/fold.ts';
import { maxVisitEvents, VisitTable, visitEvent } from '../visits/project.ts';
import { ProvedVisits } from '../visits/proved.ts';
import { canHold, customerFacts } from './facts.ts';
import type { OwnJournal } from './own-journal.ts';
import { type Replacement, replaced } from './replace.ts';
import { RevisionFacts } from './revisions.ts';
import { type Stayed, stayedOf } from './stayed.ts';
import { usesOfVisit, type VisitUse } from './uses.ts';

export interface MergerParts {
  readonly clock: Clock;
  readonly store: OfficeStore;
  readonly journal: OwnJournal;
  /** Records of the office are on the disk, to be told to the controllers. */
  recorded(): void;
  failed(error: unknown): void;
}

/** A revision that is later than all. */
const newest = Number.MAX_SAFE_INTEGER;

/** Flags of visits that are longer ago stay as they are. */
const flaggedMs = 14 * 86_400_000;
/** Steps in a row that only follow from what the office said itself: what is found then is the same as before. */
const maxOwnSteps = 100;

/** Records looked at in one step. */
const recordsAtOnce = 200;

export class Merger {
  readonly #parts: MergerParts;
  readonly #events: Events;
  readonly #uses: PassUses;
  readonly #records: Records;
  readonly #visits: VisitTable;
  readonly #proved: ProvedVisits;
  readonly #revisions: RevisionFacts;
  readonly #journal: OwnJournal;
  readonly #follower: Follower;
  #ownSteps = 0;

  constructor(parts: MergerParts) {
    const { store, journal } = parts;
    this.#parts = parts;
    this.#events = new Events(store);
    this.#uses = new PassUses(store);
    this.#records = new Records(store);
    this.#visits = new VisitTable(store);
    this.#proved = new ProvedVisits(store);
    this.#revisions = new RevisionFacts(store);
    this.#journal = journal;
    const { clock, failed } = parts;
    this.#follower = new Follower({ name: 'office merge', clock, step: () => this.#step(), failed });
  }

  /** Records came in, or another revision is offered. */
  soon(): void {
    this.#follower.soon();
  }

  stop(): void {
    this.#follower.stop();
  }

  /** @returns whether there may be more. */
  #step(): boolean {
    const { store, recorded } = this.#parts;
    const { read, told } = store.db
      .transaction(() => {
        this.#revisions.keep();
        const { through, visits, own } = this.#next();
        this.#ownSteps = own ? this.#ownSteps + 1 : 0;
        const passes = new Set<string>();
        for (const visit of visits) for (const pass of this.#note(visit)) passes.add(pass);
        const judges = this.#ownSteps <= maxOwnSteps ? this.#withFlagged(passes) : [];
        const drafts = [...judges].flatMap((pass) => this.#judged(pass));
        this.#journal.record(drafts);
        for (const visit of new Set(drafts.map(({ data }) => String(data.visit)))) {
          this.#note(visit);
          this.#visits.project(visit);
        }
        writeMeta(store, 'mergedThrough', through);
        return { read: visits.length, told: drafts.length > 0 };
      })
      .immediate();
    if (told) recorded();
    return read > 0;
  }

  #next(): { readonly through: number; readonly visits: string[]; readonly own: boolean } {
    const { store } = this.#parts;
    const after = readMeta(store, 'mergedThrough');
    const rows = store.db
      .prepare<[number, number], { readonly id: number; readonly visit: string; readonly controller: string }>(
        'SELECT rowid AS id, visit, controller FROM events WHERE rowid > ? AND visit IS NOT NULL ORDER BY rowid LIMIT ?',
      )
      .all(after, recordsAtOnce);
    const own = rows.length > 0 && rows.every(({ controller }) => controller === officeName);
    const visits = rows.flatMap(({ visit }) => this.#proved.withOthers(visit));
    return { through: rows.at(-1)?.id ?? after, visits: [...new Set(visits)], own };
  }

  /** Brings the visit's uses up to its records. @returns the passes whose uses changed, or whose flags may have to */
  #note(visit: string): string[] {
    const before = this.#uses.ofVisit(visit);
    const absorbed = this.#proved.isAbsorbed(visit);
    const said = absorbed ? [] : usesOfVisit(this.#eventsOf(visit), (data) => canonicalJson(data as Json));
    const after = said.filter((use) => this.#canUse(use) || before.some(({ pass }) => pass === use.pass));
    const same = canonicalJson(before as unknown as Json) === canonicalJson(after as unknown as Json);
    // What covers in its place is found once the visit has ended.
    if (same) return after.filter(({ flag }) => flag !== null).map(({ pass }) => pass);
    this.#uses.replace(visit, after);
    return [...before, ...after].map(({ pass }) => pass);
  }

  /** Nobody uses a pass that the document says is somebody else's. What counted once does so still: its owner may be another since. */
  #canUse({ pass, customer }: VisitUse): boolean {
    return isPseudonym(customer) || canHold(this.#records, customer, pass);
  }

  /** With the passes that are flagged: what covers in their place may be another by what is known now. */
  #withFlagged(passes: ReadonlySet<string>): Set<string> {
    if (passes.size === 0) return new Set();
    return new Set([...passes, ...this.#uses.flagged(this.#parts.clock.now().wallMs - flaggedMs)]);
  }

  /** One pass whose uses make no sense must not hold up all others. */
  #judged(pass: string): EventDraft[] {
    try {
      return this.#judge(pass);
    } catch (error) {
      if (isBusy(error) || isStorageFailure(error)) throw error;
      this.#parts.failed(error);
      return [];
    }
  }

  /** What is to be recorded so that the flags on a pass are those of the union. */
  #judge(pass: string): EventDraft[] {
    const all = this.#uses.ofPass(pass);
    const known = new Map<string, boolean>();
    const includes = (revision: number, epoch: string, seq: number): boolean => {
      const key = `${revision} ${epoch} ${seq}`;
      const found = known.get(key) ?? this.#revisions.includes(revision, epoch, seq);
      known.set(key, found);
      return found;
    };
    const { oversold, settled } = judgeUses(all, includes);
    const wanted = new Map(oversold.map((one) => [one.visit, one]));
    const own = all.filter(({ office }) => !office).sort((a, b) => byTimeAndPlace(a.place, b.place));
    const drafts: EventDraft[] = [];
    const sold: Proposal[] = [];
    for (const use of own) {
      // Of a visit that is nobody's any more, what was found stands.
      if (settled.includes(use.visit) || isPseudonym(use.customer)) continue;
      const over = wanted.get(use.visit);
      if (over === undefined) {
        if (use.flag !== null) drafts.push(withdrawal(use));
        continue;
      }
      const stayed = stayedOf(this.#eventsOf(use.visit));
      if (stayed === null) continue;
      const next = this.#replace(stayed, use, over, all, sold);
      sold.push(...next.proposed.map((one) => ({ customer: use.customer, ...one })));
      if (use.flag !== canonicalJson(next.data))
        drafts.push({ type: 'pass.oversold', data: next.data }, ...next.charges);
    }
    return drafts;
  }

  #replace(
    stayed: Stayed,
    use: VisitUse,
    over: { readonly visit: string; readonly minutes: number | null },
    all: readonly VisitUse[],
    sold: readonly Proposal[],
  ): Replacement {
    const { store } = this.#parts;
    const site = this.#revisions.site(stayed.revision);
    const mine = new Set(all.map(({ visit }) => visit));
    const proposals = [...this.#proposals(stayed, mine), ...sold];
    const facts = customerFacts({ store, site, proposals, usesOf: (passes) => this.#usesBeside(use, passes) });
    return replaced(stayed, use.pass, over, facts);
  }

  /** Uses of passes by others than the visit; what the office used in the place of others counts for later visits only. */
  #usesBeside(own: VisitUse, passes: readonly string[]): LocalUse[] {
    return passes
      .flatMap((pass) => this.#uses.ofPass(pass))
      .filter(({ visit, office, place: { epoch, seq }, place }) => {
        if (visit === own.visit || (office && byTimeAndPlace(place, own.place) > 0)) return false;
        return !this.#revisions.includes(newest, epoch, seq);
      })
      .flatMap(({ pass, customer, businessDay, minutes, flag }) => {
        const unused = flag === null ? 0 : ((JSON.parse(flag) as { readonly minutes?: number }).minutes ?? null);
        return unused === null ? [] : [{ pass, customer, businessDay, minutes: minutes - unused }];
      });
  }

  /** What was sold to the customer on that day before, but for visits whose flags are made anew. */
  #proposals({ customer, fromMs }: Stayed, without: ReadonlySet<string>): Proposal[] {
    const dayMs = 86_400_000;
    const visits = this.#parts.store.db
      .prepare<[string, number, number], string>(
        'SELECT visit FROM visits WHERE customer = ? AND from_ms > ? AND from_ms < ? ORDER BY from_ms, visit',
      )
      .pluck()
      .all(customer, fromMs - dayMs, fromMs);
    return visits.flatMap((visit) => {
      const proposed = [...(stayedOf(this.#eventsOf(visit))?.proposed ?? [])];
      if (!without.has(visit)) {
        for (const { flag } of this.#uses.ofVisit(visit)) {
          const said = flag === null ? {} : (JSON.parse(flag) as Partial<Stayed>);
          proposed.push(...(said.proposed ?? []));
        }
      }
      return proposed.map((one) => ({ customer, ...one }));
    });
  }

  #eventsOf(visit: string): VisitEvent[] {
    return this.#events.ofVisit(visit, maxVisitEvents).map(visitEvent);
  }
}

function withdrawal({ visit, customer, pass }: VisitUse): EventDraft {
  const data: JsonObject = { visit, customer, pass, withdrawn: true };
  return { type: 'pass.oversold', data };
}
