// What every input driver must keep: each case is a sentence of the input's port (drivers/port.ts).

import { deepEqual, doesNotThrow } from 'node:assert/strict';
import type { Input } from '../../drivers/port.ts';
import { eventually } from '../support/eventually.ts';
import type { ContractCase } from './contract-case.ts';

/** An input that is not open yet and not active, and the hands that move what it watches. */
export interface InputWorld {
  readonly input: Input;
  /** The level changes, and stays. */
  move(active: boolean): Promise<void>;
  /**
   * The level changes and changes back sooner than the debounce, several times. Does nothing where there is nothing that
   * could bounce.
   */
  flicker(): Promise<void>;
  /** Settles once a level that lasts has had the time to count. */
  settled(): Promise<void>;
  /** Closes the input, and clears away what the world is made of. */
  close(): Promise<void>;
}

/** What an input told: its levels, and whatever was said of its health. Settles once the first level was told. */
async function settledOpen(world: InputWorld): Promise<unknown[]> {
  const told = opened(world);
  await world.settled();
  return told;
}

/** The same, before anything had the time to count. */
function opened(world: InputWorld): unknown[] {
  const told: unknown[] = [];
  world.input.open(
    (active) => told.push(active),
    (fault) => told.push(fault),
  );
  return told;
}

function tells(told: readonly unknown[], expected: readonly unknown[]): Promise<boolean> {
  const words = (): string => `${JSON.stringify(expected)}; told was ${JSON.stringify(told)}`;
  return eventually(words, () => JSON.stringify(told) === JSON.stringify(expected));
}

export const inputCases: readonly ContractCase<InputWorld>[] = [
  {
    name: 'tells the level that it finds, once',
    run: async (world) => {
      deepEqual(await settledOpen(world), [false]);
    },
  },
  {
    name: 'tells an active level that it finds',
    run: async (world) => {
      await world.move(true);
      deepEqual(await settledOpen(world), [true]);
    },
  },
  {
    name: 'never tells a level that a contact bounces to while it is opened',
    run: async (world) => {
      const told = opened(world);
      await world.flicker();
      await world.settled();
      deepEqual(told, [false]);
    },
  },
  {
    name: 'tells each change that lasts, once and in order',
    run: async (world) => {
      const told = await settledOpen(world);
      const expected: boolean[] = [false];
      for (const active of [true, false, true, false]) {
        await world.move(active);
        expected.push(active);
        await tells(told, expected);
      }
      await world.settled();
      deepEqual(told, expected);
    },
  },
  {
    name: 'never tells a change that is shorter than its debounce',
    run: async (world) => {
      const told = await settledOpen(world);
      await world.flicker();
      await world.settled();
      deepEqual(told, [false]);
      await world.move(true);
      await tells(told, [false, true]);
      await world.flicker();
      await world.settled();
      deepEqual(told, [false, true]);
    },
  },
  {
    name: 'tells the level that a bouncing contact comes to rest at, once',
    run: async (world) => {
      const told = await settledOpen(world);
      await world.flicker();
      await world.move(true);
      await tells(told, [false, true]);
      await world.settled();
      deepEqual(told, [false, true]);
    },
  },
  {
    name: 'tells nothing after close, which may be called twice',
    run: async (world) => {
      const told = await settledOpen(world);
      await Promise.all([world.input.close(), world.input.close()]);
      await world.move(true);
      await world.settled();
      deepEqual(told, [false]);
    },
  },
  {
    name: 'can be closed before it is opened, and is then never open',
    run: async (world) => {
      await world.input.close();
      let told: unknown[] = [];
      doesNotThrow(() => {
        told = opened(world);
      });
      deepEqual(told, []);
    },
  },
  {
    name: 'tells nothing more once a report has closed it',
    run: async (world) => {
      const told: unknown[] = [];
      const change = (active: boolean): void => {
        told.push(active);
        if (active) void world.input.close();
      };
      world.input.open(change, (fault) => told.push(fault));
      await world.settled();
      await world.move(true);
      await tells(told, [false, true]);
      await world.move(false);
      await world.settled();
      deepEqual(told, [false, true]);
    },
  },
];
