// The replica that decides: the file's, or an empty one where there is none that can be used. A file that is damaged or
// another site's is set aside; a newer one takes its place whole, or the old one goes on.

import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import type { Clock } from '../../access/clock.ts';
import type { EventDraft } from '../../access/event.ts';
import { recordOf } from '../../config/raw.ts';
import { DbError } from '../../db/error.ts';
import type { Journal } from '../../db/journal/journal.ts';
import { emptyReplica, install } from '../../db/replica/builder.ts';
import { openReplica, type ReplicaStore } from '../../db/replica/store.ts';
import type { InstalledReplica, ReadyReplica } from '../../sync/edge/ports.ts';
import type { Log } from '../log.ts';
import type { DataDir } from './data-dir.ts';
import { wordsOf } from './error.ts';

export interface ReplicaParts {
  readonly dir: DataDir;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
}

const confirmedKey = 'replicaConfirmed';

export class Replicas {
  readonly #parts: ReplicaParts;
  #store: ReplicaStore;

  constructor(parts: ReplicaParts, store: ReplicaStore) {
    this.#parts = parts;
    this.#store = store;
  }

  get store(): ReplicaStore {
    return this.#store;
  }

  /** 0 without a replica. */
  get revision(): number {
    return this.#store.revision;
  }

  /** What the edge is told at its start; null without a replica. */
  get installed(): InstalledReplica | null {
    const { revision, sha256, counts, digest, most } = this.#store;
    return revision === 0 ? null : { revision, sha256, counts, digest, most };
  }

  /** When the office last said that there is nothing newer (else when the file was written), UTC ms; null without one. */
  get confirmedMs(): number | null {
    if (this.revision === 0) return null;
    const kept = recordOf(this.#parts.journal.get(confirmedKey));
    if (kept.revision === this.revision && typeof kept.atMs === 'number') return kept.atMs;
    return statSync(this.#parts.dir.replica, { throwIfNoEntry: false })?.mtimeMs ?? null;
  }

  confirmed(atMs: number): void {
    this.#parts.journal.set(confirmedKey, { revision: this.revision, atMs });
  }

  /** Opens a finished build where it was built. @throws DbError */
  open(file: string, { revision, sha256 }: ReadyReplica): ReplicaStore {
    const store = openSound(file, this.#parts.journal.identity.site);
    if (store.revision === revision && store.sha256 === sha256) return store;
    store.close();
    throw new DbError(
      'replica-damaged',
      file,
      `${file} is revision ${store.revision}, not the ${revision} that is ready`,
    );
  }

  /** Puts a build, which may be open, in the place of the file: the next start decides from it. @throws DbError */
  place(file: string): void {
    install(file, this.#parts.dir.replica);
  }

  /** From here on the controller asks this one; it closed the one before. @param issuedAtMs null: not said, so now. */
  decides(store: ReplicaStore, issuedAtMs: number | null): void {
    this.#store = store;
    this.confirmed(issuedAtMs ?? this.#parts.clock.now().wallMs);
  }
}

/** Opens what there is; what was wrong with it comes back as records. @throws DbError `storage-failed` */
export function openReplicas(parts: ReplicaParts): { replicas: Replicas; notes: EventDraft[] } {
  const { dir, journal, log } = parts;
  const { site } = journal.identity;
  try {
    return { replicas: new Replicas(parts, openSound(dir.replica, site)), notes: [] };
  } catch (error) {
    const replicas = new Replicas(parts, emptyReplica(site));
    if (error instanceof DbError && error.code === 'not-found') return { replicas, notes: [] };
    const detail = wordsOf(error);
    const aside = setAside(parts);
    log(
      'error',
      `${detail}; it lies in ${aside ?? 'its place'} now, and nobody is known until the office sends another`,
    );
    return { replicas, notes: [{ type: 'storage.failed', data: { file: 'replica.db', detail, aside } }] };
  }
}

function openSound(file: string, site: string): ReplicaStore {
  const store = openReplica(file);
  if (store.siteId === site) return store;
  store.close();
  throw new DbError('replica-damaged', file, `the replica ${file} is of site ${store.siteId}, not of ${site}`);
}

/** One damaged file is kept, the latest. */
function setAside({ dir, log }: ReplicaParts): string | null {
  const aside = `${dir.replica}.damaged`;
  try {
    for (const part of ['', '-wal', '-shm', '-journal']) {
      rmSync(aside + part, { force: true });
      if (existsSync(dir.replica + part)) renameSync(dir.replica + part, aside + part);
    }
    return aside;
  } catch (error) {
    log('error', `${dir.replica} could not be set aside: ${wordsOf(error)}`);
    return null;
  }
}
