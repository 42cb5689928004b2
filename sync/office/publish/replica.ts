// Which replica is offered to the controllers: always a whole, encoded one, and the newest as soon as it is encoded.
// Changes and imports by other processes are seen within a tenth of a second.

import type { Cancel, Clock } from '../../../access/clock.ts';
import type { Manifest } from '../../protocol/messages.ts';
import { defaultChunkBytes } from '../../protocol/snapshot.ts';
import { nextRevision } from '../import/import.ts';
import type { OfficeLog } from '../log.ts';
import { readControllers } from '../store/controllers.ts';
import { isBusy } from '../store/failure.ts';
import type { OfficeStore } from '../store/open.ts';
import { addRevision, currentRevision, lastMeantShrink, type Revision } from '../store/revisions.ts';
import { siteKeyPrint } from './site-key.ts';
import { chunkFacts, SnapshotBuild } from './snapshot.ts';

export type Offered = Pick<Manifest, 'revision' | 'sha256' | 'bytes' | 'chunks' | 'digest' | 'shrinkMeant'>;

export interface ReplicaParts {
  readonly clock: Clock;
  readonly log: OfficeLog;
  readonly store: OfficeStore;
  readonly siteKey: Uint8Array;
  /** Ids of the site's controllers. */
  readonly controllers: readonly string[];
  /** Uncompressed bytes of a chunk; default 1 MiB. */
  readonly chunkBytes?: number;
  /** There is another one to offer. */
  changed(): void;
}

const lookMs = 100;
const busyRetryMs = 250;
const failedRetryMs = 60_000;

export class Replica {
  readonly #parts: ReplicaParts;
  #revision: Revision | null = null;
  #build: SnapshotBuild | null = null;
  #stopped = false;
  #cancel: Cancel = () => {};

  constructor(parts: ReplicaParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#build?.abort();
    this.#build = null;
  }

  /** null before the first import is encoded. */
  offered(): Offered | null {
    const revision = this.#revision;
    if (revision === null || revision.sha256 === null || revision.bytes === null) return null;
    const { sha256, bytes, digest } = revision;
    const chunks = chunkFacts(this.#parts.store, revision.revision);
    // A newer one has just taken its place; it is offered in a moment.
    if (chunks.length === 0) return null;
    return { revision: revision.revision, sha256, bytes, chunks, digest, shrinkMeant: this.#shrinkMeant() };
  }

  /** Of the one that is offered; 0 for none. */
  get revision(): number {
    return this.#revision?.revision ?? 0;
  }

  #run(): void {
    let delayMs = lookMs;
    try {
      delayMs = this.#build === null ? this.#look() : this.#step(this.#build);
    } catch (error) {
      delayMs = this.#failed(error);
    }
    if (!this.#stopped) this.#cancel = this.#parts.clock.after('office replica', delayMs, () => this.#run());
  }

  #look(): number {
    const { store, siteKey } = this.#parts;
    const current = currentRevision(store);
    if (current === undefined || current.revision === this.#revision?.revision) return lookMs;
    if (current.sha256 === null) {
      this.#build = new SnapshotBuild(store, { siteKey, chunkBytes: this.#parts.chunkBytes ?? defaultChunkBytes });
      return 0;
    }
    if (current.siteKeyPrint !== siteKeyPrint(siteKey)) {
      this.#renew(current);
      return 0;
    }
    this.#revision = current;
    this.#parts.log('info', `offers revision ${current.revision}`, { bytes: current.bytes });
    this.#parts.changed();
    return lookMs;
  }

  #step(build: SnapshotBuild): number {
    if (build.step()) this.#build = null;
    return 0;
  }

  /** The same records under another site key are another replica. */
  #renew({ counts }: Revision): void {
    const { store, clock, log } = this.#parts;
    store.db
      .transaction(() => {
        const revision = nextRevision(store, 0);
        addRevision(store, { revision, importedAtMs: clock.now().wallMs, counts, shrinkMeant: false });
        log(
          'warn',
          `the site's credential key is another one: all credentials are published anew as revision ${revision}`,
        );
      })
      .immediate();
  }

  #failed(error: unknown): number {
    if (isBusy(error)) return busyRetryMs;
    this.#build?.abort();
    this.#build = null;
    const kept = this.revision === 0 ? 'none is offered' : `revision ${this.revision} stays`;
    this.#parts.log('error', `the replica could not be encoded, ${kept}: ${String(error)}`);
    return failedRetryMs;
  }

  /** As long as a controller may still come from a state before the last shrinking that was meant. */
  #shrinkMeant(): boolean {
    const { store, controllers } = this.#parts;
    const meant = lastMeantShrink(store);
    if (meant === 0) return false;
    return (
      meant === this.revision ||
      readControllers(store).some(({ controller, revision }) => {
        return controllers.includes(controller) && revision !== null && revision > 0 && revision < meant;
      })
    );
  }
}
