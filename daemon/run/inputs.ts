// The inputs of all access points: contacts, buttons and alarms, each told to its door.

import type { AccessPointConfig, InputConfig, InputName } from '../../config/types.ts';
import type { Input } from '../../drivers/port.ts';
import { type DriverTools, inputHandOf, openInput } from '../../drivers/registry.ts';
import { SocketError, staleRequest } from '../socket/protocol.ts';
import type { Faults } from './faults.ts';
import type { Change, Steps } from './plan.ts';
import { Presses } from './presses.ts';
import type { Standstill } from './standstill.ts';

export const inputNames: readonly InputName[] = ['contact', 'requestToExit', 'tamper', 'fire', 'help'];

export interface InputHost {
  /** @param atMs when it came, milliseconds since boot; left out: now. */
  change(accessPoint: string, name: InputName, active: boolean, atMs?: number): void;
  /** A press to leave that is over and told of too late: it opens nothing. @param ageMs as far as it is known. */
  stale(accessPoint: string, ageMs: number | null): void;
}

interface Entry {
  readonly accessPoint: string;
  readonly name: InputName;
  readonly config: InputConfig;
  readonly input: Input;
  /** As it was told last, and when that came, milliseconds since boot; null: nothing was told yet. */
  found: { readonly active: boolean; readonly atMs: number } | null;
}

/** An input that tells neither its level nor a fault is not waited for any longer: more than twice the longest debounce. */
const findMs = 1_000;

export class Inputs {
  readonly #tools: DriverTools;
  readonly #faults: Faults;
  #entries: readonly Entry[];
  #host: InputHost | null = null;
  readonly #standstill: Standstill;
  readonly #presses: Presses;

  private constructor(entries: readonly Entry[], tools: DriverTools, faults: Faults, standstill: Standstill) {
    this.#entries = entries;
    this.#tools = tools;
    this.#faults = faults;
    this.#standstill = standstill;
    this.#presses = new Presses(tools.clock, standstill, {
      press: (accessPoint, active, atMs) => this.#host?.change(accessPoint, 'requestToExit', active, atMs),
      stale: (accessPoint, ageMs) => this.#host?.stale(accessPoint, ageMs),
    });
  }

  /** Loads the drivers; nothing is opened yet. @throws DriverError */
  static async load(
    accessPoints: readonly AccessPointConfig[],
    tools: DriverTools,
    faults: Faults,
    standstill: Standstill,
  ): Promise<Inputs> {
    return new Inputs(await loadEntries(accessPoints, tools), tools, faults, standstill);
  }

  /** Opens them. Settles once each has a level that counts, or cannot be read; after a second at the latest. */
  find(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#tools.clock.after('inputs found', findMs, resolve);
      void Promise.all(this.#entries.map((entry) => this.#open(entry))).then(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Tells the levels that were found, at once, and each change from then on. */
  follow(host: InputHost): void {
    this.#host = host;
    for (const entry of this.#entries)
      if (entry.found !== null) this.#changed(entry, entry.found.active, entry.found.atMs);
  }

  /** Loads what another config opens, door by door; those of a door that stays go on. @throws DriverError */
  async prepare(accessPoints: readonly AccessPointConfig[], doors: Steps): Promise<Change> {
    const opened = accessPoints.filter(({ id }) => doors.open.includes(id));
    const fresh = await loadEntries(opened, this.#tools);
    const kept = new Set(doors.keep);
    return {
      close: async () => {
        const ended = this.#entries.filter(({ accessPoint }) => !kept.has(accessPoint));
        await this.#close(ended);
        for (const { accessPoint, name } of ended) this.#faults.forget(accessPoint, name);
      },
      open: () => {
        this.#entries = [...this.#entries.filter(({ accessPoint }) => kept.has(accessPoint)), ...fresh];
        for (const entry of fresh) void this.#open(entry);
      },
    };
  }

  /**
   * Moves by hand.
   * @throws SocketError for an input that the config does not have or that is real; and where it may have waited for long, for
   * a press to leave.
   */
  move(accessPoint: string, name: InputName, active: boolean): void {
    const entry = this.#entries.find((one) => one.accessPoint === accessPoint && one.name === name);
    if (entry === undefined) {
      const there = this.#entries.filter((one) => one.accessPoint === accessPoint).map((one) => one.name);
      const words = there.length === 0 ? 'no inputs, or is not there' : there.join(', ');
      throw new SocketError('unknown-input', `${accessPoint} has no input ${name}; it has: ${words}`);
    }
    const hand = inputHandOf(entry.input);
    if (hand === null) {
      const words = `${name} of ${accessPoint} is a real input (driver ${entry.config.driver}): move the door itself`;
      throw new SocketError('real-device', words);
    }
    if (name === 'requestToExit' && active && this.#standstill.mayBeOld) {
      this.#host?.stale(accessPoint, null);
      throw staleRequest();
    }
    hand.move(active);
  }

  close(): Promise<void> {
    return this.#close(this.#entries);
  }

  async #close(entries: readonly Entry[]): Promise<void> {
    for (const { accessPoint } of entries) this.#presses.forget(accessPoint);
    await Promise.all(entries.map(({ input }) => input.close()));
  }

  /** Levels are taken however late they are told; a press that is old may be over. */
  #changed({ accessPoint, name, config }: Entry, active: boolean, atMs: number): void {
    if (name === 'requestToExit') this.#presses.told(accessPoint, active, atMs, config.debounceMs);
    else this.#host?.change(accessPoint, name, active, atMs);
  }

  /** Settles once it told for the first time how it is. */
  #open(entry: Entry): Promise<void> {
    const { accessPoint, name, input } = entry;
    return new Promise((resolve) => {
      input.open(
        (active, atMs = this.#tools.clock.now().sinceBootMs) => {
          entry.found = { active, atMs };
          if (this.#host !== null) this.#changed(entry, active, atMs);
          resolve();
        },
        (fault) => {
          if (fault === null) this.#faults.end(accessPoint, name);
          else this.#faults.begin(accessPoint, name, fault);
          resolve();
        },
      );
    });
  }
}

async function loadEntries(accessPoints: readonly AccessPointConfig[], tools: DriverTools): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const accessPoint of accessPoints) {
    for (const name of inputNames) {
      const config = accessPoint[name];
      if (config === null) continue;
      const place = { accessPoint: accessPoint.id, name };
      entries.push({ ...place, config, input: await openInput(place, config, tools), found: null });
    }
  }
  return entries;
}
