// One life of the daemon on a virtual clock, from a start to a stop or a crash: the real journal and replica, and the
// controller that decides, without hardware and without a wait for a disk.

import type { Clock, Random } from '../../access/clock.ts';
import type { JournalEvent } from '../../access/event.ts';
import type { ControllerConfig } from '../../config/types.ts';
import { openJournal } from '../../db/journal/open-journal.ts';
import type { ReplicaStore } from '../../db/replica/store.ts';
import type { OutputSink } from '../../drivers/port.ts';
import { Controller } from '../controller/controller.ts';
import { Ledger } from '../controller/ledger.ts';
import { replayKey } from './document-replica.ts';
import { Lifetime } from './lifetime.ts';

export interface LifeParts {
  readonly config: ControllerConfig;
  /** Of the journal; it outlives the life. */
  readonly file: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Hashed under the replay's key; the life closes it, or whatever takes its place. */
  readonly replica: ReplicaStore;
  readonly locks: OutputSink;
  readonly recorded: (events: readonly JournalEvent[]) => void;
  readonly log: (message: string) => void;
}

export class Life {
  readonly controller: Controller;
  readonly #clock: Lifetime;
  readonly #close: () => void;
  #replica: ReplicaStore;

  constructor({ config, file, clock: outer, random, replica, locks, recorded, log: tell }: LifeParts) {
    const clock = new Lifetime(outer);
    const { site, controller, epoch } = config;
    const { journal } = openJournal({ file, site, controller, epoch, durability: 'none', clock, random });
    const log = (_level: string, message: string): void => tell(message);
    const ledger = new Ledger({ journal, recorded, log });
    this.#clock = clock;
    this.#close = () => journal.close();
    this.#replica = replica;
    this.controller = new Controller({
      config,
      clock,
      random,
      journal,
      replica,
      credentialKey: replayKey,
      locks,
      ledger,
      log,
    });
  }

  replicaArrived(replica: ReplicaStore): void {
    this.#replica = replica;
    this.controller.replicaArrived(replica);
  }

  /** Nothing that waits in this life ever happens. */
  end(): void {
    this.#clock.end();
    this.#close();
    this.#replica.close();
  }
}
