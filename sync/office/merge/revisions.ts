// What each published revision said that a merge needs later: its catalogue and spaces, and which records it counts. What did not
// change is kept once.

import { canonicalJson } from '../../../access/canonical.ts';
import type { Site } from '../../../access/catalogue.ts';
import type { Json } from '../../../access/event.ts';
import type { Includes, ReplicaKind, ReplicaRecords } from '../../../access/model.ts';
import { type SiteRecords, siteOf } from '../../../access/site.ts';
import type { OfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';
import { currentRevision } from '../store/revisions.ts';

/** Revisions that are kept, the newest. */
const keptRevisions = 100_000;
const none = {
  spaces: [],
  plans: [],
  timePasses: [],
  teams: [],
  staff: [],
  resources: [],
  accessRules: [],
  unlockSchedules: [],
};

export class RevisionFacts {
  readonly #store: OfficeStore;
  readonly #records: Records;

  constructor(store: OfficeStore) {
    this.#store = store;
    this.#records = new Records(store);
  }

  /** Keeps the current document's, inside the caller's transaction. */
  keep(): void {
    const { db } = this.#store;
    const revision = currentRevision(this.#store)?.revision;
    const known = db.prepare<[number], number>('SELECT 1 FROM revision_facts WHERE revision = ?').pluck();
    if (revision === undefined || known.get(revision) !== undefined) return;
    const kinds = ['spaces', 'plans', 'timePasses', 'teams'] as const;
    const site = canonicalJson(Object.fromEntries(kinds.map((kind) => [kind, this.#all(kind)])) as unknown as Json);
    const includes = canonicalJson(this.#all('includes') as unknown as Json);
    const before = this.#latest('site', revision);
    const counted = this.#latest('includes', revision);
    db.prepare('INSERT INTO revision_facts (revision, site, includes) VALUES (?, ?, ?)').run(
      revision,
      site === before ? null : site,
      includes === counted ? null : includes,
    );
    db.prepare('DELETE FROM revision_facts WHERE revision < ? AND site IS NULL AND includes IS NULL').run(
      revision - keptRevisions,
    );
  }

  /** The site by that revision, or the nearest before; null: by the newest. With nothing in it where there is none. */
  site(revision: number | null): Site {
    const text = this.#latest('site', revision ?? Number.MAX_SAFE_INTEGER);
    const known = text === undefined ? {} : (JSON.parse(text) as Partial<SiteRecords>);
    return siteOf(revision ?? 0, { ...none, ...known });
  }

  /** Whether that revision counts what a record says. */
  includes(revision: number, epoch: string, seq: number): boolean {
    const text = this.#latest('includes', revision);
    const all = text === undefined ? [] : (JSON.parse(text) as readonly Includes[]);
    return all.some((one) => one.epoch === epoch && one.through >= seq);
  }

  #latest(column: 'site' | 'includes', revision: number): string | undefined {
    return this.#store.db
      .prepare<[number], string>(
        `SELECT ${column} FROM revision_facts WHERE revision <= ? AND ${column} IS NOT NULL ORDER BY revision DESC LIMIT 1`,
      )
      .pluck()
      .get(revision);
  }

  #all<K extends ReplicaKind>(kind: K): ReplicaRecords[K][] {
    return [...this.#records.bodies(kind)].map((body) => JSON.parse(body) as ReplicaRecords[K]);
  }
}
