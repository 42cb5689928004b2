// The catalogues of visits that are open or wait for their settlement, each content stored once. A Catalogue object is serialised at most once, whatever the
// number of visits that begin under it, so that a check-in costs a look-up in memory.

import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { Catalogue } from '../../access/catalogue.ts';
import type { Plan, TimePass } from '../../access/model.ts';

interface Stored {
  readonly hash: string;
  readonly text: string;
}

/** Catalogues kept unpacked; the visits of one site rarely span more revisions. The oldest goes first. */
const keptCatalogues = 8;

export class Catalogues {
  readonly #byObject = new WeakMap<Catalogue, Stored>();
  readonly #unpacked = new Map<string, Catalogue>();
  /** Hashes that are known to be on disk. */
  readonly #onDisk: Set<string>;
  readonly #body: Database.Statement<[string], string>;
  readonly #put: Database.Statement<[string, string]>;
  readonly #prune: Database.Statement<[], string>;

  constructor(db: Database.Database) {
    this.#body = db.prepare<[string], string>('SELECT body FROM catalogues WHERE hash = ?').pluck();
    this.#put = db.prepare('INSERT OR IGNORE INTO catalogues (hash, body) VALUES (?, ?)');
    this.#prune = db
      .prepare<[], string>(
        `DELETE FROM catalogues WHERE hash NOT IN (
           SELECT catalogue FROM visits
           UNION SELECT closed_catalogue FROM presence WHERE closed_catalogue IS NOT NULL
           UNION SELECT catalogue FROM replica_catalogues)
         RETURNING hash`,
      )
      .pluck();
    this.#onDisk = new Set(db.prepare<[], string>('SELECT hash FROM catalogues').pluck().all());
  }

  /** Stores it where its content is new, inside the caller's transaction; gives its hash. */
  keep(catalogue: Catalogue): string {
    let stored = this.#byObject.get(catalogue);
    if (stored === undefined) {
      stored = serialise(catalogue);
      this.#byObject.set(catalogue, stored);
    }
    if (!this.#onDisk.has(stored.hash)) this.#put.run(stored.hash, stored.text);
    return stored.hash;
  }

  /** To be called once the transaction of `keep` is on disk. */
  kept(catalogue: Catalogue): void {
    const stored = this.#byObject.get(catalogue);
    if (stored !== undefined) this.#onDisk.add(stored.hash);
  }

  read(hash: string): Catalogue | undefined {
    const known = this.#unpacked.get(hash);
    if (known !== undefined) return known;
    const body = this.#body.get(hash);
    if (body === undefined) return undefined;
    const catalogue = deserialise(body);
    if (this.#unpacked.size >= keptCatalogues) {
      const [oldest] = this.#unpacked.keys();
      if (oldest !== undefined) this.#unpacked.delete(oldest);
    }
    this.#unpacked.set(hash, catalogue);
    this.#byObject.set(catalogue, { hash, text: body });
    return catalogue;
  }

  /** Removes those that no visit needs. */
  prune(): void {
    for (const hash of this.#prune.all()) this.#onDisk.delete(hash);
  }
}

function serialise(catalogue: Catalogue): Stored {
  const timePasses = [...catalogue.timePasses.values()];
  const plans = [...catalogue.plans.values()];
  const text = JSON.stringify({ timePasses, plans });
  return { hash: createHash('sha256').update(text).digest('hex'), text };
}

function deserialise(text: string): Catalogue {
  const { timePasses, plans } = JSON.parse(text) as { timePasses: TimePass[]; plans: Plan[] };
  return {
    timePasses: new Map(timePasses.map((timePass) => [timePass.id, timePass])),
    plans: new Map(plans.map((plan) => [plan.id, plan])),
  };
}
