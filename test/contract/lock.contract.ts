// What every lock driver must keep: each case is a sentence of the lock's port (drivers/port.ts).

import { deepEqual, equal } from 'node:assert/strict';
import type { LockState, OutputSink } from '../../drivers/port.ts';
import { eventually } from '../support/eventually.ts';
import type { ContractCase } from './contract-case.ts';

/** Two locks: `shut` falls to locked, `free` to unlocked. */
export interface LockWorld {
  readonly sink: OutputSink;
  /** What the outside has seen of a lock so far, oldest first, from its state at the start on. */
  states(accessPoint: string): LockState[];
  /** The locks are given up in good order. May be called twice. */
  end(): Promise<void>;
  /** Ends, and clears away what the world is made of. */
  close(): Promise<void>;
}

function sees(world: LockWorld, accessPoint: string, states: readonly LockState[]): Promise<boolean> {
  const words = (): string => `${accessPoint} ${states.join(' ')}; it was ${world.states(accessPoint).join(' ')}`;
  return eventually(words, () => world.states(accessPoint).join() === states.join());
}

export const lockCases: readonly ContractCase<LockWorld>[] = [
  {
    name: 'begins in the safe state',
    run: async (world) => {
      await sees(world, 'shut', ['locked']);
      await sees(world, 'free', ['unlocked']);
    },
  },
  {
    name: 'follows what is set, at once and without an answer',
    run: async (world) => {
      equal(world.sink.set('shut', 'unlocked'), undefined);
      await sees(world, 'shut', ['locked', 'unlocked']);
      world.sink.set('shut', 'locked');
      await sees(world, 'shut', ['locked', 'unlocked', 'locked']);
    },
  },
  {
    name: 'ends in the state that was set last, and passes each on the way in order',
    run: async (world) => {
      const states: LockState[] = Array.from({ length: 201 }, (_, i) => (i % 2 === 0 ? 'unlocked' : 'locked'));
      for (const state of states) world.sink.set('shut', state);
      await sees(world, 'shut', ['locked', ...states]);
    },
  },
  {
    name: 'makes no change of a state that it has',
    run: async (world) => {
      const states = ['locked', 'unlocked', 'unlocked', 'locked', 'locked'] as const;
      for (const state of states) world.sink.set('shut', state);
      await sees(world, 'shut', ['locked', 'unlocked', 'locked']);
    },
  },
  {
    name: 'moves no other lock',
    run: async (world) => {
      world.sink.set('free', 'locked');
      world.sink.set('shut', 'unlocked');
      await sees(world, 'shut', ['locked', 'unlocked']);
      await sees(world, 'free', ['unlocked', 'locked']);
    },
  },
  {
    name: 'never throws: not for a lock that is not there, not after its end',
    run: async (world) => {
      world.sink.set('nowhere', 'unlocked');
      await world.end();
      const before = world.states('shut');
      world.sink.set('shut', 'locked');
      deepEqual(world.states('shut'), before);
    },
  },
  {
    name: 'leaves each lock in its safe state at the end',
    run: async (world) => {
      world.sink.set('shut', 'unlocked');
      world.sink.set('free', 'locked');
      await sees(world, 'free', ['unlocked', 'locked']);
      await world.end();
      deepEqual(world.states('shut'), ['locked', 'unlocked', 'locked']);
      deepEqual(world.states('free'), ['unlocked', 'locked', 'unlocked']);
    },
  },
  {
    name: 'begins and ends safe even when nothing was set',
    run: async (world) => {
      await sees(world, 'shut', ['locked']);
      await world.end();
      deepEqual(world.states('shut'), ['locked']);
      deepEqual(world.states('free'), ['unlocked']);
    },
  },
];
