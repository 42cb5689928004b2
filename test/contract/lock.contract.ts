// What every lock driver must keep: each test is a sentence of the lock's port (drivers/port.ts).

import { afterEach, describe, expect, it } from 'vitest';
import type { LockState, OutputSink } from '../../drivers/port.ts';
import { eventually } from '../support/eventually.ts';

/** Two locks: `shut` falls to locked, `free` to unlocked. */
export interface LockWorld {
  readonly sink: OutputSink;
  /** What the outside has seen of a lock so far, oldest first, from its state at the start on. */
  states(accessPoint: string): LockState[];
  /** The locks are given up in good order. May be called twice. */
  end(): Promise<void>;
  /** Clears away what the world is made of. */
  close(): Promise<void>;
}

export function lockContract(name: string, build: () => Promise<LockWorld>): void {
  describe(`the lock port, kept by ${name}`, () => {
    const worlds: LockWorld[] = [];

    afterEach(async () => {
      for (const world of worlds.splice(0)) {
        await world.end();
        await world.close();
      }
    });

    async function given(): Promise<LockWorld> {
      const world = await build();
      worlds.push(world);
      return world;
    }

    function sees(world: LockWorld, accessPoint: string, states: LockState[]): Promise<boolean> {
      return eventually(`${accessPoint} ${states.join(' ')}`, () => {
        return world.states(accessPoint).join() === states.join();
      });
    }

    it('begins in the safe state', async () => {
      const world = await given();
      await sees(world, 'shut', ['locked']);
      await sees(world, 'free', ['unlocked']);
    });

    it('follows what is set, at once and without an answer', async () => {
      const world = await given();
      expect(world.sink.set('shut', 'unlocked')).toBeUndefined();
      await sees(world, 'shut', ['locked', 'unlocked']);
      world.sink.set('shut', 'locked');
      await sees(world, 'shut', ['locked', 'unlocked', 'locked']);
    });

    it('ends in the state that was set last, and passes each on the way in order', async () => {
      const world = await given();
      const states: LockState[] = Array.from({ length: 201 }, (_, i) => (i % 2 === 0 ? 'unlocked' : 'locked'));
      for (const state of states) world.sink.set('shut', state);
      await sees(world, 'shut', ['locked', ...states]);
    });

    it('makes no change of a state that it has', async () => {
      const world = await given();
      for (const state of ['locked', 'unlocked', 'unlocked', 'locked', 'locked'] as const)
        world.sink.set('shut', state);
      await sees(world, 'shut', ['locked', 'unlocked', 'locked']);
    });

    it('moves no other lock', async () => {
      const world = await given();
      world.sink.set('free', 'locked');
      world.sink.set('shut', 'unlocked');
      await sees(world, 'shut', ['locked', 'unlocked']);
      await sees(world, 'free', ['unlocked', 'locked']);
    });

    it('never throws: not for a lock that is not there, not after its end', async () => {
      const world = await given();
      world.sink.set('nowhere', 'unlocked');
      await world.end();
      const before = world.states('shut');
      world.sink.set('shut', 'locked');
      expect(world.states('shut')).toEqual(before);
    });

    it('leaves each lock in its safe state at the end', async () => {
      const world = await given();
      world.sink.set('shut', 'unlocked');
      world.sink.set('free', 'locked');
      await sees(world, 'free', ['unlocked', 'locked']);
      await world.end();
      expect(world.states('shut')).toEqual(['locked', 'unlocked', 'locked']);
      expect(world.states('free')).toEqual(['unlocked', 'locked', 'unlocked']);
    });

    it('begins and ends safe even when nothing was set', async () => {
      const world = await given();
      await sees(world, 'shut', ['locked']);
      await world.end();
      expect(world.states('shut')).toEqual(['locked']);
      expect(world.states('free')).toEqual(['unlocked']);
    });
  });
}
