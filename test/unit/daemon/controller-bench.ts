// A controller in this process on virtual time: the real journal, replica and rules, locks in memory. One life of it, from
// its start to the end of the process; another one may follow on the same file.

import type { JournalEvent } from '../../../access/event.ts';
import { parseScenario } from '../../../config/load.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import type { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { Controller } from '../../../daemon/controller/controller.ts';
import { Ledger } from '../../../daemon/controller/ledger.ts';
import type { ControllerParts } from '../../../daemon/controller/port.ts';
import type { Log } from '../../../daemon/log.ts';
import { replayKey, replicaOf } from '../../../daemon/replay/document-replica.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import { openJournal } from '../../../db/journal/open-journal.ts';
import { openJournalReader } from '../../../db/journal/reader.ts';
import type { ReplicaStore } from '../../../db/replica/store.ts';
import { MemoryLocks } from '../../../drivers/simulated/memory-lock.ts';

export interface LifeParts {
  readonly clock: VirtualClock;
  /** Keys of a config beside site and controller, which are `berlin` and `c1`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Keys of a replica document beside format, site and revision. */
  readonly replica?: Readonly<Record<string, unknown>>;
  /** Instead of the document: opened once the journal is. */
  readonly store?: (journal: Journal) => ReplicaStore;
  readonly log?: Log;
  /** What readers and lock lines say of themselves. */
  readonly devices?: Pick<ControllerParts, 'identify' | 'lineFault'>;
}

export class ControllerLife {
  readonly clock: VirtualClock;
  readonly journal: Journal;
  readonly locks: MemoryLocks;
  readonly controller: Controller;
  readonly #file: string;

  /** Started when it returns. @param file of the journal; it may be there already. */
  constructor(file: string, { clock, config, replica = {}, store, log = () => undefined, devices = {} }: LifeParts) {
    const identity = { site: 'berlin', controller: 'c1' };
    const document = { format: 'cardea-replica/1', site: 'berlin', revision: 1, ...replica };
    const text = JSON.stringify({ config: { ...identity, ...config }, replica: document, steps: [] });
    const { scenario } = parseScenario(text, 'scenario.json');
    const tools = { clock, random: seededRandom(clock.now().boot) };
    this.#file = file;
    this.clock = clock;
    this.journal = openJournal({ file, ...identity, durability: 'none', ...tools }).journal;
    const lines = scenario.config.accessPoints.map(({ id }) => ({ accessPoint: id, failSafe: false }));
    this.locks = new MemoryLocks(lines, () => undefined);
    this.controller = new Controller({
      ...tools,
      ...devices,
      config: scenario.config,
      journal: this.journal,
      replica: store?.(this.journal) ?? replicaOf(scenario.replica),
      credentialKey: replayKey,
      locks: this.locks,
      ledger: new Ledger({ journal: this.journal, recorded: () => undefined, log }),
      log,
    });
    this.controller.start();
  }

  /** The journal as it is on disk now. */
  events(): JournalEvent[] {
    const reader = openJournalReader(this.#file);
    try {
      return [...reader.events()];
    } finally {
      reader.close();
    }
  }

  ofType(type: string): JournalEvent['data'][] {
    return this.events()
      .filter((event) => event.type === type)
      .map(({ data }) => data);
  }

  /** The power goes. */
  end(): void {
    this.journal.close();
  }
}

/** One space, one day pass and one minute pass of 180 minutes; ana with a card and what the test gives her. */
export function anasReplica(passes: readonly Readonly<Record<string, unknown>>[]): NonNullable<LifeParts['replica']> {
  return {
    spaces: [{ id: 'berlin', timeZone: 'Europe/Berlin', currency: 'EUR' }],
    timePasses: [
      { id: 'day', price: '20.00', currency: 'EUR' },
      { id: 'hours', price: '6.00', currency: 'EUR', minutesIncluded: 180 },
    ],
    customers: [{ id: 'ana', registeredWith: ['berlin'] }],
    passes: passes.map((pass) => ({ customer: 'ana', source: 'sold', ...pass })),
    credentials: [{ id: 'c1', type: 'card', value: anasCard.value, customer: 'ana' }],
  };
}

export const anasCard = { type: 'card', value: '04A1B2C3D4E580' } as const;

export function entrance(id: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { id, space: 'berlin', kind: 'entrance', lock: { driver: 'simulated' }, ...more };
}

export function readerAt(accessPoint: string, id: string, direction: string = id): Readonly<Record<string, unknown>> {
  return { id, driver: 'simulated', accessPoint, direction };
}
