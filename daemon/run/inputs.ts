// The inputs of all access points: contacts, buttons and alarms, each told to its door.

import type { AccessPointConfig, InputConfig, InputName } from '../../config/types.ts';
import type { Input } from '../../drivers/port.ts';
import { type DriverTools, inputHandOf, openInput } from '../../drivers/registry.ts';
import type { Log } from '../log.ts';
import { SocketError } from '../socket/protocol.ts';
import type { Change, Steps } from './plan.ts';

export const inputNames: readonly InputName[] = ['contact', 'requestToExit', 'tamper', 'fire', 'help'];

export type InputChange = (accessPoint: string, name: InputName, active: boolean) => void;

interface Entry {
  readonly accessPoint: string;
  readonly name: InputName;
  readonly config: InputConfig;
  readonly input: Input;
}

export class Inputs {
  readonly #tools: DriverTools;
  readonly #log: Log;
  #entries: readonly Entry[];
  #change: InputChange = () => {};

  private constructor(entries: readonly Entry[], tools: DriverTools, log: Log) {
    this.#entries = entries;
    this.#tools = tools;
    this.#log = log;
  }

  /** Loads the drivers; nothing is opened yet. @throws DriverError */
  static async load(accessPoints: readonly AccessPointConfig[], tools: DriverTools, log: Log): Promise<Inputs> {
    return new Inputs(await loadEntries(accessPoints, tools), tools, log);
  }

  open(change: InputChange): void {
    this.#change = change;
    this.#open(this.#entries);
  }

  /** Loads what another config opens, door by door; those of a door that stays go on. @throws DriverError */
  async prepare(accessPoints: readonly AccessPointConfig[], doors: Steps): Promise<Change> {
    const opened = accessPoints.filter(({ id }) => doors.open.includes(id));
    const fresh = await loadEntries(opened, this.#tools);
    const kept = new Set(doors.keep);
    return {
      close: () => close(this.#entries.filter(({ accessPoint }) => !kept.has(accessPoint))),
      open: () => {
        this.#entries = [...this.#entries.filter(({ accessPoint }) => kept.has(accessPoint)), ...fresh];
        this.#open(fresh);
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

  #open(entries: readonly Entry[]): void {
    for (const { accessPoint, name, input } of entries) {
      const what = `${name} of ${accessPoint}`;
      input.open(
        (active) => this.#change(accessPoint, name, active),
        (fault) => {
          if (fault === null) this.#log('info', `${what}: it can be read again`);
          else this.#log('error', `${what}: ${fault.code}: ${fault.message}`);
        },
      );
    }
  }
}

async function loadEntries(accessPoints: readonly AccessPointConfig[], tools: DriverTools): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const accessPoint of accessPoints) {
    for (const name of inputNames) {
      const config = accessPoint[name];
      if (config === null) continue;
      const place = { accessPoint: accessPoint.id, name };
      entries.push({ ...place, config, input: await openInput(place, config, tools) });
    }
  }
  return entries;
}

async function close(entries: readonly Entry[]): Promise<void> {
  await Promise.all(entries.map(({ input }) => input.close()));
}
