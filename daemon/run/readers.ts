// The readers of a config: what they present goes to the door, what becomes of them is recorded, what they drop is counted.

import type { EventDraft } from '../../access/event.ts';
import type { ReaderConfig } from '../../config/types.ts';
import type { Presented, Reader } from '../../drivers/port.ts';
import { type DriverTools, handOf, ReaderDrivers } from '../../drivers/registry.ts';
import type { TapResult } from '../controller/port.ts';
import { type Log, RareLog } from '../log.ts';
import { SocketError, staleRequest } from '../socket/protocol.ts';
import { wordsOf } from './error.ts';
import type { Change, Steps } from './plan.ts';
import type { Standstill } from './standstill.ts';

export interface ReaderHost {
  tap(reader: string, presented: Presented): TapResult;
  /** A tap that may have waited for long: it opens nothing. */
  stale(reader: string, presented: Presented): void;
  record(drafts: readonly EventDraft[]): void;
}

export interface ReaderStatus {
  readonly id: string;
  readonly online: boolean;
  /** Pieces of input that were no credential, by reason, since the start. */
  readonly dropped: Readonly<Record<string, number>>;
}

interface Entry {
  readonly config: ReaderConfig;
  readonly reader: Reader;
  online: boolean;
  readonly dropped: Map<string, number>;
  /** Of the presentation that is on its way, for whoever asked for it. */
  last: TapResult | null;
  failure: unknown;
}

const droppedEveryMs = 60_000;
/** Reasons are the drivers' own, and few; a driver that invents more has them counted together. */
const maxReasons = 16;

export class Readers {
  #entries: ReadonlyMap<string, Entry>;
  #host: ReaderHost | null = null;
  readonly #drivers: ReaderDrivers;
  readonly #standstill: Standstill;
  readonly #log: Log;
  readonly #rare: RareLog;

  private constructor(
    entries: ReadonlyMap<string, Entry>,
    drivers: ReaderDrivers,
    { clock }: DriverTools,
    log: Log,
    standstill: Standstill,
  ) {
    this.#entries = entries;
    this.#drivers = drivers;
    this.#standstill = standstill;
    this.#log = log;
    this.#rare = new RareLog(log, clock, droppedEveryMs);
  }

  /** Loads the drivers; nothing is opened yet. @throws DriverError */
  static async load(
    configs: readonly ReaderConfig[],
    tools: DriverTools,
    log: Log,
    standstill: Standstill,
  ): Promise<Readers> {
    const drivers = new ReaderDrivers(tools);
    return new Readers(await loadEntries(configs, drivers), drivers, tools, log, standstill);
  }

  open(host: ReaderHost): void {
    this.#host = host;
    for (const entry of this.#entries.values()) this.#open(entry, host);
  }

  /** Loads what another config opens; those that it keeps stay open, with their counters. @throws DriverError */
  async prepare(configs: readonly ReaderConfig[], { keep, open }: Steps): Promise<Change> {
    const fresh = await loadEntries(
      configs.filter(({ id }) => open.includes(id)),
      this.#drivers,
    );
    const kept = new Set(keep);
    return {
      close: () => this.#close([...this.#entries.values()].filter(({ config }) => !kept.has(config.id))),
      open: () => {
        const before = this.#entries;
        this.#entries = new Map(configs.flatMap(({ id }) => pair(id, fresh.get(id) ?? before.get(id))));
        if (this.#host !== null) for (const entry of fresh.values()) this.#open(entry, this.#host);
      },
    };
  }

  /** In the order of the config. */
  status(): ReaderStatus[] {
    return [...this.#entries.values()].map(({ config, online, dropped }) => ({
      id: config.id,
      online,
      dropped: Object.fromEntries(dropped),
    }));
  }

  /** Presents by hand. @throws SocketError for a reader that is not there, is real, or is offline, or where it may be old; what the door threw. */
  present(id: string, presented: Presented): TapResult {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      const known = [...this.#entries.keys()].join(', ');
      throw new SocketError('unknown-reader', `there is no reader ${id}; there is: ${known === '' ? 'none' : known}`);
    }
    const hand = handOf(entry.reader);
    if (hand === null) {
      const words = `${id} is a real reader (driver ${entry.config.driver}): hold a card to it; tap is for simulated ones`;
      throw new SocketError('real-device', words);
    }
    entry.last = null;
    entry.failure = null;
    hand.present(presented);
    if (entry.failure !== null) throw entry.failure;
    if (entry.last === null && this.#standstill.mayBeOld) throw staleRequest();
    if (entry.last === null) throw new SocketError('offline', `reader ${id} is offline: nothing was read`);
    return entry.last;
  }

  close(): Promise<void> {
    return this.#close([...this.#entries.values()]);
  }

  async #close(entries: readonly Entry[]): Promise<void> {
    await Promise.all(entries.map(({ reader }) => reader.close()));
  }

  #open(entry: Entry, host: ReaderHost): void {
    const { id, accessPoint } = entry.config;
    const record = (type: EventDraft['type'], data: EventDraft['data']): void =>
      host.record([{ type, accessPoint, reader: id, data }]);
    const drop = (reason: string, count: number): void => {
      const name = entry.dropped.has(reason) || entry.dropped.size < maxReasons ? reason : 'other';
      entry.dropped.set(name, (entry.dropped.get(name) ?? 0) + count);
      this.#rare.count(
        `${id} ${name}`,
        count,
        'warn',
        (n) => `reader ${id}: ${n} ${n === 1 ? 'piece' : 'pieces'} of input dropped: ${name}`,
      );
    };
    entry.reader.open({
      presented: (credential) => {
        try {
          if (this.#standstill.mayBeOld) {
            drop('stale', 1);
            host.stale(id, credential);
          } else entry.last = host.tap(id, credential);
        } catch (error) {
          entry.failure = error;
          this.#rare.count(`${id} tap`, 1, 'error', (n) => `reader ${id}: ${n} taps failed: ${wordsOf(error)}`);
        }
      },
      online: () => {
        entry.online = true;
        record('reader.online', {});
      },
      offline: ({ code, message }) => {
        entry.online = false;
        this.#log('warn', `reader ${id} is offline: ${message}`);
        record('reader.offline', { code, message });
      },
      dropped: drop,
    });
  }
}

async function loadEntries(
  configs: readonly ReaderConfig[],
  drivers: ReaderDrivers,
): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  for (const config of configs) {
    const reader = await drivers.open(config);
    entries.set(config.id, { config, reader, online: false, dropped: new Map(), last: null, failure: null });
  }
  return entries;
}

function pair(id: string, entry: Entry | undefined): [string, Entry][] {
  return entry === undefined ? [] : [[id, entry]];
}
