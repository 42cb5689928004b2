// The inputs of all access points: contacts, buttons and alarms, each told to its door.

import type { AccessPointConfig, InputConfig, InputName } from '../../config/types.ts';
import type { Input } from '../../drivers/port.ts';
import { type DriverTools, inputHandOf, openInput } from '../../drivers/registry.ts';
import { SocketError } from '../socket/protocol.ts';
import type { Faults } from './faults.ts';
import type { Change, Steps } from './plan.ts';

export const inputNames: readonly InputName[] = ['contact', 'requestToExit', 'tamper', 'fire', 'help'];

export type InputChange = (accessPoint: string, name: InputName, active: boolean) => void;

interface Entry {
  readonly accessPoint: string;
  readonly name: InputName;
  readonly config: InputConfig;
  readonly input: Input;
  /** As it was told last. */
  level: boolean | null;
}

/** An input that tells neither its level nor a fault is not waited for any longer: more than twice the longest debounce. */
const findMs = 1_000;

export class Inputs {
  readonly #tools: DriverTools;
  readonly #faults: Faults;
  #entries: readonly Entry[];
  #change: InputChange | null = null;

  private constructor(entries: readonly Entry[], tools: DriverTools, faults: Faults) {
    this.#entries = entries;
    this.#tools = tools;
    this.#faults = faults;
  }

  /** Loads the drivers; nothing is opened yet. @throws DriverError */
  static async load(accessPoints: readonly AccessPointConfig[], tools: DriverTools, faults: Faults): Promise<Inputs> {
    return new Inputs(await loadEntries(accessPoints, tools), tools, faults);
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
  follow(change: InputChange): void {
    this.#change = change;
    for (const { accessPoint, name, level } of this.#entries) if (level !== null) change(accessPoint, name, level);
  }

  /** Loads what another config opens, door by door; those of a door that stays go on. @throws DriverError */
  async prepare(accessPoints: readonly AccessPointConfig[], doors: Steps): Promise<Change> {
    const opened = accessPoints.filter(({ id }) => doors.open.includes(id));
    const fresh = await loadEntries(opened, this.#tools);
    const kept = new Set(doors.keep);
    return {
      close: async () => {
        const ended = this.#entries.filter(({ accessPoint }) => !kept.has(accessPoint));
        await close(ended);
        for (const { accessPoint, name } of ended) this.#faults.forget(accessPoint, name);
      },
      open: () => {
        this.#entries = [...this.#entries.filter(({ accessPoint }) => kept.has(accessPoint)), ...fresh];
        for (const entry of fresh) void this.#open(entry);
      },
    };
  }

  /** Moves by hand. @throws SocketError for an input that the config does not have or that is real. */
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
    hand.move(active);
  }

  close(): Promise<void> {
    return close(this.#entries);
  }

  /** Settles once it told for the first time how it is. */
  #open(entry: Entry): Promise<void> {
    const { accessPoint, name, input } = entry;
    return new Promise((resolve) => {
      input.open(
        (active) => {
          entry.level = active;
          this.#change?.(accessPoint, name, active);
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
      entries.push({ ...place, config, input: await openInput(place, config, tools), level: null });
    }
  }
  return entries;
}

async function close(entries: readonly Entry[]): Promise<void> {
  await Promise.all(entries.map(({ input }) => input.close()));
}
