// The readers of a config: what they present goes to the door, what becomes of them is recorded, what they drop is counted,
// and what came of it is shown at the reader.

import type { Clock } from '../../access/clock.ts';
import type { EventDraft } from '../../access/event.ts';
import { type FeedbackKind, kindOfAnswer } from '../../access/feedback/kind.ts';
import type { FeedbackSettings, ReaderConfig } from '../../config/types.ts';
import type { Display, Presented, Reader, ReaderMeans } from '../../drivers/port.ts';
import { type DriverTools, handOf, ReaderDrivers } from '../../drivers/registry.ts';
import type { AccessPointStatus, TapResult } from '../controller/port.ts';
import { type Log, RareLog } from '../log.ts';
import { SocketError, staleRequest } from '../socket/protocol.ts';
import { wordsOf } from './error.ts';
import type { Change, Steps } from './plan.ts';
import { ReaderFeedback } from './reader-feedback.ts';
import type { Standstill } from './standstill.ts';
import type { TrustFault } from './trust.ts';

export interface ReaderHost {
  tap(reader: string, presented: Presented): TapResult;
  /** A tap that may have waited for long: it opens nothing. */
  stale(reader: string, presented: Presented): void;
  record(drafts: readonly EventDraft[]): void;
  /** As they are now. */
  feedback(): FeedbackSettings;
}

export interface ReaderStatus {
  readonly id: string;
  readonly online: boolean;
  /** Pieces of input that were no credential, by reason, since the start. */
  readonly dropped: Readonly<Record<string, number>>;
  /** What it can show, and what it was told to show; null: it can show nothing. */
  readonly feedback: (ReaderMeans & { readonly shows: Display | null }) | null;
}

/** What came of a tap by hand, and what the reader showed then; null: nothing. */
export type PresentedResult = TapResult & { readonly feedback: Display | null };

export type IdentifyOutcome =
  | { readonly outcome: 'done'; readonly reason: null; readonly forMs: number }
  /** `message`: what it means, in words. */
  | {
      readonly outcome: 'refused';
      readonly reason: 'unknown-reader' | 'no-means' | 'reader-offline';
      readonly message: string;
    };

interface Entry {
  readonly config: ReaderConfig;
  readonly reader: Reader;
  /** null before the first opening. */
  feedback: ReaderFeedback | null;
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
  readonly #clock: Clock;
  /** Of the doors that warn now, by id of the access point. */
  readonly #alarms = new Map<string, 'pre-alarm' | 'held'>();
  #trust: TrustFault | null = null;
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
    this.#clock = clock;
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
    return [...this.#entries.values()].map(({ config, reader, feedback, online, dropped }) => {
      const means = feedback?.means ?? null;
      const shows = handOf(reader)?.shown ?? feedback?.shown ?? null;
      return {
        id: config.id,
        online,
        dropped: Object.fromEntries(dropped),
        feedback: means === null ? null : { ...means, shows },
      };
    });
  }

  /** Presents by hand. @throws SocketError for a reader that is not there, is real, or is offline, or where it may be old; what the door threw. */
  present(id: string, presented: Presented): PresentedResult {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new SocketError('unknown-reader', this.#unknown(id));
    const hand = handOf(entry.reader);
    if (hand === null) {
      const words = `${id} is a real reader (driver ${entry.config.driver}): hold a card to it; tap is for simulated ones`;
      throw new SocketError('real-device', words);
    }
    entry.last = null;
    entry.failure = null;
    hand.present(presented);
    if (entry.failure !== null) throw entry.failure;
    const last = lastOf(entry);
    if (last === null && this.#standstill.mayBeOld) throw staleRequest();
    if (last === null) throw new SocketError('offline', `reader ${id} is offline: nothing was read`);
    return { ...last, feedback: hand.shown };
  }

  /** Makes a reader show which one it is, for some seconds. */
  identify(id: string): IdentifyOutcome {
    const refused = (reason: 'unknown-reader' | 'no-means' | 'reader-offline', message: string): IdentifyOutcome => {
      return { outcome: 'refused', reason, message };
    };
    const entry = this.#entries.get(id);
    if (entry === undefined) return refused('unknown-reader', this.#unknown(id));
    const { feedback, online, config } = entry;
    if (!online) return refused('reader-offline', `reader ${id} is offline: it can show nothing until it is back`);
    if (feedback?.means?.kinds.includes('identify') !== true) {
      const what = `reader ${id} (driver ${config.driver}) has no means to show itself`;
      return refused('no-means', `${what}: none is known of its device, or its config (feedback) names none`);
    }
    return { outcome: 'done', reason: null, forMs: feedback.identify() };
  }

  /** A door warns, or has stopped to: its readers show it. A door that was forced has its own alarm, and shows none. */
  alarm(accessPoint: string, alarm: AccessPointStatus['alarm']): void {
    if (alarm === 'pre-alarm' || alarm === 'held') this.#alarms.set(accessPoint, alarm);
    else this.#alarms.delete(accessPoint);
    for (const entry of this.#entries.values()) if (entry.config.accessPoint === accessPoint) this.#stand(entry);
  }

  /** All doors as another config left them. */
  alarms(doors: readonly Pick<AccessPointStatus, 'id' | 'alarm'>[]): void {
    this.#alarms.clear();
    for (const { id, alarm } of doors) this.alarm(id, alarm);
  }

  /** Decisions stand on what cannot be trusted, or can be again: every reader shows it. */
  trust(fault: TrustFault | null): void {
    this.#trust = fault;
    for (const entry of this.#entries.values()) this.#stand(entry);
  }

  #stand({ config, feedback }: Entry): void {
    feedback?.stand(this.#alarms.get(config.accessPoint) ?? (this.#trust === null ? 'idle' : 'not-trusted'));
  }

  /** Without the office's data nobody is known: that says nothing of the card. */
  #kindOf({ granted, reason, waitsFor }: TapResult, type: Presented['type']): FeedbackKind {
    // A PIN alone that somebody has must not look otherwise than one that nobody has.
    if (type === 'pin' && !granted && waitsFor === undefined && reason === 'pin-required') return 'unknown';
    if (reason === 'unknown-credential' && !granted && this.#trust === 'replica-missing') return 'not-trusted';
    return kindOfAnswer(granted, reason, waitsFor);
  }

  #unknown(id: string): string {
    const known = [...this.#entries.keys()].join(', ');
    return `there is no reader ${id}; there is: ${known === '' ? 'none' : known}`;
  }

  close(): Promise<void> {
    return this.#close([...this.#entries.values()]);
  }

  async #close(entries: readonly Entry[]): Promise<void> {
    for (const { feedback } of entries) feedback?.offline();
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
    const feedback = new ReaderFeedback({
      id,
      reader: entry.reader,
      clock: this.#clock,
      settings: () => host.feedback(),
      failed: (error) =>
        this.#rare.count(`${id} feedback`, 1, 'error', (n) => `reader ${id}: ${n} not shown: ${wordsOf(error)}`),
    });
    entry.feedback = feedback;
    this.#stand(entry);
    entry.reader.open({
      presented: (credential) => {
        let kind: FeedbackKind = 'try-again';
        try {
          if (this.#standstill.mayBeOld) {
            drop('stale', 1);
            host.stale(id, credential);
            return;
          }
          entry.last = host.tap(id, credential);
          kind = this.#kindOf(entry.last, credential.type);
        } catch (error) {
          entry.failure = error;
          this.#rare.count(`${id} tap`, 1, 'error', (n) => `reader ${id}: ${n} taps failed: ${wordsOf(error)}`);
        }
        feedback.answer(kind);
      },
      online: () => {
        entry.online = true;
        record('reader.online', {});
        feedback.online();
      },
      offline: ({ code, message }) => {
        entry.online = false;
        feedback.offline();
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
    entries.set(config.id, {
      config,
      reader,
      feedback: null,
      online: false,
      dropped: new Map(),
      last: null,
      failure: null,
    });
  }
  return entries;
}

/** What it holds by now. */
function lastOf({ last }: Entry): TapResult | null {
  return last;
}

function pair(id: string, entry: Entry | undefined): [string, Entry][] {
  return entry === undefined ? [] : [[id, entry]];
}
