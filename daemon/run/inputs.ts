// The inputs of all access points: contacts, buttons and alarms, each told to its door.

import type { AccessPointConfig, InputConfig, InputName } from '../../config/types.ts';
import type { Input } from '../../drivers/port.ts';
import { inputHandOf, openInput } from '../../drivers/registry.ts';
import { SocketError } from '../socket/protocol.ts';

export const inputNames: readonly InputName[] = ['contact', 'requestToExit', 'tamper', 'fire', 'help'];

export type InputChange = (accessPoint: string, name: InputName, active: boolean) => void;

interface Entry {
  readonly accessPoint: string;
  readonly name: InputName;
  readonly config: InputConfig;
  readonly input: Input;
}

export class Inputs {
  readonly #entries: readonly Entry[];

  private constructor(entries: readonly Entry[]) {
    this.#entries = entries;
  }

  /** Loads the drivers; nothing is opened yet. @throws DriverError */
  static async load(accessPoints: readonly AccessPointConfig[]): Promise<Inputs> {
    const entries: Entry[] = [];
    for (const accessPoint of accessPoints) {
      for (const name of inputNames) {
        const config = accessPoint[name];
        if (config === null) continue;
        const input = await openInput(`${name} of ${accessPoint.id}`, config);
        entries.push({ accessPoint: accessPoint.id, name, config, input });
      }
    }
    return new Inputs(entries);
  }

  open(change: InputChange): void {
    for (const { accessPoint, name, input } of this.#entries) input.open((active) => change(accessPoint, name, active));
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

  async close(): Promise<void> {
    await Promise.all(this.#entries.map(({ input }) => input.close()));
  }
}
