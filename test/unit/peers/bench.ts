// Several controllers of a site in this process on one virtual clock: the real journals, replicas and rules. What one recorded
// reaches another when the test says so, in the order and as often as it says.

import { join } from 'node:path';
import type { Clock } from '../../../access/clock.ts';
import type { JournalEvent } from '../../../access/event.ts';
import { sharedOf } from '../../../access/merge/record.ts';
import { parseReplicaDocument, parseScenario } from '../../../config/load.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { Controller } from '../../../daemon/controller/controller.ts';
import { Ledger } from '../../../daemon/controller/ledger.ts';
import { replayKey, replicaOf } from '../../../daemon/replay/document-replica.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import { openJournal } from '../../../db/journal/open-journal.ts';
import type { ReplicaStore } from '../../../db/replica/store.ts';
import { MemoryLocks } from '../../../drivers/simulated/memory-lock.ts';
import { folder } from '../db/support.ts';

export interface SiteParts {
  /** Where each controller's door is: a space each. */
  readonly doors: Readonly<Record<string, string>>;
  readonly replica: Readonly<Record<string, unknown>>;
  readonly startMs: number;
  /** By controller, how far its clock is ahead of the true time. */
  readonly aheadMs?: Readonly<Record<string, number>>;
  /** The same, for a clock that may not be synchronised. */
  readonly clocks?: Readonly<Record<string, MachineClock>>;
}

interface MachineClock {
  readonly aheadMs: number;
  readonly synchronised: boolean;
}

/** One controller with one entrance: readers `in` and `out`. */
export class PeerDoor {
  readonly id: string;
  readonly journal: Journal;
  readonly controller: Controller;
  readonly file: string;
  /** Told of the last record of each commit. */
  recorded: (seq: number) => void = () => {};
  readonly errors: string[] = [];
  readonly events: JournalEvent[] = [];
  readonly #names: readonly string[];
  #clock: MachineClock;

  constructor(
    id: string,
    space: string,
    { replica, aheadMs = {}, clocks = {} }: SiteParts,
    shared: VirtualClock,
    names: readonly string[],
  ) {
    this.id = id;
    this.#names = names;
    this.#clock = clocks[id] ?? { aheadMs: aheadMs[id] ?? 0, synchronised: true };
    const identity = { site: 'berlin', controller: id };
    const config = {
      ...identity,
      accessPoints: [{ id: `${id}-door`, space, kind: 'entrance', lock: { driver: 'simulated' } }],
      readers: ['in', 'out'].map((direction) => {
        return { id: direction, driver: 'simulated', accessPoint: `${id}-door`, direction };
      }),
    };
    const text = JSON.stringify({ config, replica: documentOf(1, replica), steps: [] });
    const { scenario } = parseScenario(text, 'scenario.json');
    const random = seededRandom(id);
    // Each machine has a boot of its own.
    const clock: Clock = {
      now: () => {
        const now = shared.now();
        const { aheadMs: byMs, synchronised } = this.#clock;
        return { ...now, wallMs: now.wallMs + byMs, synchronised, boot: `boot of ${id}` };
      },
      sleptMs: () => shared.sleptMs(),
      after: (...wait) => shared.after(...wait),
    };
    this.file = join(folder(), 'journal.db');
    this.journal = openJournal({ file: this.file, ...identity, durability: 'none', clock, random }).journal;
    const log = (level: string, message: string): void => {
      if (level === 'error') this.errors.push(message);
    };
    const recorded = (events: readonly JournalEvent[]): void => {
      this.events.push(...events);
      this.recorded(this.journal.head.seq);
    };
    const replicaHere = withPeers(replicaOf(scenario.replica), names);
    this.controller = new Controller({
      config: scenario.config,
      clock,
      random,
      journal: this.journal,
      replica: replicaHere,
      credentialKey: replayKey,
      locks: new MemoryLocks([{ accessPoint: `${id}-door`, failSafe: false }], () => undefined),
      ledger: new Ledger({ journal: this.journal, recorded, hasPeers: () => true, log }),
      log,
    });
    this.controller.start();
  }

  /** As the daemon does once it notices. */
  setClock(clock: MachineClock): void {
    const byMs = clock.aheadMs - this.#clock.aheadMs;
    this.#clock = clock;
    this.controller.record([{ type: 'clock.stepped', data: { byMs } }]);
    this.controller.clockStepped();
  }

  tap(direction: 'in' | 'out', value: string): ReturnType<Controller['tap']> {
    return this.controller.tap(direction, { type: 'card', value });
  }

  replicaArrives(revision: number, replica: SiteParts['replica']): void {
    const text = JSON.stringify(documentOf(revision, replica));
    const { document } = parseReplicaDocument(text, 'replica.json');
    this.controller.replicaArrived(withPeers(replicaOf(document), this.#names));
  }

  ofType(type: string): JournalEvent['data'][] {
    return this.events.filter((event) => event.type === type).map(({ data }) => data);
  }

  /** Takes events of another one, whatever comes before or after them. */
  hear(events: readonly JournalEvent[]): void {
    const records = events.flatMap((event) => sharedOf(event) ?? []);
    this.controller.peerRecords({ records, cursor: null }, () => undefined);
  }

  /** All that must be the same at all ends of those customers. */
  state(customers: readonly string[], passes: readonly string[], days: readonly string[]): unknown {
    const { facts } = this.journal;
    return customers.map((customer) => {
      const visit = facts.openVisit(customer);
      const presence = facts.presence(customer);
      return {
        customer,
        visit: visit && {
          id: visit.id,
          space: visit.space,
          from: visit.fromMs,
          seen: visit.lastSeenMs,
          day: visit.businessDay,
        },
        pass: visit?.pass?.id,
        presence: presence && [presence.kind, presence.space, presence.sinceMs, presence.untilMs, presence.closed?.id],
        uses: passes.map((pass) => usesOf(facts.localUse([pass]))),
        plan: summed(facts.planUse(customer).map(({ day, minutes }) => [day, minutes])),
        proposals: days.map((day) => [...facts.proposals(customer, day)].map((one) => JSON.stringify(one)).sort()),
      };
    });
  }
}

/** Days with whom they are used by; minutes as one sum. */
function usesOf(uses: ReturnType<Journal['facts']['localUse']>): unknown {
  const last = uses.filter(({ businessDay }) => businessDay !== null).at(-1);
  const minutes = uses.reduce((sum, use) => sum + (use.businessDay === null ? use.minutes : 0), 0);
  return [last?.businessDay, last?.customer, minutes];
}

function summed(days: readonly (readonly [string, number])[]): unknown {
  const sums = new Map<string, number>();
  for (const [day, minutes] of days) sums.set(day, (sums.get(day) ?? 0) + minutes);
  return [...sums].sort();
}

function documentOf(revision: number, replica: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { format: 'cardea-replica/1', site: 'berlin', revision, ...replica };
}

function withPeers(store: ReplicaStore, names: readonly string[]): ReplicaStore {
  return Object.assign(store, { peers: names.map((id) => ({ id, publicKey: '' })) });
}

/** A site of several controllers. */
export class PeerSite {
  readonly clock: VirtualClock;
  readonly doors: readonly PeerDoor[];
  readonly #heard = new Map<string, number>();

  constructor(parts: SiteParts) {
    this.clock = new VirtualClock(parts.startMs);
    const names = Object.keys(parts.doors);
    this.doors = Object.entries(parts.doors).map(([id, space]) => new PeerDoor(id, space, parts, this.clock, names));
  }

  door(id: string): PeerDoor {
    const found = this.doors.find((door) => door.id === id);
    if (found === undefined) throw new RangeError(id);
    return found;
  }

  /** Everybody hears all that everybody else recorded since, until nobody has anything new. */
  exchange(): void {
    for (let round = 0; round < 10; round++) {
      let news = false;
      for (const from of this.doors) {
        for (const to of this.doors) {
          const key = `${from.id} ${to.id}`;
          const after = this.#heard.get(key) ?? 0;
          if (from === to || after === from.events.length) continue;
          news = true;
          this.#heard.set(key, from.events.length);
          to.hear(from.events.slice(after));
        }
      }
      this.settle();
      if (!news) return;
    }
    throw new Error('the controllers never have enough');
  }

  settle(): void {
    this.clock.advance(1_000);
  }
}
